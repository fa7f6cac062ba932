"""What dbt's manifest says about a node for people to read: descriptions, tests, owners, keys, freshness."""

from typing import Any

import msgspec

from ribbon.dbt.nodes import Dependencies, Owner

__all__ = ["AttachedTest", "Described", "DescribedColumn", "DescribedExposure", "Group", "Period", "Test"]

# As in nodes.py: fields that some version of dbt leaves out or sets to null have a default and may be None.

Meta = dict[str, Any] | None

# What dbt adds to the arguments of a test.
_AROUND = frozenset({"model", "column_name"})


class MetaConfig(msgspec.Struct, frozen=True, gc=False):
    """A `config` of which the metadata matters."""

    meta: Meta = None


class Constraint(msgspec.Struct, frozen=True, gc=False):
    """A constraint of a contract. to: the relation that a foreign key points at."""

    type: str = ""
    columns: tuple[str, ...] | None = None
    to: str | None = None
    to_columns: tuple[str, ...] | None = None
    expression: str | None = None


class DescribedColumn(msgspec.Struct, frozen=True, gc=False):
    """A column of the project's YAML."""

    name: str
    description: str | None = None
    data_type: str | None = None
    constraints: tuple[Constraint, ...] | None = None


class Period(msgspec.Struct, frozen=True, gc=False):
    """A number of minutes, hours or days."""

    count: int | None = None
    period: str | None = None


class SourceFreshness(msgspec.Struct, frozen=True, gc=False):
    """How old the data of a source may get."""

    warn_after: Period | None = None
    error_after: Period | None = None


class DescribedConfig(msgspec.Struct, frozen=True, gc=False):
    """The configuration of a node. unique_key: a name, names, or what a materialization of the user's takes."""

    materialized: str | None = None
    meta: Meta = None
    group: str | None = None
    schema: str | None = None
    unique_key: Any = None
    snapshot_meta_column_names: Any = None


class Described(msgspec.Struct, frozen=True, gc=False):
    """A source, seed, snapshot or model. freshness: of a source, and of no meaning for others."""

    unique_id: str
    resource_type: str
    name: str
    package_name: str
    original_file_path: str
    source_name: str | None = None
    description: str | None = None
    source_description: str | None = None
    patch_path: str | None = None
    raw_code: str | None = None
    compiled_code: str | None = None
    columns: dict[str, DescribedColumn] = {}
    constraints: tuple[Constraint, ...] | None = None
    config: DescribedConfig = DescribedConfig()
    meta: Meta = None
    source_meta: Meta = None
    tags: Any = None
    freshness: Any = None


class AttachedTest(msgspec.Struct, frozen=True, gc=False):
    """What tells which node a test is attached to. test_metadata: as it stands, nothing or null for a singular test."""

    depends_on: Dependencies = Dependencies()
    attached_node: str | None = None
    test_metadata: msgspec.Raw = msgspec.Raw()


class TestMetadata(msgspec.Struct, frozen=True, gc=False):
    """A generic test: its name, and its arguments as dbt keeps them."""

    name: str
    kwargs: dict[str, Any] = {}
    namespace: str | None = None

    @property
    def arguments(self) -> dict[str, Any]:
        """As written, without column and model. Some versions of dbt leave them below `arguments`."""
        nested = self.kwargs.get("arguments")
        given = {**self.kwargs, **nested} if isinstance(nested, dict) else self.kwargs
        written = given.keys() - _AROUND - ({"arguments"} if isinstance(nested, dict) else set())
        return {key: value for key, value in given.items() if key in written}


class TestConfig(msgspec.Struct, frozen=True, gc=False):
    """The configuration of a test."""

    severity: str | None = None
    where: str | None = None
    meta: Meta = None


class _Declared(msgspec.Struct, frozen=True, gc=False):
    unique_id: str
    name: str
    description: str | None = None


class Test(_Declared, frozen=True, gc=False):
    """A data test, generic or singular."""

    package_name: str = ""
    original_file_path: str = ""
    column_name: str | None = None
    attached_node: str | None = None
    depends_on: Dependencies = Dependencies()
    test_metadata: TestMetadata | None = None
    config: TestConfig = TestConfig()

    @property
    def column(self) -> str | None:
        """The column that it is attached to, without quotes."""
        name = self.column_name or (self.test_metadata.kwargs.get("column_name") if self.test_metadata else None)
        return str(name).strip('"`[]') if name else None


class Group(_Declared, frozen=True, gc=False):
    """A group of nodes with an owner."""

    owner: Owner | None = None
    config: MetaConfig | None = None
    meta: Meta = None


class DescribedExposure(_Declared, frozen=True, gc=False):
    """A use of the project's relations."""

    type: str = ""
    label: str | None = None
    url: str | None = None
    maturity: str | None = None
    fqn: tuple[str, ...] = ()
    owner: Owner | None = None
    depends_on: Dependencies = Dependencies()
