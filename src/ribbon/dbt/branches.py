"""What a model's template gives: both branches of an incremental model, and whether earlier SQL still holds.

The manifest has the template and one of the branches: the SQL of the first build, or that of every later build. The
template is rendered both ways. If one result equals what dbt compiled, the other is the other branch. SQL that an
earlier command left in target/compiled/ is known to be of the current macros, variables and parents in the same way.
"""

from dataclasses import dataclass
from pathlib import Path

import jinja2

from ribbon.dbt.artifacts import Artifacts
from ribbon.dbt.branch_cache import BranchCache, Known
from ribbon.dbt.macros import IS_INCREMENTAL, CannotRenderError, MacroLibrary, Macros
from ribbon.dbt.nodes import Node
from ribbon.dbt.relations import rendered
from ribbon.dbt.same_sql import same_sql, with_ctes
from ribbon.dbt.template_context import model_context
from ribbon.settings import Settings

__all__ = ["Branches"]

UNKNOWN = "Only one branch of is_incremental() is known: "
OUTDATED = "Its SQL is of an earlier command, and its template gives other SQL now: run `dbt compile`."
UNCHECKED = "Its SQL is of an earlier command, and only dbt can say whether it still holds ({}): run `dbt compile`."
OTHER_SQL = "its rendered template differs from what dbt compiled; run `dbt compile` if the model has changed"


@dataclass(frozen=True)
class _Rendered:
    """One rendering of a template: its SQL, or why it failed."""

    sql: str | None
    reason: str = ""


class Branches:
    """Finds the branch that dbt did not compile. `save` caches the results in `folder`."""

    def __init__(self, artifacts: Artifacts, settings: Settings, folder: Path) -> None:
        self._library = MacroLibrary(artifacts, settings)
        self._cache = BranchCache(folder, self._library)
        self._macros: dict[str, Macros] = {}
        self._incremental = False

    def of(self, node: Node, sql: str) -> tuple[tuple[str, ...], str | None]:
        """The queries of a node whose compiled SQL is `sql`, first build first; and why the other branch is unknown.

        The reason is None if the branch is known, and if there is none.
        """
        if not self._has_branches(node):
            return (sql,), None
        key = self._cache.key(node, sql)
        known = self._cache.get(key)
        if known is None:
            known = self._both(node, sql)
            self._cache.put(key, known)
        return tuple(sql if query is None else query for query in known.queries), known.reason

    def outdated(self, node: Node, sql: str) -> str | None:
        """Why SQL that an earlier command compiled is not known to hold; None where the template still gives it."""
        key = self._cache.key(node, sql, "earlier", *self._ephemeral(node))
        known = self._cache.get(key)
        if known is None:
            known = Known((), self._compared(node, sql))
            self._cache.put(key, known)
        return known.reason

    def save(self) -> None:
        """Cache the results for the next run."""
        self._cache.save()

    @property
    def notes(self) -> list[str]:
        """What went wrong with the cache, as sentences for users."""
        return self._cache.notes

    def _has_branches(self, node: Node) -> bool:
        """Whether it is incremental, and its template or a macro that it calls uses is_incremental()."""
        if node.config.materialized != "incremental" or not node.raw_code:
            return False
        calls = self._library.calls_is_incremental
        return IS_INCREMENTAL in node.raw_code or any(calls(macro) for macro in node.depends_on.macros)

    def _both(self, node: Node, sql: str) -> Known:
        """Render the template both ways and compare with what dbt compiled."""
        first, later = self._renderings(node)
        if first.sql is not None and same_sql(first.sql, sql):
            return _known(later, (None, later.sql), sql)
        if later.sql is not None and same_sql(later.sql, sql):
            return _known(first, (first.sql, None), sql)
        return Known((None,), UNKNOWN + (first.reason or later.reason or OTHER_SQL))

    def _compared(self, node: Node, sql: str) -> str | None:
        renderings = self._renderings(node)
        if any(each.sql is not None and same_sql(each.sql, sql) for each in renderings):
            return None
        reason = next((each.reason for each in renderings if each.sql is None), None)
        return UNCHECKED.format(reason) if reason else OUTDATED

    def _renderings(self, node: Node) -> tuple[_Rendered, _Rendered]:
        """The template for a first build, and for a later one."""
        macros = self._macros_for(node.package_name)
        try:
            template = self._library.environment.from_string(node.raw_code or "")
            macros.context = model_context(node, self._library, macros)
        except Exception as error:  # a template that fails must not end the lineage of all others
            return _failed(error), _failed(error)
        return self._rendered(node, template, macros, False), self._rendered(node, template, macros, True)

    def _rendered(self, node: Node, template: jinja2.Template, macros: Macros, incremental: bool) -> _Rendered:
        try:
            ctes = self._ctes(node)
            self._incremental = incremental
            sql = template.render(macros.context)
        except Exception as error:  # as above
            return _failed(error)
        return _Rendered(with_ctes(sql, ctes))

    def _ctes(self, node: Node) -> list[str]:
        """The ephemeral models that dbt puts in front of a node's SQL; rendered where it has not compiled the node."""
        if node.compiled_code is not None:
            return [cte.sql for cte in node.extra_ctes if cte.sql]
        return [
            f" {rendered(each, self._library.adapters[0])} as (\n{self._sql(each)}\n)" for each in self._ephemeral(node)
        ]

    def _ephemeral(self, node: Node) -> list[Node]:
        """The ephemeral models that a node reads, also through others, each after those that it reads itself."""
        found: dict[str, Node] = {}
        for key in node.depends_on.nodes:
            parent = self._library.artifacts.nodes.get(key)
            if parent and parent.ephemeral and key != node.unique_id:
                found |= {
                    each.unique_id: each for each in (*self._ephemeral(parent), parent) if each.unique_id not in found
                }
        return list(found.values())

    def _sql(self, node: Node) -> str:
        """A template rendered, without what is put in front of it."""
        macros = self._macros_for(node.package_name)
        context, self._incremental = macros.context, False
        macros.context = model_context(node, self._library, macros)
        try:
            return self._library.environment.from_string(node.raw_code or "").render(macros.context)
        finally:
            macros.context = context

    def _macros_for(self, package: str) -> Macros:
        if package not in self._macros:
            self._macros[package] = Macros(self._library, package, lambda: self._incremental)
        return self._macros[package]


def _known(other: _Rendered, queries: tuple[str | None, ...], sql: str) -> Known:
    """Both branches, or the compiled one and why the other is missing. Equal branches become one."""
    if other.sql is None:
        return Known((None,), UNKNOWN + other.reason)
    return Known((None,) if same_sql(sql, other.sql) else queries, None)


def _failed(error: Exception) -> _Rendered:
    reason = " ".join(str(error).split()) or type(error).__name__
    return _Rendered(
        None, reason if isinstance(error, CannotRenderError) else f"its template does not render: {reason}"
    )
