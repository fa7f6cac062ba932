"""What changed in the SQL of a model: columns, their types, rows."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from ribbon.evolve.impact.change import Change, Effect, What
from ribbon.sql.canonical import Logic, Output, Reading, Term, from_json, to_text

__all__ = ["changed_columns", "changed_rows", "grain", "renamed", "same_type", "takes_all"]

# Each type holds all values of those before it in its row. A float holds integers of 24 bits, a double of 53.
ROWS = (
    ("tinyint", "smallint", "integer", "bigint", "hugeint"),
    ("utinyint", "usmallint", "uinteger", "ubigint", "uhugeint"),
    ("utinyint", "smallint", "uinteger", "bigint"),
    ("tinyint", "smallint", "float", "double"),
    ("integer", "double"),
)
ALIASES = {
    "int": "integer",
    "int1": "tinyint",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "int64": "bigint",
    "long": "bigint",
    "short": "smallint",
    "float4": "float",
    "real": "float",
    "float8": "double",
    "float64": "double",
    "double precision": "double",
    "numeric": "decimal",
    "string": "varchar",
    "text": "varchar",
    "char": "varchar",
    "bpchar": "varchar",
    "bool": "boolean",
    "timestamptz": "timestamp with time zone",
    "datetime": "timestamp",
}
DECIMAL = (18, 3)  # DuckDB's default
TYPE = re.compile(r"^([a-z_0-9 ]+?)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?$")


class Type(NamedTuple):
    """A type by its canonical name. precision, scale: of decimals, 0 for others."""

    name: str
    precision: int = 0
    scale: int = 0


def same_type(one: str, other: str) -> bool:
    """Whether two names mean the same type. Lengths of texts do not count: DuckDB does not enforce them."""
    return _parsed_type(one) == _parsed_type(other)


def takes_all(before: str, after: str) -> bool:
    """Whether every value of the first type certainly fits the second."""
    old, new = _parsed_type(before), _parsed_type(after)
    if old.name == new.name:
        return new.scale >= old.scale and new.precision - new.scale >= old.precision - old.scale
    return any(old.name in row and new.name in row and row.index(old.name) < row.index(new.name) for row in ROWS)


def _parsed_type(text: str) -> Type:
    found = TYPE.match(" ".join(text.casefold().split()))
    if not found:
        return Type(text.casefold())
    name = ALIASES.get(found[1], found[1])
    if name != "decimal":
        return Type(name)
    return Type(name, int(found[2]), int(found[3] or 0)) if found[2] else Type(name, *DECIMAL)


CASTS = frozenset({"cast", "trycast"})


def renamed(before: Logic, after: Logic) -> dict[str, str]:
    """The former name of each column that has the same meaning under another name."""
    old, new = _by_name(before), _by_name(after)
    gone = {output.meaning: name for name, output in reversed(tuple(old.items())) if name not in new}
    found: dict[str, str] = {}
    for name, output in new.items():
        if name not in old and output.meaning in gone:
            found[name] = gone.pop(output.meaning)
    return found


def changed_columns(before: Logic, after: Logic) -> Iterator[Change]:
    """The columns of both that are computed differently; a cast to another type is reported by its types."""
    old = _by_name(before)
    for output in after.outputs:
        was = old.get(output.name)
        if was is not None and was.meaning != output.meaning:
            yield _changed_column(output.name, from_json(was.term), from_json(output.term))


def _changed_column(name: str, before: Term, after: Term) -> Change:
    (old, bare), (new, other) = _cast(before), _cast(after)
    if bare == other:
        return Change(What.RETYPED, name, old, new)
    return Change(What.MEANING, name, to_text(before), to_text(after), Effect.VALUES)


def changed_rows(before: Reading, after: Reading) -> Change | None:
    """Whether the rows differ, and why as far as known; None where they are the same."""
    one, other = before.queries[-1].logic, after.queries[-1].logic
    if one.rows == other.rows:
        return None
    keys = _keys(one, {}), _keys(other, renamed(one, other))
    if keys[0] != keys[1] and (all(keys) or one.reads == other.reads):  # else another model may do the grouping now
        return Change(What.GRAIN, None, grain(keys[0]), grain(keys[1]), Effect.VALUES)
    gone, new = _apart(_decides(before), _decides(after))
    return Change(What.ROWS, None, gone, new, Effect.VALUES)


def _keys(logic: Logic, names: Mapping[str, str]) -> frozenset[str]:
    """The keys of its grouping: columns that it returns, by their former names, else as expressions."""
    columns = {to_text(from_json(output.term)): names.get(output.name, output.name) for output in logic.outputs}
    return frozenset(columns.get(key, key) for key in logic.keys)


def grain(keys: Collection[str]) -> str:
    """Of which columns there is one row each, in words."""
    return f"one row per {', '.join(sorted(keys))}" if keys else "not grouped"


def _decides(reading: Reading) -> dict[str, None]:
    """What decides the rows of any of the queries."""
    logics = [query.logic for query in reading.queries]
    conditions = (each for logic in logics for each in logic.conditions)
    keys = (f"grouped by {', '.join(logic.keys)}" for logic in logics if logic.keys)
    reads = (f"reads {each.rpartition('.')[2]}" for logic in logics for each in logic.reads)
    return dict.fromkeys((*conditions, *keys, *reads))


def _apart(before: Mapping[str, None], after: Mapping[str, None]) -> tuple[str, str]:
    gone, new = (
        ", ".join(each for each in one if each not in other) for one, other in ((before, after), (after, before))
    )
    return gone, new


def _cast(term: Term) -> tuple[str, Term]:
    if isinstance(term, tuple) and term and term[0] in CASTS:
        return str(term[2]) if isinstance(term[2], str) else to_text(term[2]), term[1]
    return "", term


def _by_name(logic: Logic) -> Mapping[str, Output]:
    return {output.name: output for output in logic.outputs}
