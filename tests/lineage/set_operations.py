"""Unions, intersections, differences, and relations that are written out."""

from collections.abc import Sequence
from dataclasses import replace

from tests.lineage.pen import Pen
from tests.lineage.scopes import Column, Named
from tests.lineage.selects import Query, can_repeat, distinct, projection
from tests.lineage.two_readings import ROW, gathered, only_plain, only_tracked

__all__ = ["common_or_left", "union", "values"]

KINDS = ["number", "text", "key", "number", "flag", "struct", "list"]


def union(pen: Pen, known: Sequence[Named]) -> Query:
    """Two or three branches, by position or by name, with what is there twice or without."""
    kinds = ["key", "flag"] if pen.chance(40) else KINDS
    wanted = [Column(pen.name("e"), pen.one_of(kinds)) for _ in range(pen.number(1, 3))]
    by_name = pen.chance(40)
    branches = [projection(pen, known, wanted, "1")]
    for place in range(pen.one_of([1, 1, 2])):
        branches.append(_branch(pen, known, wanted, by_name, str(place + 2)))
    given = branches if by_name else branches[:1]
    columns = tuple({column.name: column for each in given for column in each.columns}.values())
    once = can_repeat(columns) and pen.chance(60)
    text = f" {_union_word(pen, once)}{'by name ' if by_name else ''}".join(branch.sql for branch in branches)
    found = Query(_aligned(text, columns) if by_name else text, columns, sum(branch.size for branch in branches))
    return distinct(found, "") if once else found


def _union_word(pen: Pen, once: bool) -> str:
    """The tracked reading keeps all, to find out afterwards which rows became one."""
    if not once:
        return "union all "
    return f"union {only_tracked('all ')}{only_plain(pen.one_of(['', 'distinct ']))}"


def _aligned(text: str, columns: Sequence[Column]) -> str:
    """By name, `_row` of the tracked reading comes before what only later branches have."""
    names = ", ".join(column.name for column in columns)
    return f"{only_tracked(f'select {names}, {ROW} from (')}{text}{only_tracked(') as aligned')}"


def _branch(pen: Pen, known: Sequence[Named], wanted: list[Column], by_name: bool, tag: str) -> Query:
    if not by_name:
        renamed = [replace(column, name=pen.name("e")) if pen.chance(50) else column for column in wanted]
        return projection(pen, known, renamed, tag)
    shuffled = pen.some_of(wanted, 1, len(wanted))
    more = [Column(pen.name("e"), pen.one_of(KINDS))] if pen.chance(30) else []
    return projection(pen, known, shuffled + more, tag)


def common_or_left(pen: Pen, known: Sequence[Named]) -> Query:
    """intersect and except, on keys: other values hardly ever meet."""
    wanted = [Column(pen.name("k"), "key"), *([Column(pen.name("e"), "flag")] if pen.chance(30) else [])]
    left, right = (projection(pen, known, wanted) for _ in range(2))
    word = pen.one_of(["intersect", "except"])
    names = ", ".join(f"lefts.{column.name}" for column in wanted)
    same = " and ".join(f"rights.{column.name} is not distinct from lefts.{column.name}" for column in wanted)
    before = only_tracked(f"select {names}, {gathered(f'lefts.{ROW}')} as {ROW} from (")
    exists = only_tracked(f") as lefts where {'not ' if word == 'except' else ''}exists (select 1 from (")
    after = only_tracked(f") as rights where {same}) group by {names}")
    single = len(wanted) == 1
    columns = tuple(replace(column, unique=single) for column in wanted)
    return Query(f"{before}{left.sql}{only_plain(f' {word} ')}{exists}{right.sql}{after}", columns, 5, merges=True)


def values(pen: Pen) -> Query:
    """Rows that are written out: they come from nowhere."""
    key, text, number = (pen.name(stem) for stem in "kgn")
    rows = ", ".join(_written_row(letter, place, pen.number(-10, 30)) for place, letter in enumerate("abcd", start=1))
    alias = f"written({key}, {text}, {number}{only_tracked(f', {ROW}')})"
    columns = (Column(key, "key", True), Column(text, "letter", True), Column(number, "number"))
    return Query(f"select * from (values {rows}) as {alias}", columns, 4)


def _written_row(letter: str, key: int, number: int) -> str:
    row = only_tracked(f", '{letter}'")
    return f"({key}, '{letter}', {number}{row})"
