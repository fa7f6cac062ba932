"""Pivots and unpivots of the tables, as statements and as clauses of a from."""

from collections.abc import Sequence

from tests.lineage.pen import Pen
from tests.lineage.scopes import Column, Named
from tests.lineage.selects import Query
from tests.lineage.source_tables import TABLES
from tests.lineage.two_readings import ROW, gathered, only_tracked

__all__ = ["pivot", "unpivot"]

PIVOTED = {"t": ("g", ["a", "b"]), "u": ("g", ["c", "d"]), "w": ("h", ["b"])}


def pivot(pen: Pen, known: Sequence[Named]) -> Query | None:
    """Numbers of a table, by the values of a text, for each key."""
    tables = [name for name in PIVOTED if _is_there(known, name)]
    if not tables:
        return None
    table = pen.one_of(tables)
    text, numbers = PIVOTED[table]
    used, made = _aggregates(pen, pen.one_of(numbers))
    letters = pen.one_of([["a", "b"], ["a", "b", "c"]])
    columns = (Column("k", "key", True), *(Column(f"{letter}{end}", "number") for letter in letters for end in made))
    values = ", ".join(f"'{letter}'" for letter in letters)
    written = pen.one_of(
        [
            f"(pivot {table} on {text} in ({values}) using {used} group by k)",
            f"{table} pivot ({used} for {text} in ({values}) group by k)",
        ]
    )
    return Query(_pivoted(table, written), columns, 5)


def _aggregates(pen: Pen, number: str) -> tuple[str, list[str]]:
    """The aggregates, and what a column is called after the value it is for."""
    options = [
        (f"sum({number})", [""]),
        (f"max({number}) as m", ["_m"]),
        (f"sum({number}) as s, min({number}) as m", ["_s", "_m"]),
    ]
    return pen.one_of(options)


def _pivoted(table: str, written: str) -> str:
    """The tracked reading looks the rows of each group up beside the pivot."""
    rows = f"(select k, {gathered(ROW)} as {ROW} from {table} group by k) as known"
    row = only_tracked(f", known.{ROW}")
    joined = only_tracked(f" left join {rows} on known.k is not distinct from p.k")
    if written.startswith("("):
        return f"select p.*{row} from {written} as p{joined}"
    return f"select p.*{row} from (select * from {written}) as p{joined}"


def unpivot(pen: Pen, known: Sequence[Named]) -> Query | None:
    """Two numbers of a table, as rows."""
    tables = [name for name in ("t", "u") if _is_there(known, name)]
    if not tables:
        return None
    table = pen.one_of(tables)
    numbers, name, value = PIVOTED[table][1], pen.name("g"), pen.name("n")
    kept = [Column(column, kind) for column, kind in TABLES[table].items() if column not in numbers]
    with_nulls = pen.one_of(["", " include nulls"])
    listed = ", ".join(numbers)
    clause = f"{table} unpivot{with_nulls} ({value} for {name} in ({listed}))"
    statement = f"(unpivot {table} on {listed} into name {name} value {value})"
    stars = f"*{only_tracked(f' exclude ({ROW}), concat({ROW}, {name}) as {ROW}')}"
    columns = (*kept, Column(name, "text"), Column(value, "number"))
    return Query(f"select {stars} from {pen.one_of([clause, clause if with_nulls else statement])}", columns, 28)


def _is_there(known: Sequence[Named], name: str) -> bool:
    """Whether the name means the table, and not a CTE that hides it."""
    return any(named.name == name and {c.name for c in named.columns} == set(TABLES[name]) for named in known)
