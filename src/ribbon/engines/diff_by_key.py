"""Two tables row by row, matched by a key that is unique in both: one join for all counts."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ribbon.engines.compared_columns import ComparedColumn
from ribbon.engines.compared_tables import EXAMPLES, MASK, ComparedTables, as_text, cut
from ribbon.model import DifferingRow, RowsCompared

__all__ = ["diff_by_key", "is_key"]


def is_key(tables: ComparedTables, key: Sequence[ComparedColumn]) -> bool:
    """Whether these columns are never null and never twice the same, in either table. Floats are no key."""
    if not key or any(column.is_float for column in key):
        return False
    names = [f"k{place}" for place in range(len(key))]
    selects = tables.selects(list(zip(names, key, strict=True)))
    # One without a null has as many distinct keys as rows only if none comes twice.
    question = "select count(*) = (select count(*) from (select distinct {0} from ({1})))"
    question += " and count(*) = count(*) filter (where {2}) from ({1})"
    present = " and ".join(f"{name} is not null" for name in names)
    return all(tables.rows(question.format(", ".join(names), select, present))[0][0] for select in selects)


def diff_by_key(tables: ComparedTables, key: Sequence[ComparedColumn], counted: RowsCompared) -> RowsCompared:
    """What is on one side only, and what has other values. counted: what is known of the tables by now."""
    values = [column for column in tables.columns if column not in key]
    joined, differ = _joined(tables, key, values), _differ(tables, values)
    both = "b.there and a.there"
    any_differs = " or ".join(differ) or "false"
    counts = [
        "count(*) filter (where a.there is null)",
        "count(*) filter (where b.there is null)",
        f"count(*) filter (where {both} and ({any_differs}))",
        *(f"count(*) filter (where {both} and {condition})" for condition in differ),
    ]
    only_before, only_after, changed, *by_column = tables.rows(f"select {', '.join(counts)} from {joined}")[0]
    found = replace(
        counted,
        key=tuple(column.name for column in key),
        only_before=only_before,
        only_after=only_after,
        changed=changed,
        differing={column.name: count for column, count in zip(values, by_column, strict=True) if count},
    )
    if only_before or only_after or changed:
        found = replace(found, examples=tuple(_examples(tables, key, values, joined)))
    return found


def _joined(tables: ComparedTables, key: Sequence[ComparedColumn], values: Sequence[ComparedColumn]) -> str:
    """Both tables side by side: `b` is before, `a` is after."""
    named = [(f"k{place}", column) for place, column in enumerate(key)]
    named += [(f"v{place}", column) for place, column in enumerate(values)]
    before, after = tables.selects(named)
    on = " and ".join(f"b.k{place} = a.k{place}" for place in range(len(key)))
    b, a = (f"(select *, true as there from ({select})) as {name}" for select, name in ((before, "b"), (after, "a")))
    return f"{b} full join {a} on {on}"


def _differ(tables: ComparedTables, values: Sequence[ComparedColumn]) -> list[str]:
    return [tables.apart(column, f"b.v{place}", f"a.v{place}") for place, column in enumerate(values)]


def _examples(
    tables: ComparedTables, key: Sequence[ComparedColumn], values: Sequence[ComparedColumn], joined: str
) -> Iterator[DifferingRow]:
    """The first rows that differ, in the order of their keys. A hidden value is not even asked for."""
    differ = _differ(tables, values)
    keys = [f"coalesce(a.k{place}, b.k{place})" for place in range(len(key))]
    asked = [_text(tables, column, value) for column, value in zip(key, keys, strict=True)]
    for place, (column, condition) in enumerate(zip(values, differ, strict=True)):
        asked += [condition, *(_text(tables, column, f"{side}.v{place}") for side in "ba")]
    rows = tables.rows(
        f"select b.there, a.there, {', '.join(asked)} from {joined}"
        f" where a.there is null or b.there is null or {' or '.join(differ) or 'false'}"
        f" order by {', '.join(keys)} limit {EXAMPLES}"
    )
    for in_before, in_after, *row in rows:
        side = "both" if in_before and in_after else "before" if in_before else "after"
        named = dict(zip((column.name for column in key), map(cut, row), strict=False))
        yield DifferingRow(named, side, _values(values, row[len(key) :]) if side == "both" else {})


def _values(values: Sequence[ComparedColumn], row: Sequence[Any]) -> dict[str, tuple[str | None, str | None]]:
    """Of each column: whether it differs, its value before, its value after."""
    told = zip(values, row[::3], row[1::3], row[2::3], strict=True)
    return {column.name: (cut(before), cut(after)) for column, differs, before, after in told if differs}


def _text(tables: ComparedTables, column: ComparedColumn, value: str) -> str:
    return f"'{MASK}'" if tables.is_hidden(column) else as_text(value)
