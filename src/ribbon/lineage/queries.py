"""The SQL of each node, and why there is none."""

from pathlib import Path

from ribbon.dbt.artifacts import Artifacts
from ribbon.dbt.branches import Branches
from ribbon.dbt.nodes import Node, Snapshot
from ribbon.dbt.settings import Settings
from ribbon.lineage.compiled import compiled_sql
from ribbon.lineage.dialects import dialect_of
from ribbon.lineage.snapshots import snapshot_query

__all__ = ["Queries"]

WITHOUT_SQL = frozenset({"source", "seed"})
NOT_COMPILED = "It is not compiled: run `dbt compile`."
PYTHON = "It is a Python model: what it makes of what it reads is in no SQL."


class Queries:
    """The queries of a project's nodes."""

    def __init__(self, artifacts: Artifacts, settings: Settings, target_dir: Path) -> None:
        self._settings = settings
        self._target_dir = target_dir
        self._branches = Branches(artifacts, settings, target_dir / "ribbon" / "branches.msgpack")
        self._dialect = dialect_of(artifacts.metadata.adapter_type or "")

    def save(self) -> None:
        """Keep what was found out for the next time."""
        self._branches.save()

    def of(self, node: Node) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """A node's queries, that of the first build first, and why one of them is not known."""
        if node.resource_type in WITHOUT_SQL:
            return (), ()
        if node.language == "python":
            return (), (PYTHON,)
        sql = compiled_sql(node, self._settings, self._target_dir)
        if sql is None:
            return (), (NOT_COMPILED,)
        if isinstance(node, Snapshot):
            return (snapshot_query(sql, node.config, self._dialect),), ()
        queries, reason = self._branches.of(node, sql)
        return queries, (reason,) if reason else ()
