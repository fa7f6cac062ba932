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
        sql, reason = self._compiled(node)
        if sql is None:
            return (), (reason,)
        if isinstance(node, Snapshot):
            return (snapshot_query(sql, node.config, self._dialect),), ()
        queries, missing = self._branches.of(node, sql)
        return queries, (missing,) if missing else ()

    def _compiled(self, node: Node) -> tuple[str | None, str]:
        """The compiled SQL of a node, or why it is unknown.

        A run of selected models writes a manifest with the SQL of these alone. That of the others is still in
        target/compiled/, and is used where it is what their templates give now.
        """
        if node.compiled_code is not None:
            return node.compiled_code, ""
        file = self._target_dir / "compiled" / node.package_name / node.original_file_path
        try:
            sql = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None, NOT_COMPILED
        outdated = self._branches.outdated(node, sql)
        return (None, outdated) if outdated else (sql, "")
