"""The configuration of nodes in dbt's artifacts, as far as it is asked for. What a project adds is skipped."""

from typing import Any

import msgspec

__all__ = ["Config", "DeclaredColumn", "SeedConfig", "SnapshotConfig", "SnapshotNames"]


class Restriction(msgspec.Struct, frozen=True, gc=False):
    """What the metadata of a column says that matters here."""

    restricted: Any = None
    because: Any = None


class ColumnConfig(msgspec.Struct, frozen=True, gc=False):
    """The `config` of a column."""

    meta: Restriction | None = None


class DeclaredColumn(msgspec.Struct, frozen=True, gc=False):
    """A column as the project's YAML declares it."""

    name: str
    data_type: str | None = None
    meta: Restriction | None = None
    config: ColumnConfig | None = None

    @property
    def restricted(self) -> bool:
        """Whether no value of it is ever shown."""
        return any(meta.restricted for meta in self._metas)

    @property
    def treated(self) -> bool:
        """Whether its values may be shown though they are made from restricted ones, and the contract says why."""
        metas = self._metas
        why = next((meta.because for meta in metas if meta.because), None)
        return not self.restricted and any(meta.restricted is False for meta in metas) and bool(why)

    @property
    def _metas(self) -> tuple[Restriction, ...]:
        newer = self.config.meta if self.config else None
        return tuple(meta for meta in (self.meta, newer) if meta)


class Contract(msgspec.Struct, frozen=True, gc=False):
    """Whether dbt holds a model to the columns it declares."""

    enforced: bool | None = False


class SnapshotNames(msgspec.Struct, frozen=True, gc=False):
    """What the columns are called that a snapshot adds. None: by their own name."""

    dbt_scd_id: str | None = None
    dbt_updated_at: str | None = None
    dbt_valid_from: str | None = None
    dbt_valid_to: str | None = None
    dbt_is_deleted: str | None = None


class Config(msgspec.Struct, frozen=True, gc=False):
    """The configuration of a node."""

    materialized: str | None = None
    meta: dict[str, Any] | None = None
    group: str | None = None
    contract: Contract | None = None
    schema: str | None = None
    tags: Any = None


class SeedConfig(Config, frozen=True, gc=False):
    """The configuration of a seed."""

    column_types: dict[str, str] | None = None
    delimiter: str | None = None


class SnapshotConfig(Config, frozen=True, gc=False):
    """The configuration of a snapshot."""

    strategy: str | None = None
    unique_key: str | list[str] | None = None
    updated_at: str | None = None
    check_cols: str | list[str] | None = None
    snapshot_meta_column_names: SnapshotNames | None = None
    dbt_valid_to_current: str | None = None
    hard_deletes: str | None = None
    invalidate_hard_deletes: bool | None = None
