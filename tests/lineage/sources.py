"""The from of a select: one relation, or joins of every kind."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tests.lineage.expressions import restriction
from tests.lineage.pen import Pen
from tests.lineage.scopes import Column, Named, Relation, Scope
from tests.lineage.subqueries import key_and_number
from tests.lineage.two_readings import ROW, gathered, only_plain, only_tracked

__all__ = ["Source", "source"]

LARGEST = 130
JOINS = ["inner join", "left join", "join", "right join", "full join", "left outer join"]


@dataclass(frozen=True)
class Source:
    """The text of a from, and what it puts into scope."""

    sql: str
    scope: Scope
    closed: bool = False  # a comma binds less than a join, so that no join may follow it


def source(pen: Pen, known: Sequence[Named], joins: bool = True) -> Source:
    """A relation, and perhaps what is joined to it."""
    drawn = _first(pen, known)
    while joins and not drawn.closed and drawn.scope.size < LARGEST and pen.chance(45):
        drawn = pen.one_of([_on, _using, _natural, _filtering, _lateral, _unnested])(pen, drawn, known)
    return replace(drawn, scope=replace(drawn.scope, known=tuple(known)))


def _first(pen: Pen, known: Sequence[Named]) -> Source:
    named = pen.one_of(known)
    text, relation = _aliased(pen, named)
    return Source(text, Scope((relation,), (), (), named.size))


def _aliased(pen: Pen, named: Named) -> tuple[str, Relation]:
    alias = pen.name("r")
    inline = pen.one_of(["{0} as {1}", "{0} {1}", "(select * from {0}) as {1}", "(from {0}) as {1}"])
    return inline.format(named.name, alias), Relation(alias, named.columns)


def _grown(drawn: Source, text: str, relation: Relation, factor: float, merged: Sequence[str] = ()) -> Source:
    """With one more relation; a value that was there once can now be there twice."""
    relations = tuple(
        replace(each, columns=tuple(replace(column, unique=False) for column in each.columns))
        for each in (*drawn.scope.relations, relation)
    )
    size = max(drawn.scope.size * factor, drawn.scope.size, 4)
    scope = replace(drawn.scope, relations=relations, merged=tuple(merged) or drawn.scope.merged, size=size)
    return Source(f"{drawn.sql} {text}", scope, text.startswith(","))


def _partner(pen: Pen, drawn: Source, known: Sequence[Named]) -> Named | None:
    merged = set(drawn.scope.merged)
    small = [named for named in known if drawn.scope.size * named.size / 4 < LARGEST and named.of_type("key")]
    clear = [named for named in small if not merged & {column.name for column in named.columns}]
    return pen.one_of(clear) if clear else None


def _on(pen: Pen, drawn: Source, known: Sequence[Named]) -> Source:
    named, keys = _partner(pen, drawn, known), drawn.scope.outer(["key"])
    if named is None or not keys:
        return drawn
    text, relation = _aliased(pen, named)
    condition = f"{pen.one_of(keys).sql} = {relation.alias}.{pen.one_of(named.of_type('key')).name}"
    if pen.may_lose(25):
        condition += f" and {restriction(pen, Scope((relation,), (), (), 1, bare=False))}"
    return _grown(drawn, f"{pen.one_of(JOINS)} {text} on {condition}", relation, named.size / 4)


def _common(drawn: Source, named: Named) -> list[Column]:
    """Columns that can be compared by name: there once on either side, and of the same type."""
    ours = {column.name: column for column in drawn.scope.star if drawn.scope.names.count(column.name) == 1}
    return [column for column in named.columns if column.name in ours and ours[column.name].type == column.type]


def _clashing(drawn: Source, named: Named) -> set[str]:
    return {column.name for column in named.columns} & set(drawn.scope.names)


def _using(pen: Pen, drawn: Source, known: Sequence[Named]) -> Source:
    named = _partner(pen, drawn, known)
    common = [column for column in _common(drawn, named) if column.type in ("key", "letter")] if named else []
    if named is None or not common or drawn.scope.merged:
        return drawn
    text, relation = _aliased(pen, named)
    merged = [column.name for column in pen.some_of(common, 1, 2)]
    words = pen.one_of(JOINS)
    return _grown(drawn, f"{words} {text} using ({', '.join(merged)})", relation, named.size / 4, merged)


def _natural(pen: Pen, drawn: Source, known: Sequence[Named]) -> Source:
    """On keys and texts alone: equal numbers are too rare. In the tracked reading, `_row` must not take part."""
    named = _partner(pen, drawn, known)
    common = _common(drawn, named) if named else []
    odd = named is None or drawn.scope.merged or len(common) != len(_clashing(drawn, named))
    if named is None or odd or not common or {column.type for column in common} - {"key", "letter"}:
        return drawn
    text, relation = _aliased(pen, named)
    merged = [column.name for column in common]
    using = only_tracked(f"using ({', '.join(merged)})")
    natural = f"{only_plain('natural')} {pen.one_of(JOINS)} {text} {using}"
    return _grown(drawn, natural, relation, named.size / 4, merged)


def _filtering(pen: Pen, drawn: Source, known: Sequence[Named]) -> Source:
    """A semi or anti join adds nothing to the scope. An anti join that restricts nothing would leave nobody."""
    named, keys = _partner(pen, drawn, known), drawn.scope.outer(["key"])
    if named is None or not keys or not pen.may_lose(100):
        return drawn
    text, relation = _aliased(pen, named)
    condition = f"{pen.one_of(keys).sql} = {relation.alias}.{pen.one_of(named.of_type('key')).name}"
    join = "semi"
    if pen.may_lose(60):
        condition += f" and {restriction(pen, Scope((relation,), (), (), 1, bare=False))}"
        join = pen.one_of(["semi", "anti"])
    return replace(drawn, sql=f"{drawn.sql} {join} join {text} on {condition}")


def _lateral(pen: Pen, drawn: Source, known: Sequence[Named]) -> Source:
    """A sub-query in the from that looks at what stands before it."""
    found, outer = key_and_number(pen, known), drawn.scope.outer(["key"])
    if found is None or not outer:
        return drawn
    named, value, key = found
    inner, alias, name = pen.name("q"), pen.name("r"), pen.name("n")
    many = pen.chance(30) and drawn.scope.size * named.size / 4 < LARGEST
    row = f"{inner}.{ROW}" if many else gathered(f"{inner}.{ROW}")
    computed = f"{inner}.{value}" if many else f"{pen.one_of(['sum', 'max'])}({inner}.{value})"
    query = f"select {computed} as {name}{only_tracked(f', {row} as {ROW}')} from {named.name} as {inner}"
    correlated = f"({query} where {inner}.{key} = {pen.one_of(outer).sql}) as {alias}"
    words = [f"cross join lateral {correlated}", f"left join lateral {correlated} on true", f", lateral {correlated}"]
    text = pen.one_of(words)
    return _grown(drawn, text, Relation(alias, (Column(name, "number"),)), named.size / 4 if many else 1)


def _unnested(pen: Pen, drawn: Source, known: Sequence[Named]) -> Source:  # noqa: ARG001
    """A row for each item of a list."""
    lists = drawn.scope.outer(["list"])
    if not lists:
        return drawn
    alias, name = pen.name("r"), pen.name("n")
    counted = f"{only_tracked('with ordinality ')}as {alias}({name}{only_tracked(f', {ROW}')})"
    text = f"{pen.one_of(['cross join', ','])} unnest({pen.one_of(lists).sql}) {counted}"
    return _grown(drawn, text, Relation(alias, (Column(name, "number"),)), 1.8)
