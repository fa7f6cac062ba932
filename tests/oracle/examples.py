"""What an example is made of: a table, and arguments as a contract has them and as Great Expectations takes them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.oracle.tables import KINDS, Column, Table, in_pandas

__all__ = ["Draw", "Example", "Strategy", "bounds", "conditions", "mostly", "on_column", "sets", "strictness"]

Draw = Callable[..., Any]

# Not a value of any drawn table, nor a sum or a mean of some: rounding keeps to one side of it on either engine.
OFF = 0.001234


@dataclass(frozen=True)
class Example:
    """A question to both sides. theirs: what Great Expectations is given otherwise; their_table: in its order."""

    table: Table
    arguments: Mapping[str, Any]
    theirs: Mapping[str, Any] = field(default_factory=dict)
    their_table: Table | None = None

    @property
    def their_arguments(self) -> dict[str, Any]:
        """With values as the frames have them; an argument that `theirs` says is None is not given."""
        said = {**self.arguments, **self.theirs}
        return {key: _in_python(value) for key, value in said.items() if value is not None}


Strategy = st.SearchStrategy[Example]


def _in_python(value: Any) -> Any:
    return [_in_python(item) for item in value] if isinstance(value, list | tuple) else in_pandas(value)


@st.composite
def mostly(draw: Draw, counted: int) -> dict[str, Any]:
    """Often none; else a share, mostly one that so many rows can hit on the point."""
    if draw(st.booleans()):
        return {}
    reached = draw(st.integers(0, counted))
    share = draw(st.sampled_from([reached / counted if counted else 1, 0, 0.5, 0.9]))
    return {"mostly": share}


@st.composite
def conditions(draw: Draw) -> tuple[dict[str, Any], dict[str, Any]]:
    """Sometimes a row_condition, as SQL and as pandas has it."""
    if draw(st.integers(0, 4)):
        return {}, {}
    return {"row_condition": "k = 'x'"}, {"row_condition": 'k == "x"', "condition_parser": "pandas"}


@st.composite
def on_column(draw: Draw, table: Table, arguments: Mapping[str, Any], with_mostly: bool = True) -> Example:
    """An example about the table's first column; `mostly` and a condition are added."""
    column = table.columns[0]
    share = draw(mostly(len(column.present))) if with_mostly else {}
    ours, theirs = draw(conditions())
    return Example(table, {"column": column.name, **arguments, **share, **ours}, theirs)


@st.composite
def strictness(draw: Draw) -> dict[str, bool]:
    return {side: True for side in ("strict_min", "strict_max") if not draw(st.integers(0, 2))}


@st.composite
def bounds(draw: Draw, values: Sequence[Any], strict: bool = True, off: bool = False) -> dict[str, Any]:
    """min_value, max_value or both, out of values. off: beside a value instead of on it."""
    both = sorted(draw(st.lists(st.sampled_from(list(values)), min_size=2, max_size=2)))
    chosen = draw(st.sampled_from([("min_value", "max_value"), ("min_value",), ("max_value",)]))
    limits = {side: both[side == "max_value"] for side in chosen}
    if off:
        limits = {side: float(limit) + OFF for side, limit in limits.items()}
    return limits | (draw(strictness()) if strict else {})


@st.composite
def sets(draw: Draw, column: Column, least: int = 0) -> list[Any]:
    """Some values of a column's pool, and others."""
    value = st.sampled_from(column.pool) | st.sampled_from(column.pool) | KINDS[column.kind].values
    return draw(st.lists(value, min_size=least, max_size=4))
