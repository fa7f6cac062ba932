"""The objects that a template gets to see. What they cannot know without a run of dbt, they say instead of guessing."""

from collections.abc import Callable, Mapping
from typing import Any

from ribbon.dbt.macros import Macros
from ribbon.dbt.nodes import Node
from ribbon.dbt.relations import identifier_of, rendered
from ribbon.dbt.rendering import CannotRenderError, out_of_reach

__all__ = ["ASKS", "Adapter", "ColumnTypes", "Config", "Known", "Relation", "Variables"]

ASKS = "{} asks the database"
UNSET = object()
COLUMN_TYPES = {
    "bigquery": {"TEXT": "STRING", "FLOAT": "FLOAT64", "INTEGER": "INT64"},
    "databricks": {"LONG": "BIGINT"},
    "spark": {"LONG": "BIGINT"},
}
BACKTICKS = frozenset({"bigquery", "spark", "databricks", "mysql"})


class Relation:
    """A relation in a template: it writes its name, and has parts."""

    def __init__(self, node: Node, adapter: str) -> None:
        self.database = node.database
        self.schema = node.schema
        self.identifier = self.table = self.name = identifier_of(node)
        self._text = rendered(node, adapter)

    def __str__(self) -> str:
        """Its name, as dbt writes it into SQL."""
        return self._text

    def render(self) -> str:
        """The same."""
        return self._text


class Config:
    """`config`: what the model is configured with; calling it sets nothing, for that is done."""

    def __init__(self, settled: Mapping[str, Any]) -> None:
        self._settled = settled

    def __call__(self, *_: Any, **__: Any) -> str:
        """What a template configures is in the manifest by now."""
        return ""

    def get(self, name: str, default: Any = None, validator: Any = None) -> Any:  # noqa: ARG002  (dbt's signature)
        """A setting, or the default."""
        return self._settled.get(name, default)

    def require(self, name: str, validator: Any = None) -> Any:  # noqa: ARG002
        """A setting; KeyError where there is none."""
        return self._settled[name]

    def meta_get(self, name: str, default: Any = None) -> Any:
        """A setting under `meta`, or the default."""
        return (self._settled.get("meta") or {}).get(name, default)


class Adapter:
    """`adapter`: what needs no connection."""

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
        """All else needs a connection."""
        if name.startswith("_"):
            raise AttributeError(name)
        return out_of_reach(ASKS.format(f"adapter.{name}"))


class Known:
    """An object of which a few attributes are known: the others are a reason, not an empty text."""

    def __init__(self, called: str, **known: Any) -> None:
        self._called = called
        self._known = known

    def __getattr__(self, name: str) -> Any:
        """A known attribute; CannotRenderError for any other."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._known:
            raise CannotRenderError(f"{self._called}.{name} is in no artifact")
        return self._known[name]

    def __getitem__(self, name: str) -> Any:
        """The same, as templates write it."""
        return getattr(self, name)


class ColumnTypes:
    """`api.Column`: the names of types, which dbt's own macros ask for."""

    def __init__(self, adapter: str) -> None:
        self._adapter = adapter

    def translate_type(self, name: str) -> str:
        """The database's name for a type of dbt's."""
        return COLUMN_TYPES.get(self._adapter, {"STRING": "TEXT"}).get(name.upper(), name)

    def numeric_type(self, name: str, precision: Any, scale: Any) -> str:
        """A decimal type."""
        plain = self._adapter == "bigquery" or precision is None or scale is None
        return name if plain else f"{name}({precision},{scale})"

    def string_type(self, size: int) -> str:
        """A text type. size: in characters."""
        return "string" if self._adapter == "bigquery" else f"character varying({size})"


class Variables:
    """`var`: from dbt_project.yml, else the template's own default."""

    def __init__(self, values: Mapping[str, Any], render: Callable[[str], str]) -> None:
        self._values = values
        self._render = render

    def __call__(self, name: str, default: Any = UNSET) -> Any:
        """A variable, else the default; CannotRenderError where there is neither."""
        if name in self._values:
            value = self._values[name]
            return self._render(value) if isinstance(value, str) and "{" in value else value
        if default is UNSET:
            raise CannotRenderError(f"var('{name}') is not in dbt_project.yml")
        return default

    def has_var(self, name: str) -> bool:
        """Whether the project sets a variable."""
        return name in self._values
