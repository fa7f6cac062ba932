"""Rendering a project's macros without dbt, under the names by which a template of a package calls them.

Only Jinja runs, in its sandbox, without files, environment variables or a database. Macros are looked up as in dbt
(dbt/context/macros.py and BaseDatabaseWrapper.dispatch of dbt-core 1.11): in the model's own package, in the project,
in packages by name, in dbt itself.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.sandbox import SandboxedEnvironment

from ribbon.dbt.artifacts import Artifacts
from ribbon.dbt.nodes import Macro
from ribbon.settings import Settings

__all__ = ["IS_INCREMENTAL", "CannotRenderError", "MacroLibrary", "Macros", "Returned", "unavailable"]

DBT = "dbt"
IS_INCREMENTAL = "is_incremental"

# Adapters that fall back to the macros of others.
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

# A compiled macro: takes the context of a template, returns the function to call.
Compiled = Callable[[Mapping[str, Any]], Callable[..., Any]]

# Prefix of a macro's name in its own template, so that recursive calls too go through dbt's lookup rules.
OWN = "ribbon_macro__"


class CannotRenderError(Exception):
    """A template needs something that only a run of dbt has. inside: the innermost macro that needs it."""

    inside: str | None = None

    def __str__(self) -> str:
        """The reason, as a clause."""
        reason = " ".join(super().__str__().split())
        return f"{reason} (in the macro {self.inside})" if self.inside else reason


class Returned(Exception):  # noqa: N818  - how dbt's `return` leaves a macro, not an error
    """The value that a macro passes to `return`."""

    def __init__(self, value: Any = None) -> None:
        super().__init__()
        self.value = value


class _Unknown(jinja2.StrictUndefined):
    """A name that a template uses and that is not defined."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        self._fail_with_undefined_error()


def _environment() -> SandboxedEnvironment:
    """Jinja, configured as in dbt."""
    made = SandboxedEnvironment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"], undefined=_Unknown)
    unchanged = dict.fromkeys(("as_text", "as_bool", "as_native", "as_number"), lambda value: value)
    made.filters |= {**unchanged, "is_list": lambda value: isinstance(value, list)}
    return made


def _macro_function(
    environment: SandboxedEnvironment, macro: Macro
) -> Callable[[Mapping[str, Any]], Callable[..., Any]]:
    """Compile a macro. The result binds it to a context and returns a function."""
    tree = environment.parse(macro.macro_sql)
    for found in tree.find_all(nodes.Macro):
        found.name = OWN + found.name
    template = environment.from_string(tree)

    def bind(context: Mapping[str, Any]) -> Callable[..., Any]:
        held = template.new_context(dict(context))
        list(template.root_render_func(held))
        function: Callable[..., Any] = held.vars[OWN + macro.name]
        return function

    return bind


def unavailable(reason: str) -> Callable[..., NoReturn]:
    """A function that a template may refer to but not call."""

    def call(*_: Any, **__: Any) -> NoReturn:
        raise CannotRenderError(reason)

    return call


class MacroLibrary:
    """All macros of a manifest, each decoded and compiled on first use."""

    def __init__(self, artifacts: Artifacts, settings: Settings) -> None:
        self.artifacts = artifacts
        self.settings = settings
        self.project = artifacts.metadata.project_name or ""
        adapter = artifacts.metadata.adapter_type or ""
        self.adapters = (adapter, *PARENTS.get(adapter, ()))
        self._compiled: dict[str, Compiled] = {}
        self._incremental_calls: dict[str, bool] = {}
        self._variables: dict[str, dict[str, Any]] = {}

    @cached_property
    def environment(self) -> SandboxedEnvironment:
        """The Jinja environment of all templates."""
        return _environment()

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
        """Dbt's own packages, highest precedence first."""
        return (*(f"{DBT}_{adapter}" for adapter in self.adapters), DBT)

    def compiled(self, unique_id: str) -> Compiled:
        """A macro that can be bound to a context."""
        if unique_id not in self._compiled:
            macro = self.artifacts.macro(unique_id)
            if macro is None:
                raise CannotRenderError(f"{unique_id} is not in the manifest")
            self._compiled[unique_id] = _macro_function(self.environment, macro)
        return self._compiled[unique_id]

    def variables(self, package: str) -> Mapping[str, Any]:
        """The variables of the models of a package."""
        if package not in self._variables:
            self._variables[package] = self.settings.variables_for(package)
        return self._variables[package]

    def calls_is_incremental(self, unique_id: str) -> bool:
        """Whether a macro, or one that it calls, calls is_incremental()."""
        if unique_id not in self._incremental_calls:
            # Stored before the search, which ends it if macros call each other.
            self._incremental_calls[unique_id] = unique_id.endswith(f".{IS_INCREMENTAL}")
            macro = self.artifacts.macro(unique_id)
            called = macro.depends_on.macros if macro else ()
            self._incremental_calls[unique_id] |= any(self.calls_is_incremental(other) for other in called)
        return self._incremental_calls[unique_id]


class Macros:
    """The macros that a template of `package` can call. context: of the template that is being rendered."""

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
            raise CannotRenderError("adapter.dispatch is called with `packages`, which dbt has removed")
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
            except Exception as error:  # whatever it is, the message names the macro
                raise _in_macro(error, name) from error

        return call


def _in_macro(error: Exception, macro: str) -> CannotRenderError:
    """The error, with the innermost macro that raised it."""
    raised = error if isinstance(error, CannotRenderError) else CannotRenderError(str(error) or type(error).__name__)
    raised.inside = raised.inside or macro
    return raised
