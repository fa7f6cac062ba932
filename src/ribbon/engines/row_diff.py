"""Two tables row by row: by a key that is unique in both, else as multisets of rows.

As multisets, every row of one needs a row of the other, and no row is used twice. One aggregate over
both tables gives what `except all` gives both ways: a row counts 1 before and -1 after, and what does not add up to
zero is left over. On 5 million rows of 4 columns and 2 cores that takes 6.5 s, `except all` both ways 17.2 s.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ribbon.engines.compared_tables import EXAMPLES, MASK, ComparedColumn, ComparedTables, as_text, cut
from ribbon.model import DifferingRow, RowsCompared

__all__ = ["diff_by_key", "diff_of_multisets", "is_key"]

# Names of temporary tables.
LEFT_OVER, UNMATCHED = "ribbon_left_over", "ribbon_unmatched"

# Floats are put in order by this many significant digits, so that noise behind them does not decide the pairs.
ORDER_BY = "{:.5e}"

Named = Sequence[tuple[str, ComparedColumn]]


def is_key(tables: ComparedTables, key: Sequence[ComparedColumn]) -> bool:
    """Whether these columns are never null and never twice the same, in either table. Floats are no key."""
    if not key or any(column.is_float for column in key):
        return False
    names = [f"k{place}" for place in range(len(key))]
    selects = tables.selects(list(zip(names, key, strict=True)))
    # One without a null has as many distinct keys as rows only if none comes twice.
    statement = "select count(*) = (select count(*) from (select distinct {0} from ({1})))"
    statement += " and count(*) = count(*) filter (where {2}) from ({1})"
    present = " and ".join(f"{name} is not null" for name in names)
    return all(tables.rows(statement.format(", ".join(names), select, present))[0][0] for select in selects)


def diff_by_key(tables: ComparedTables, key: Sequence[ComparedColumn], counted: RowsCompared) -> RowsCompared:
    """What is in one table only, and what has other values. counted: what is known of the tables so far."""
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
        found = replace(found, examples=tuple(_examples_by_key(tables, key, values, joined)))
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


def _examples_by_key(
    tables: ComparedTables, key: Sequence[ComparedColumn], values: Sequence[ComparedColumn], joined: str
) -> Iterator[DifferingRow]:
    """The first rows that differ, in the order of their keys. Hidden values are not even read."""
    differ = _differ(tables, values)
    keys = [f"coalesce(a.k{place}, b.k{place})" for place in range(len(key))]
    selected = [_text(tables, column, value) for column, value in zip(key, keys, strict=True)]
    for place, (column, condition) in enumerate(zip(values, differ, strict=True)):
        selected += [condition, *(_text(tables, column, f"{side}.v{place}") for side in "ba")]
    rows = tables.rows(
        f"select b.there, a.there, {', '.join(selected)} from {joined}"
        f" where a.there is null or b.there is null or {' or '.join(differ) or 'false'}"
        f" order by {', '.join(keys)} limit {EXAMPLES}"
    )
    for in_before, in_after, *row in rows:
        side = "both" if in_before and in_after else "before" if in_before else "after"
        named = dict(zip((column.name for column in key), map(cut, row), strict=False))
        yield DifferingRow(named, side, _values(values, row[len(key) :]) if side == "both" else {})


def _values(values: Sequence[ComparedColumn], row: Sequence[Any]) -> dict[str, tuple[str | None, str | None]]:
    """Of each column: whether it differs, its value before, its value after."""
    cells = zip(values, row[::3], row[1::3], row[2::3], strict=True)
    return {column.name: (cut(before), cut(after)) for column, differs, before, after in cells if differs}


def _text(tables: ComparedTables, column: ComparedColumn, value: str) -> str:
    return f"'{MASK}'" if tables.is_hidden(column) else as_text(value)


def diff_of_multisets(tables: ComparedTables, counted: RowsCompared) -> RowsCompared:
    """How many rows of either table have no counterpart. counted: what is known of the tables so far.

    Rows that are the same to the bit are paired first. Of the others, those that agree in everything but floats are put
    in the order of their floats, and the first is paired with the first: where all of these agree within the tolerance,
    every row has a counterpart. Rows whose order noise has changed may count as different although they are equal,
    never the other way round.
    """
    if not tables.columns:
        return replace(counted, only_before=counted.before, only_after=counted.after)
    named = [(f"c{place}", column) for place, column in enumerate(tables.columns)]
    _leave_over(tables, named)
    unmatched = LEFT_OVER
    if any(column.is_float for column in tables.columns):
        _match_floats(tables, named)
        unmatched = UNMATCHED
    sums = "coalesce(sum(n) filter (where n > 0), 0)::bigint, coalesce(-sum(n) filter (where n < 0), 0)::bigint"
    only_before, only_after = tables.rows(f"select {sums} from {unmatched}")[0]
    examples = tuple(_unmatched_rows(tables, named, unmatched)) if only_before or only_after else ()
    return replace(counted, only_before=only_before, only_after=only_after, examples=examples)


def _leave_over(tables: ComparedTables, named: Named) -> None:
    before, after = tables.selects(named)
    names = ", ".join(name for name, _ in named)
    tables.rows(
        f"create or replace temp table {LEFT_OVER} as select {names}, sum(n)::bigint as n from ("
        f"select *, 1 as n from ({before}) union all by name select *, -1 as n from ({after})"
        f") group by {names} having sum(n) <> 0"
    )


def _match_floats(tables: ComparedTables, named: Named) -> None:
    """Of the rows left over, those that differ by more than the tolerance."""
    exact = [name for name, column in named if not column.is_float]
    apart = [tables.apart(column, f"b.{name}", f"a.{name}") for name, column in named if column.is_float]
    on = " and ".join(f"b.{name} is not distinct from a.{name}" for name in [*exact, "place"])
    before, after = (_one_by_one(named, exact, sign) for sign in (">", "<"))
    matched = f"b.place is not null and a.place is not null and not ({' or '.join(apart)})"
    tables.rows(
        f"create or replace temp table {UNMATCHED} as with pairs as ("
        f"select b, a from ({before}) as b full join ({after}) as a on {on} where not ({matched})"
        ") select unnest(b), 1 as n from pairs where b.place is not null"
        " union all by name select unnest(a), -1 as n from pairs where a.place is not null"
    )


def _one_by_one(named: Named, exact: Sequence[str], sign: str) -> str:
    """The rows of one table with their copies, each with its place among those that agree in all but floats."""
    names = ", ".join(name for name, _ in named)
    floats = [name for name, column in named if column.is_float]
    roughly = [f"format('{ORDER_BY}', {name})" for name in floats]
    within = f"partition by {', '.join(exact)} " if exact else ""
    return (
        f"select {names}, row_number() over ({within}order by {', '.join([*roughly, *floats])}) as place"
        f" from (select {names}, unnest(range(abs(n))) from {LEFT_OVER} where n {sign} 0)"
    )


def _unmatched_rows(tables: ComparedTables, named: Named, unmatched: str) -> Iterator[DifferingRow]:
    """The first rows without a counterpart, in the order of their columns. Hidden values are not even read."""
    shown = [f"'{MASK}'" if tables.is_hidden(column) else as_text(name) for name, column in named]
    order = ", ".join(name for name, column in named if not tables.is_hidden(column)) or "n"
    rows = tables.rows(f"select n > 0, {', '.join(shown)} from {unmatched} order by {order} limit {EXAMPLES}")
    for in_before, *row in rows:
        values = {column.name: cut(value) for (_, column), value in zip(named, row, strict=True)}
        yield DifferingRow(values, "before" if in_before else "after")
