"""A snapshot as the query that it amounts to: dbt's own, in one statement.

dbt builds a snapshot with `build_snapshot_table` and merges later versions into it (macros/materializations/snapshots
of dbt-adapters 1.24.5). Over time that keeps one row for each version of a key and closes each with the next: the query
says so with a window, so that lineage needs no rule of its own for snapshots.
"""

from collections.abc import Sequence

from ribbon.dbt.node_config import SnapshotConfig, SnapshotNames

__all__ = ["snapshot_query"]

NOW = "cast(current_timestamp as timestamp)"


def snapshot_query(sql: str, config: SnapshotConfig, dialect: str) -> str:
    """The snapshot of `sql`, with the columns that dbt adds, in dbt's order and under the names that are configured.

    A version is a key and a time with the strategy `timestamp`; a key and the values of the checked columns with
    `check`, where the time is the clock's.
    """
    keys = [config.unique_key] if isinstance(config.unique_key, str) else list(config.unique_key or ())
    added = ",\n    ".join(_added(config, keys, dialect))
    checks_all = config.strategy == "check" and (not config.check_cols or config.check_cols == "all")
    versions = "" if checks_all else f"\n{_versions(config, keys)}"
    return f"select{' distinct' if checks_all else ''}\n    *,\n    {added}\nfrom (\n{sql}\n) as sbq{versions}"


def _added(config: SnapshotConfig, keys: Sequence[str], dialect: str) -> list[str]:
    """The columns that dbt adds."""
    time = config.updated_at or NOW
    names = config.snapshot_meta_column_names or SnapshotNames()
    closed = f"lead({time}) over (partition by {', '.join(keys) or time} order by {time})"
    current = config.dbt_valid_to_current
    added = [
        f"{_hash([*keys, time], dialect)} as {names.dbt_scd_id or 'dbt_scd_id'}",
        f"{time} as {names.dbt_updated_at or 'dbt_updated_at'}",
        f"{time} as {names.dbt_valid_from or 'dbt_valid_from'}",
        f"{f'coalesce({closed}, {current})' if current else closed} as {names.dbt_valid_to or 'dbt_valid_to'}",
    ]
    if config.hard_deletes == "new_record":
        added.append(f"'False' as {names.dbt_is_deleted or 'dbt_is_deleted'}")
    return added


def _versions(config: SnapshotConfig, keys: Sequence[str]) -> str:
    """One row for each version."""
    checked = [config.check_cols] if isinstance(config.check_cols, str) else list(config.check_cols or ())
    version = checked if config.strategy == "check" else [config.updated_at or NOW]
    return f"qualify row_number() over (partition by {', '.join([*keys, *version])}) = 1"


def _hash(parts: Sequence[str], dialect: str) -> str:
    """The key of a version, as `snapshot_hash_arguments` writes it."""
    texts = [f"coalesce(cast({part} as {'string' if dialect == 'bigquery' else 'varchar'}), '')" for part in parts]
    return (
        f"to_hex(md5(concat({_between(texts, ', ')})))" if dialect == "bigquery" else f"md5({_between(texts, ' || ')})"
    )


def _between(texts: Sequence[str], operator: str) -> str:
    return f"{operator}'|'{operator}".join(texts)
