"""Both branches of an incremental model: that of its first build, and that of every later one.

The manifest has the template and one of the branches. The template is rendered both ways, and believed where one of the
two is what dbt compiled: then the other is the other branch.
"""

from dataclasses import dataclass
from pathlib import Path

import jinja2

from ribbon.dbt.artifacts import Artifacts
from ribbon.dbt.branch_cache import BranchCache, Known
from ribbon.dbt.macros import IS_INCREMENTAL, MacroLibrary, Macros
from ribbon.dbt.model_context import model_context
from ribbon.dbt.nodes import Node
from ribbon.dbt.rendering import CannotRenderError
from ribbon.dbt.same_sql import same_sql, with_ctes
from ribbon.dbt.settings import Settings

__all__ = ["Branches"]

UNKNOWN = "Only one branch of is_incremental() is known: "
OTHER_SQL = "its template, rendered, is not what dbt compiled; run `dbt compile` if the model has changed"


@dataclass(frozen=True)
class _Rendered:
    """One way of rendering a template: its SQL, or why there is none."""

    sql: str | None
    reason: str = ""


class Branches:
    """Finds the branch that dbt did not compile. What was rendered is cached in `folder` by `save`."""

    def __init__(self, artifacts: Artifacts, settings: Settings, folder: Path) -> None:
        self._library = MacroLibrary(artifacts, settings)
        self._cache = BranchCache(folder, self._library)
        self._macros: dict[str, Macros] = {}
        self._incremental = False

    def of(self, node: Node, sql: str) -> tuple[tuple[str, ...], str | None]:
        """The queries of a node whose compiled SQL is `sql`, that of the first build first.

        Then why the other branch is not known: None where it is, and where there is none.
        """
        if not self._has_branches(node):
            return (sql,), None
        key = self._cache.key(node, sql)
        known = self._cache.get(key)
        if known is None:
            known = self._both(node, sql)
            self._cache.put(key, known)
        return tuple(sql if query is None else query for query in known.queries), known.reason

    def save(self) -> None:
        """Cache what was rendered."""
        self._cache.save()

    @property
    def notes(self) -> list[str]:
        """What went wrong with the cache, as sentences for users."""
        return self._cache.notes

    def _has_branches(self, node: Node) -> bool:
        """Whether it is incremental, and its template or a macro that this calls asks so."""
        if node.config.materialized != "incremental" or not node.raw_code:
            return False
        asks = self._library.asks_whether_incremental
        return IS_INCREMENTAL in node.raw_code or any(asks(macro) for macro in node.depends_on.macros)

    def _both(self, node: Node, sql: str) -> Known:
        """The template rendered both ways, against what dbt compiled."""
        first, later = self._renderings(node)
        if first.sql is not None and same_sql(first.sql, sql):
            return _known(later, (None, later.sql), sql)
        if later.sql is not None and same_sql(later.sql, sql):
            return _known(first, (first.sql, None), sql)
        return Known((None,), UNKNOWN + (first.reason or later.reason or OTHER_SQL))

    def _renderings(self, node: Node) -> tuple[_Rendered, _Rendered]:
        """The template for a first build, and for a later one."""
        macros = self._macros_for(node.package_name)
        try:
            template = self._library.environment.from_string(node.raw_code or "")
            macros.context = model_context(node, self._library, macros)
        except Exception as error:  # whatever a template does wrong, the lineage of all others is at hand
            return _failed(error), _failed(error)
        return self._rendered(node, template, macros, False), self._rendered(node, template, macros, True)

    def _rendered(self, node: Node, template: jinja2.Template, macros: Macros, incremental: bool) -> _Rendered:
        self._incremental = incremental
        try:
            sql = template.render(macros.context)
        except Exception as error:  # likewise
            return _failed(error)
        return _Rendered(with_ctes(sql, [cte.sql for cte in node.extra_ctes if cte.sql]))

    def _macros_for(self, package: str) -> Macros:
        if package not in self._macros:
            self._macros[package] = Macros(self._library, package, lambda: self._incremental)
        return self._macros[package]


def _known(other: _Rendered, queries: tuple[str | None, ...], sql: str) -> Known:
    """Both branches, or the compiled one and why the other is missing. Branches that say the same are one."""
    if other.sql is None:
        return Known((None,), UNKNOWN + other.reason)
    return Known((None,) if same_sql(sql, other.sql) else queries, None)


def _failed(error: Exception) -> _Rendered:
    told = " ".join(str(error).split()) or type(error).__name__
    return _Rendered(None, told if isinstance(error, CannotRenderError) else f"its template does not render: {told}")
