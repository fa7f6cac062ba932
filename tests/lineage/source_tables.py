"""The tables that generated SQL reads, and how the values of one of their columns are changed.

Keys and texts repeat, so that groups and joins meet; numbers spread; each column has nulls. Every table carries a
hidden `_row`, by which a row is known again after a change.
"""

import random
from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["CHANGES", "TABLES", "TYPES", "Rows", "changed", "drawn_rows", "source_columns"]

Rows = list[tuple[Any, ...]]
Change = Callable[[random.Random, list[Any]], list[Any]]

TYPES = {
    "key": "bigint",
    "number": "bigint",
    "letter": "varchar",
    "flag": "boolean",
    "struct": "struct(x bigint, y bigint)",
    "list": "bigint[]",
}
TABLES: dict[str, dict[str, str]] = {
    "t": {"k": "key", "g": "letter", "a": "number", "b": "number", "f": "flag", "s": "struct", "l": "list"},
    "u": {"k": "key", "g": "letter", "c": "number", "d": "number"},
    "w": {"k": "key", "h": "letter", "b": "number", "l": "list"},
}
ROW_COUNTS = {"t": 14, "u": 12, "w": 10}
KEYS = range(1, 6)
LETTERS = "abcd"


def source_columns() -> list[tuple[str, str]]:
    return [(table, column) for table, columns in TABLES.items() for column in columns]


def drawn_rows(table: str, seed: int) -> Rows:
    """The same rows for the same seed, on every machine."""
    chance = random.Random(f"{table} {seed}")  # noqa: S311
    rows = range(ROW_COUNTS[table])
    values = [[_value(chance, kind, 0.1) for _ in rows] for kind in TABLES[table].values()]
    return [tuple(row) for row in zip(*values, (f"{table}{row}" for row in rows), strict=True)]


def changed(rows: Rows, position: int, change: Change, seed: int) -> Rows:
    """The same rows, with other values in one column."""
    values = change(random.Random(seed), [row[position] for row in rows])  # noqa: S311
    return [(*row[:position], value, *row[position + 1 :]) for row, value in zip(rows, values, strict=True)]


def _value(chance: random.Random, kind: str, nulls: float = 0.0) -> Any:
    return None if chance.random() < nulls else MADE[kind](chance)


def _struct(chance: random.Random) -> dict[str, int]:
    return {"x": chance.randint(-10, 30), "y": chance.randint(-10, 30)}


def _list(chance: random.Random) -> list[int]:
    return [chance.randint(-10, 30) for _ in range(chance.choice([1, 1, 2, 3]))]


MADE: dict[str, Callable[[random.Random], Any]] = {
    "key": lambda chance: chance.choice(KEYS),
    "number": lambda chance: chance.randint(-10, 30),
    "letter": lambda chance: chance.choice(LETTERS),
    "flag": lambda chance: chance.random() < 0.5,
    "struct": _struct,
    "list": _list,
}


def _each(change: Callable[[Any], Any]) -> Change:
    return lambda _, values: [None if value is None else change(value) for value in values]


def _anew(kind: str, nulls: float) -> Change:
    return lambda chance, values: [_value(chance, kind, nulls) for _ in values]


def _one(kind: str) -> Change:
    def change(chance: random.Random, values: list[Any]) -> list[Any]:
        place = chance.randrange(len(values))
        return [*values[:place], _new_value(chance, kind), *values[place + 1 :]]

    return change


def _new_value(chance: random.Random, kind: str) -> Any:
    """For a key, also one that nothing is joined to."""
    return chance.randint(1, 8) if kind == "key" else _value(chance, kind)


def _shuffled(chance: random.Random, values: list[Any]) -> list[Any]:
    return chance.sample(values, len(values))


def _nulls_moved(chance: random.Random, values: list[Any]) -> list[Any]:
    present = [value for value in values if value is not None]
    return [chance.choice(present) if value is None or chance.random() < 0.6 else None for value in values]


def _filled(kind: str) -> Change:
    """Rows without a value become a group of their own, with a value that none had."""
    return lambda _, values: [NEW[kind] if value is None else value for value in values]


def _same(chance: random.Random, values: list[Any]) -> list[Any]:
    return [chance.choice(values)] * len(values)


def _wide(chance: random.Random, values: list[Any]) -> list[Any]:
    return [chance.randint(-9000, 9000) for _ in values]


def _mapped(pairs: Sequence[tuple[Any, Any]]) -> Change:
    """A one-to-one map of the values keeps groups as they are, and gives them other names."""
    return _each(lambda value: dict(pairs).get(value, value))


def _swapped(one: Any, other: Any) -> Change:
    return _mapped([(one, other), (other, one)])


def _moved(by: int) -> dict[str, Change]:
    """Far away, they turn comparisons and keep every remainder; 15 further, even ones are odd and all else is kept."""
    return {
        "number": _each(lambda value: value + by),
        "struct": _each(lambda value: {"x": value["x"] + by, "y": value["y"] + by}),
        "list": _each(lambda value: [item + by for item in value]),
    }


NEW = {"number": 999, "key": 105, "letter": "new", "flag": True, "struct": {"x": 999, "y": 999}, "list": [999]}
OF_KIND: dict[str, list[Change]] = {
    "key": [_swapped(1, 2), _swapped(3, 2), _mapped([(3, 4), (4, 5), (5, 3)]), _each(lambda value: value + 100)],
    "letter": [_swapped("a", "b"), _mapped([("a", "bb"), ("b", "az")]), _each(lambda value: value * 2)],
    "flag": [_each(lambda value: not value), lambda _, values: [True] * len(values)],
    "number": [_wide, _each(lambda value: -value)],
}


def _for_kind(kind: str) -> list[Change]:
    moved = [_moved(by)[kind] for by in (6000, -6000, 15, 7) if kind in _moved(by)]
    singles = [_one(kind) for _ in range(4)]
    anew = [_anew(kind, 0.1), *singles, _anew(kind, 0)]
    return [*moved, *OF_KIND.get(kind, []), _filled(kind), _same, *anew, _nulls_moved, _shuffled, *singles]


CHANGES: dict[str, list[Change]] = {kind: _for_kind(kind) for kind in TYPES}
