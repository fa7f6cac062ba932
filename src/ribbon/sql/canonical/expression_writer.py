"""Writes terms as SQL expressions: the inverse of `meaning`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from sqlglot import Dialect, exp

from ribbon.sql.canonical.terms import AGGREGATE, COLUMN, CONSTANTS, OUTPUT, UNMOVABLE, Term, Unreadable

__all__ = ["Writing", "binds", "expression", "operand"]

CHAINS: "dict[str, type[exp.Expr]]" = {"and": exp.And, "or": exp.Or, "add": exp.Add, "mul": exp.Mul}
COMPARED: "dict[str, type[exp.Expr]]" = {
    "eq": exp.EQ,
    "lt": exp.LT,
    "lte": exp.LTE,
    "neq": exp.NEQ,
    "nullsafeeq": exp.NullSafeEQ,
    "nullsafeneq": exp.NullSafeNEQ,
}
TURNED: "dict[str, type[exp.Expr]]" = {"lt": exp.GT, "lte": exp.GTE}

# From the loosest to the tightest; operators that are not listed bind as `||` does.
LEVELS: "tuple[tuple[type[exp.Expr], ...], ...]" = (
    (exp.Lambda,),
    (exp.Or,),
    (exp.And,),
    (exp.Not,),
    (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Is, exp.In, exp.Like),
    (),
    (exp.Add, exp.Sub),
    (exp.Mul, exp.Div, exp.IntDiv, exp.Mod),
    (exp.Interval, exp.AtTimeZone),
    (exp.Neg,),
)
OTHER = 5
TIGHTEST = len(LEVELS)

WRAPPED = frozenset({AGGREGATE, *UNMOVABLE})


@dataclass(frozen=True)
class Writing:
    """How columns and queries are written where an expression stands.

    column: a column of a source; raises Unreadable where there is no such source. query: a query inside the expression,
    without brackets; raises Unreadable where it is not known.
    """

    dialect: str
    column: Callable[[Term], exp.Expr]
    query: Callable[[Term], exp.Expr]


def expression(term: Term, writing: Writing) -> exp.Expr:
    """The expression of a term. Raises Unreadable where it cannot be written."""
    if not isinstance(term, tuple) or not term or not isinstance(term[0], str):
        raise Unreadable(f"{term} cannot be written")
    head, parts = term[0], term[1:]
    if head in (COLUMN, OUTPUT, "place"):
        return writing.column(term)
    if head in WRAPPED:
        return expression(parts[0], writing)
    if term == ("count", "*"):
        return exp.Count(this=exp.Star())
    if head in CHAINS:
        return _chain(head, parts, writing)
    if head in COMPARED:
        return _compared(head, parts, writing)
    special = SPECIAL.get(head)
    return special(parts, writing) if special else _generic(head, parts, writing)


def binds(node: exp.Expr) -> int:
    """How tightly an operator binds; columns and function calls bind tightest."""
    for level, kinds in enumerate(LEVELS):
        if isinstance(node, kinds):
            return level
    return OTHER if isinstance(node, exp.Binary | exp.Between) and not isinstance(node, exp.Dot) else TIGHTEST


def operand(node: exp.Expr, above: int) -> exp.Expr:
    """The node, in brackets where it binds no tighter than the operator that it is an operand of."""
    return exp.Paren(this=node) if binds(node) <= above else node


def _chain(head: str, parts: tuple[Term, ...], writing: Writing) -> exp.Expr:
    values = _one_of(parts, writing) if head == "or" else None
    if values is not None:
        return values
    kind = CHAINS[head]
    above = binds(kind())
    first, *rest = (operand(expression(part, writing), above) for part in parts)
    for each in rest:
        first = kind(this=first, expression=each)
    return first


def _one_of(parts: tuple[Term, ...], writing: Writing) -> exp.Expr | None:
    """`a in (1, 2)` where one thing is compared with several constants."""
    compared = {part[1] for part in parts if part[0] == "eq" and part[2][0] in CONSTANTS}
    if len(compared) != 1 or not all(part[0] == "eq" and part[1] in compared for part in parts):
        return None
    if not all(part[2][0] in CONSTANTS for part in parts):
        return None
    this = operand(expression(compared.pop(), writing), binds(exp.In()))
    return exp.In(this=this, expressions=[expression(part[2], writing) for part in parts])


def _compared(head: str, parts: tuple[Term, ...], writing: Writing) -> exp.Expr:
    """A comparison, with a constant on the right."""
    left, right = (operand(expression(part, writing), binds(exp.EQ())) for part in parts)
    if head in TURNED and isinstance(left, exp.Literal):
        return TURNED[head](this=right, expression=left)
    return COMPARED[head](this=left, expression=right)


def _generic(head: str, parts: tuple[Term, ...], writing: Writing) -> exp.Expr:
    """A node of sqlglot's by its key, with its arguments by their names; else a function that sqlglot does not know."""
    arguments = {_name(part): _argument(part, writing) for part in parts}
    kind = _kinds().get(head)
    if kind is None:
        return exp.Anonymous(this=head, **arguments)
    node = kind(**arguments)
    if isinstance(node, exp.Div):
        dialect = Dialect.get_or_raise(writing.dialect)
        node.set("typed", dialect.TYPED_DIVISION)
        node.set("safe", dialect.SAFE_DIVISION)
    return _bracketed(node)


def _name(part: Term) -> str:
    if not isinstance(part, tuple) or len(part) != 2 or not isinstance(part[0], str):  # noqa: PLR2004 - name and value
        raise Unreadable(f"{part} cannot be written")
    return part[0]


def _argument(part: Term, writing: Writing) -> object:
    name, value = str(part[0]), part[1]
    if isinstance(value, str):
        return _word(name, value, writing)
    if value and isinstance(value[0], str):
        return expression(value, writing)
    return [expression(each, writing) for each in value]


def _word(name: str, value: str, writing: Writing) -> object:
    if name == "to":
        return exp.DataType.build(value, dialect=writing.dialect, udt=True)
    if name == "offset":
        return int(value)
    return True if value == "true" else value


def _bracketed(node: exp.Expr) -> exp.Expr:
    """Put brackets around operands that bind less tightly."""
    above = binds(node)
    if isinstance(node, exp.Binary | exp.Unary | exp.In | exp.AtTimeZone | exp.Bracket) and not isinstance(
        node, exp.Paren
    ):
        for key in ("this", "expression"):
            inner = node.args.get(key)
            if isinstance(inner, exp.Expr):
                node.set(key, operand(inner, above))
    return node


def _case(parts: tuple[Term, ...], writing: Writing) -> exp.Expr:
    *arms, default = parts
    ifs = [exp.If(this=expression(arm[0], writing), true=expression(arm[1], writing)) for arm in arms]
    return exp.Case(ifs=ifs, default=None if default == "null" else expression(default, writing))


def _cast(kind: "type[exp.Expr]") -> "Callable[[tuple[Term, ...], Writing], exp.Expr]":
    return lambda parts, writing: kind(
        this=expression(parts[0], writing), to=exp.DataType.build(str(parts[1]), dialect=writing.dialect, udt=True)
    )


def _not(parts: tuple[Term, ...], writing: Writing) -> exp.Expr:
    inner = expression(parts[0], writing)
    if isinstance(inner, exp.Is):
        return exp.Is(this=inner.this, expression=exp.Not(this=inner.expression))
    return exp.Not(this=operand(inner, binds(exp.Not()) - 1))


def _exists(parts: tuple[Term, ...], writing: Writing) -> exp.Expr:
    match parts:
        case (("this", ("query", term)),):
            return exp.Exists(this=writing.query(term))
    return _generic("exists", parts, writing)


def _query(parts: tuple[Term, ...], writing: Writing) -> exp.Expr:
    return exp.Subquery(this=writing.query(parts[0]))


def _field(parts: tuple[Term, ...], writing: Writing) -> exp.Expr:
    return exp.Dot.build([expression(parts[0], writing), *(exp.to_identifier(str(name)) for name in parts[1:])])


def _text(parts: tuple[Term, ...], writing: Writing) -> exp.Expr:  # noqa: ARG001 - all writers take both
    """A string on one line; indenting would change one of several lines."""
    if "\n" in parts[0]:
        raise Unreadable("a string of several lines")
    return exp.Literal.string(str(parts[0]))


def _lambda(parts: tuple[Term, ...], writing: Writing) -> exp.Expr:
    count, body, first = int(str(parts[0])), parts[1], int(str(parts[2])) if parts[2:] else 0
    names = [exp.to_identifier(f"each_{number}") for number in range(first, first + count)]
    return exp.Lambda(this=expression(body, writing), expressions=names)


SPECIAL: "dict[str, Callable[[tuple[Term, ...], Writing], exp.Expr]]" = {
    "case": _case,
    "cast": _cast(exp.Cast),
    "distinct": lambda parts, writing: exp.Distinct(expressions=[expression(each, writing) for each in parts]),
    "exists": _exists,
    "field": _field,
    "lambda": _lambda,
    "not": _not,
    "number": lambda parts, _: exp.Literal.number(str(parts[0])),
    "parameter": lambda parts, _: exp.column(f"each_{parts[0]}"),
    "query": _query,
    "text": _text,
    "trycast": _cast(exp.TryCast),
    "word": lambda parts, _: exp.var(str(parts[0])),
}


@cache
def _kinds() -> "dict[str, type[exp.Expr]]":
    """Each kind of node that sqlglot has, by its key."""
    return {kind.key: kind for kind in vars(exp).values() if isinstance(kind, type) and issubclass(kind, exp.Expr)}
