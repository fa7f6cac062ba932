"""The macros of a manifest under the names that a template of a package may use for them.

As dbt looks them up (dbt/context/macros.py and BaseDatabaseWrapper.dispatch of dbt-core 1.11): the model's own package,
the project, packages by their name, dbt itself.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from jinja2.sandbox import SandboxedEnvironment

from ribbon.dbt.artifacts import Artifacts
from ribbon.dbt.rendering import CannotRenderError, Returned, environment, macro_function
from ribbon.dbt.settings import Settings

__all__ = ["IS_INCREMENTAL", "MacroLibrary", "Macros"]

DBT = "dbt"
IS_INCREMENTAL = "is_incremental"

# Adapters that take another's macros where they have none of their own.
PARENTS = {
    "redshift": ("postgres",),
    "databricks": ("spark",),
    "athena": ("hive", "trino"),
    "synapse": ("fabric", "sqlserver"),
    "sqlserver": ("fabric",),
    "materialize": ("postgres",),
    "risingwave": ("postgres",),
    "greenplum": ("postgres",),
}

Bound = Callable[[Mapping[str, Any]], Callable[..., Any]]


class MacroLibrary:
    """Every macro of a manifest, decoded and compiled when it is first called."""

    def __init__(self, artifacts: Artifacts, settings: Settings) -> None:
        self.artifacts = artifacts
        self.settings = settings
        self.project = artifacts.metadata.project_name or ""
        adapter = artifacts.metadata.adapter_type or ""
        self.adapters = (adapter, *PARENTS.get(adapter, ()))
        self._compiled: dict[str, Bound] = {}
        self._asks: dict[str, bool] = {}
        self._variables: dict[str, dict[str, Any]] = {}

    @cached_property
    def environment(self) -> SandboxedEnvironment:
        """Jinja, once for all templates."""
        return environment()

    @cached_property
    def by_package(self) -> Mapping[str, Mapping[str, str]]:
        """Unique ids by package and name."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for unique_id in self.artifacts.macro_ids:
            _, package, name = unique_id.split(".", 2)
            found[package][name] = unique_id
        return found

    @property
    def built_in(self) -> tuple[str, ...]:
        """The packages that dbt comes with, the one that wins first."""
        return (*(f"{DBT}_{adapter}" for adapter in self.adapters), DBT)

    def compiled(self, unique_id: str) -> Bound:
        """A macro, ready to be bound to a context."""
        if unique_id not in self._compiled:
            macro = self.artifacts.macro(unique_id)
            if macro is None:
                raise CannotRenderError(f"{unique_id} is not in the manifest")
            self._compiled[unique_id] = macro_function(self.environment, macro)
        return self._compiled[unique_id]

    def variables(self, package: str) -> Mapping[str, Any]:
        """The variables that a model of a package sees."""
        if package not in self._variables:
            self._variables[package] = self.settings.variables_for(package)
        return self._variables[package]

    def asks_whether_incremental(self, unique_id: str) -> bool:
        """Whether a macro, or one that it calls, has a branch for incremental runs."""
        if unique_id not in self._asks:
            self._asks[unique_id] = unique_id.endswith(
                f".{IS_INCREMENTAL}"
            )  # ends the search where macros call in a circle
            macro = self.artifacts.macro(unique_id)
            called = macro.depends_on.macros if macro else ()
            self._asks[unique_id] |= any(self.asks_whether_incremental(other) for other in called)
        return self._asks[unique_id]


class Macros:
    """The macros as a template of `package` sees them. context: of the template that is being rendered."""

    def __init__(self, library: MacroLibrary, package: str, incremental: Callable[[], bool]) -> None:
        self._library = library
        self.context: dict[str, Any] = {}
        self._packages = {name: self._functions(ids) for name, ids in library.by_package.items()}
        dbts: dict[str, Any] = {}
        for name in reversed(library.built_in):
            dbts |= self._packages.pop(name, {})
        dbts[IS_INCREMENTAL] = incremental
        self._packages[DBT] = dbts
        project, own = self._packages.get(library.project, {}), self._packages.get(package, {})
        self.names = {**dbts, **self._packages, **project, **own, IS_INCREMENTAL: incremental}

    def dispatch(self, name: str, macro_namespace: str | None = None, packages: Any = None) -> Callable[..., Any]:
        """`adapter.dispatch`: the macro's variant for the adapter, its parents or any."""
        if packages is not None:
            raise CannotRenderError("adapter.dispatch is called with `packages`, which dbt has abolished")
        for package in self._searched(macro_namespace):
            found = self.names if package is None else self._packages.get(package, {})
            for prefix in (*self._library.adapters, "default"):
                if f"{prefix}__{name}" in found:
                    function: Callable[..., Any] = found[f"{prefix}__{name}"]
                    return function
        raise CannotRenderError(f"adapter.dispatch finds no macro {name}")

    def _searched(self, namespace: str | None) -> tuple[str | None, ...]:
        configured = self._library.settings.search_order(namespace) if namespace else ()
        if configured:
            return configured
        return (self._library.project, namespace) if namespace in self._packages else (None,)

    def _functions(self, ids: Mapping[str, str]) -> dict[str, Any]:
        return {name: self._function(name, unique_id) for name, unique_id in ids.items()}

    def _function(self, name: str, unique_id: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            try:
                return self._library.compiled(unique_id)(self.context)(*args, **kwargs)
            except Returned as returned:
                return returned.value
            except Exception as error:  # told with the macro's name, whatever it was
                raise _told(error, name) from error

        return call


def _told(error: Exception, macro: str) -> CannotRenderError:
    """The error, with the innermost macro that it came up in."""
    told = error if isinstance(error, CannotRenderError) else CannotRenderError(str(error) or type(error).__name__)
    told.inside = told.inside or macro
    return told
