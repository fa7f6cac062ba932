"""What depends on the columns of sources, by the lineage of the project as dbt left it; dbt is not started for it."""

from collections.abc import Mapping
from functools import cached_property

from ribbon.batch_record import Downstream
from ribbon.config import ProjectPaths
from ribbon.errors import RibbonError
from ribbon.lineage import LineageGraph, TracedProject
from ribbon.lineage.dependents import Dependents, dependents_of, readers_of
from ribbon.model import ColumnName, SourceTable
from ribbon.project import latest_artifacts

__all__ = ["DownstreamLineage"]


class DownstreamLineage:
    """Names what depends on a column; the lineage is loaded when it is first asked for. ids: dbt's, by source."""

    def __init__(self, paths: ProjectPaths, ids: Mapping[str, str]) -> None:
        self._paths = paths
        self._ids = ids

    def __call__(self, source: SourceTable, column: str | None) -> Downstream | None:
        """What depends on a column, on the whole source where it is None; None where there is no lineage."""
        key = self._ids.get(str(source))
        if self._graph is None or key is None or key not in self._graph.nodes:
            return None
        found = self._of(self._graph, key, source, column)
        return {
            "columns": found.columns,
            "relations": found.relations,
            "use_cases": found.use_cases,
            "exposures": found.exposures,
        }

    def _of(self, graph: LineageGraph, key: str, source: SourceTable, column: str | None) -> Dependents:
        declared = {each.name for each in source.columns}
        # A new column has no readers; those of the table are who may want it. Of SQL that is not compiled or not
        # understood, only the relations are known.
        is_known = column in declared and not any(
            node.unresolved for node in graph.nodes.values() if key in node.project.parents
        )
        return dependents_of(graph, [ColumnName(key, column)]) if column and is_known else readers_of(graph, key)

    @cached_property
    def _graph(self) -> LineageGraph | None:
        try:
            return TracedProject(self._paths, latest_artifacts(self._paths)).graph
        except RibbonError:
            return None  # landing has its own errors to report
