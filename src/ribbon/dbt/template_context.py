"""The context in which a model's template is rendered without dbt: names whose values the artifacts give.

Any other name raises CannotRenderError with a reason instead of a guess. What each name gives is defined in
dbt/context/{base,providers}.py of dbt-core 1.11.
"""

import datetime
import hashlib
import itertools
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import yaml

from ribbon.dbt.macros import CannotRenderError, MacroLibrary, Macros, Returned, unavailable
from ribbon.dbt.nodes import Node
from ribbon.dbt.relations import identifier_of, rendered

__all__ = ["model_context"]

QUERIES = "{} queries the database"
UNSET = object()
COLUMN_TYPES = {
    "bigquery": {"TEXT": "STRING", "FLOAT": "FLOAT64", "INTEGER": "INT64"},
    "databricks": {"LONG": "BIGINT"},
    "spark": {"LONG": "BIGINT"},
}
BACKTICKS = frozenset({"bigquery", "spark", "databricks", "mysql"})
QUERYING = ("run_query", "statement", "load_result", "load_relation", "submit_python_job")
# The parts of these modules that dbt gives to templates and that do not lead out of the sandbox.
MODULES = {
    "datetime": {name: getattr(datetime, name) for name in ("date", "datetime", "time", "timedelta", "tzinfo")},
    "re": {name: getattr(re, name) for name in re.__all__},
    "itertools": {name: getattr(itertools, name) for name in ("chain", "product", "islice", "zip_longest", "repeat")},
}


def model_context(node: Node, library: MacroLibrary, macros: Macros) -> dict[str, Any]:
    """The names in a model's template. Macros override dbt's own names, as in dbt."""
    adapter = library.adapters[0]
    record = library.artifacts.record(node.unique_id)
    context: dict[str, Any] = {
        **_functions(),
        **_run(library),
        **_references(node, library),
        "this": Relation(node, adapter),
        "model": record,
        "config": Config(record["config"]),
        "adapter": Adapter(adapter, macros),
        "api": Known("api", Column=ColumnTypes(adapter)),
        "modules": MODULES,
    }
    variables = library.variables(node.package_name)
    context["var"] = Variables(variables, lambda text: library.environment.from_string(text).render(context))
    context["builtins"] = {name: context[name] for name in ("ref", "source", "config")}
    context |= macros.names | {name: unavailable(QUERIES.format(name)) for name in QUERYING}
    return context | {"context": context}


def _run(library: MacroLibrary) -> dict[str, Any]:
    """What the artifacts record of dbt's run."""
    return {
        "execute": True,
        "target": Known("target", type=library.adapters[0]),
        "flags": Known("flags", FULL_REFRESH=False),
        "project_name": library.project,
        "env_var": _environment_variable,
    }


def _references(node: Node, library: MacroLibrary) -> dict[str, Any]:
    """`ref` and `source`, resolved among the nodes that the model depends on."""
    adapter = library.adapters[0]
    parents = [library.artifacts.nodes[key] for key in node.depends_on.nodes if key in library.artifacts.nodes]

    def ref(*names: str, version: Any = None, v: Any = None) -> Relation:
        name, package = names[-1], names[0] if len(names) > 1 else None
        found = [parent for parent in parents if _matches(parent, name, package, version or v)]
        return Relation(_one(found, f"ref('{name}')", node.package_name, library.project), adapter)

    def source(system: str, table: str) -> Relation:
        found = [parent for parent in parents if parent.source_name == system and parent.name == table]
        return Relation(_one(found, f"source('{system}', '{table}')", node.package_name, library.project), adapter)

    return {"ref": ref, "source": source}


def _matches(node: Node, name: str, package: str | None, version: Any) -> bool:
    wanted = version if version is not None else node.latest_version
    of_version = node.version is None or str(node.version) == str(wanted)
    return node.source_name is None and node.name == name and package in {None, node.package_name} and of_version


def _one(found: list[Node], called: str, *packages: str) -> Node:
    """The node in the model's package, else in the project, else in any package."""
    if not found:
        raise CannotRenderError(f"{called} is not a dependency of the model in the manifest")
    ranked = {package: place for place, package in reversed(list(enumerate(packages)))}
    return min(found, key=lambda node: ranked.get(node.package_name, len(packages)))


def _environment_variable(name: str, _: Any = None) -> NoReturn:
    raise CannotRenderError(f"env_var('{name}') is known only to dbt's run")


def _functions() -> dict[str, Any]:
    """Dbt's functions that depend only on their arguments."""
    return {
        "return": _return,
        "log": _empty,
        "print": _empty,
        "exceptions": Known("exceptions", raise_compiler_error=_raise, warn=_empty),
        "fromjson": lambda text, default=None: _or(default, ValueError, json.loads, text),
        "tojson": lambda value, default=None, sort_keys=False: _or(
            default, ValueError, lambda: json.dumps(value, sort_keys=sort_keys)
        ),
        "fromyaml": lambda text, default=None: _or(default, yaml.YAMLError, yaml.safe_load, text),
        "toyaml": lambda value, default=None, sort_keys=False: _or(
            default, yaml.YAMLError, lambda: yaml.safe_dump(value, sort_keys=sort_keys)
        ),
        "set": lambda value, default=None: _or(default, TypeError, set, value),
        "set_strict": set,
        "zip": lambda *values, default=None: _or(default, TypeError, zip, *values),
        "zip_strict": zip,
        "local_md5": lambda text: hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(),
    }


def _or(default: Any, wrong: type[Exception], function: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except wrong:
        return default


def _return(value: Any = None) -> NoReturn:
    raise Returned(value)


def _empty(*_: Any, **__: Any) -> str:
    return ""


def _raise(message: str, *_: Any) -> NoReturn:
    raise CannotRenderError(f"it stops with the error: {message}")


class Relation:
    """A relation in a template: renders as its name, and has parts."""

    def __init__(self, node: Node, adapter: str) -> None:
        self.database = node.database
        self.schema = node.schema
        self.identifier = self.table = self.name = identifier_of(node)
        self._text = rendered(node, adapter)

    def __str__(self) -> str:
        """Its name in SQL, as dbt renders it."""
        return self._text

    def render(self) -> str:
        """Its name in SQL."""
        return self._text


class Config:
    """`config`: the configuration of the model; calling it sets nothing, because the manifest has the result."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __call__(self, *_: Any, **__: Any) -> str:
        """Renders as nothing: the manifest has what a template configures."""
        return ""

    def get(self, name: str, default: Any = None, validator: Any = None) -> Any:  # noqa: ARG002  - dbt's signature
        """A setting, or the default."""
        return self._values.get(name, default)

    def require(self, name: str, validator: Any = None) -> Any:  # noqa: ARG002
        """A setting. Raises KeyError if it is missing."""
        return self._values[name]

    def meta_get(self, name: str, default: Any = None) -> Any:
        """A setting under `meta`, or the default."""
        return (self._values.get("meta") or {}).get(name, default)


class Adapter:
    """`adapter`: the part that needs no connection."""

    def __init__(self, name: str, macros: Macros) -> None:
        self._name = name
        self.dispatch = macros.dispatch

    def type(self) -> str:
        """The adapter's name."""
        return self._name

    def quote(self, identifier: str) -> str:
        """An identifier in the quotes of the database."""
        mark = "`" if self._name in BACKTICKS else '"'
        return f"{mark}{identifier}{mark}"

    def __getattr__(self, name: str) -> Any:
        """Everything else needs a connection."""
        if name.startswith("_"):
            raise AttributeError(name)
        return unavailable(QUERIES.format(f"adapter.{name}"))


class Known:
    """An object with a few known attributes. Any other raises CannotRenderError."""

    def __init__(self, name: str, **known: Any) -> None:
        self._name = name
        self._known = known

    def __getattr__(self, name: str) -> Any:
        """A known attribute. Raises CannotRenderError for any other."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._known:
            raise CannotRenderError(f"{self._name}.{name} is in no artifact")
        return self._known[name]

    def __getitem__(self, name: str) -> Any:
        """The same with brackets."""
        return getattr(self, name)


class ColumnTypes:
    """`api.Column`: the names of types, which dbt's own macros use."""

    def __init__(self, adapter: str) -> None:
        self._adapter = adapter

    def translate_type(self, name: str) -> str:
        """The database's name of one of dbt's types."""
        return COLUMN_TYPES.get(self._adapter, {"STRING": "TEXT"}).get(name.upper(), name)

    def numeric_type(self, name: str, precision: Any, scale: Any) -> str:
        """A decimal type."""
        plain = self._adapter == "bigquery" or precision is None or scale is None
        return name if plain else f"{name}({precision},{scale})"

    def string_type(self, size: int) -> str:
        """A text type, which dbt calls the same for every database. size: in characters."""
        return f"character varying({size})"


class Variables:
    """`var`: from dbt_project.yml, else the default in the template."""

    def __init__(self, values: Mapping[str, Any], render: Callable[[str], str]) -> None:
        self._values = values
        self._render = render

    def __call__(self, name: str, default: Any = UNSET) -> Any:
        """A variable, else the default. Raises CannotRenderError if there is neither."""
        if name in self._values:
            value = self._values[name]
            return self._render(value) if isinstance(value, str) and "{" in value else value
        if default is UNSET:
            raise CannotRenderError(f"var('{name}') is not in dbt_project.yml")
        return default

    def has_var(self, name: str) -> bool:
        """Whether the project sets a variable."""
        return name in self._values
