"""The SQL that dbt runs for each node, and why it is unknown."""

from pathlib import Path

from ribbon.dbt.artifacts import Artifacts
from ribbon.dbt.branches import Branches
from ribbon.dbt.nodes import Node, Snapshot
from ribbon.lineage.dialects import dialect_of
from ribbon.lineage.snapshots import snapshot_query
from ribbon.settings import Settings

__all__ = ["Queries"]

WITHOUT_SQL = frozenset({"source", "seed"})
NOT_COMPILED = "It is not compiled: run `dbt compile`."
PYTHON = "It is a Python model: no SQL says what it makes of what it reads."


class Queries:
    """The queries of a project's nodes."""

    def __init__(self, artifacts: Artifacts, settings: Settings, target_dir: Path, cache_dir: Path) -> None:
        self._settings = settings
        self._target_dir = target_dir
        self._branches = Branches(artifacts, settings, cache_dir)
        self._dialect = dialect_of(artifacts.metadata.adapter_type or "")

    def save(self) -> None:
        """Cache the branches that were rendered."""
        self._branches.save()

    @property
    def notes(self) -> list[str]:
        """What went wrong with the cache, as sentences for users."""
        return self._branches.notes

    def of(self, node: Node) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """A node's queries, that of the first build first, and why one of them is not known."""
        if node.resource_type in WITHOUT_SQL:
            return (), ()
        if node.language == "python":
            return (), (PYTHON,)
        sql = _compiled_sql(node, self._settings, self._target_dir)
        if sql is None:
            return (), (NOT_COMPILED,)
        if isinstance(node, Snapshot):
            return (snapshot_query(sql, node.config, self._dialect),), ()
        queries, reason = self._branches.of(node, sql)
        return queries, (reason,) if reason else ()


def _compiled_sql(node: Node, settings: Settings, target_dir: Path) -> str | None:
    """The compiled SQL of a node; None where it is unknown.

    A run of selected models writes a manifest with the SQL of these alone. That of the others is still in
    target/compiled/, and is used where the model's own file has not changed since.
    """
    if node.compiled_code is not None:
        return node.compiled_code
    file = target_dir / "compiled" / node.package_name / node.original_file_path
    own = settings.package_dir(node.package_name) / node.original_file_path
    try:
        compiled_at = file.stat().st_mtime_ns
        if own.is_file() and own.stat().st_mtime_ns > compiled_at:
            return None
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
