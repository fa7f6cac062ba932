"""Meanings of expressions as nested tuples, in which names of aliases and CTEs no longer occur.

A term is a word or a tuple of a head and its parts. Columns are `("col", source, name)`, those of a nested query
`("out", source, name)`; a source is an id such as `#3` while a query is read, and a label afterwards.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

__all__ = [
    "AGGREGATE",
    "COLUMN",
    "CONSTANTS",
    "OUTPUT",
    "UNMOVABLE",
    "WINDOW",
    "Term",
    "Unreadable",
    "Upstream",
    "contains",
    "flat",
    "from_json",
    "is_plain",
    "parts_of",
    "rebuilt",
    "tidy",
    "to_json",
    "to_text",
    "trace_upstream",
    "walk",
]

Term: TypeAlias = str | tuple["Term", ...]

# What a column of a relation means, one step further upstream; None where that is where it begins.
Upstream = Callable[[str, str], Term | None]

COLUMN, OUTPUT, AGGREGATE, WINDOW = "col", "out", "agg", "window"

CONSTANTS = ("text", "number")

# Terms that may not be moved or repeated: they differ each time, or turn one row into several.
UNMOVABLE = ("volatile", "unfold")

# The order of the parts does not matter below these heads.
COMMUTATIVE = frozenset({"and", "or", "eq", "neq", "add", "mul", "same", "nullsafeeq", "nullsafeneq", "any of"})
ASSOCIATIVE = frozenset({"and", "or", "add", "mul"})  # in brackets or not
IDEMPOTENT = frozenset({"and", "or", "same"})

# A sum of sums is a sum, and so on: grouping in steps.
NESTED_AGGREGATES = {("sum", "sum"), ("min", "min"), ("max", "max"), ("sum", "count"), ("sum", "count rows")}

CASTS = frozenset({"cast", "trycast"})

# How a term is printed.
INFIX = {"and": " and ", "or": " or ", "eq": " = ", "neq": " <> ", "lt": " < ", "lte": " <= ", "add": " + "}
INFIX |= {"sub": " - ", "mul": " * ", "div": " / ", "mod": " % ", "dpipe": " || ", "same": " = ", "is": " is "}
UNNAMED = frozenset({"this", "expression", "expressions"})
WORDS = frozenset({"number", "word", "place", "parameter"})
WRAPPED = frozenset({AGGREGATE, *UNMOVABLE})


class Unreadable(Exception):  # noqa: N818 - the SQL is not at fault
    """A query that has no canonical form here, and why."""


def walk(term: Term) -> Iterator[Term]:
    """The term and all that it is made of, from left to right."""
    ahead = [term]
    while ahead:
        part = ahead.pop()
        yield part
        if isinstance(part, tuple):
            ahead.extend(reversed(part))


def contains(term: Term, *heads: str) -> bool:
    """Whether one of these heads stands anywhere in the term."""
    ahead = [term]
    while ahead:
        part = ahead.pop()
        if isinstance(part, tuple):
            if part and part[0] in heads:
                return True
            ahead.extend(part)
    return False


def rebuilt(term: Term, change: Callable[[Term], Term | None]) -> Term:
    """The term with each tuple in it replaced for which `change` knows something; what is put in is taken as it is."""
    if isinstance(term, str):
        return term
    changed = change(term)
    return tuple([rebuilt(part, change) for part in term]) if changed is None else changed


def flat(head: str, parts: Iterable[Term]) -> Term:
    """An `and`, `or`, sum or product of the parts, flattened."""
    found = [inner for part in parts for inner in parts_of(head, part)]
    return found[0] if len(found) == 1 else (head, *found)


def parts_of(head: str, term: Term) -> tuple[Term, ...]:
    """The operands of a term with this head; the term itself where it has another head."""
    return term[1:] if isinstance(term, tuple) and term and term[0] == head else (term,)


def tidy(term: Term) -> Term:
    """The term with its parts sorted wherever their order does not matter."""
    if isinstance(term, str):
        return term
    parts = tuple([part if isinstance(part, str) else tidy(part) for part in term])
    if not parts or parts[0] not in COMMUTATIVE:
        return parts
    rest = list(parts[1:])
    if parts[0] in ASSOCIATIVE:
        rest = [inner for part in rest for inner in parts_of(str(parts[0]), part)]
    rest = sorted(set(rest) if parts[0] in IDEMPOTENT else rest, key=repr)
    return rest[0] if len(rest) == 1 else (parts[0], *rest)


def is_plain(term: Term) -> bool:
    """Whether a term is a column and nothing else."""
    return isinstance(term, tuple) and bool(term) and term[0] in (COLUMN, OUTPUT)


def to_json(term: Term) -> str:
    """The term as JSON."""
    return json.dumps(term, separators=(",", ":"))


def from_json(text: str) -> Term:
    """The term in the JSON."""
    return _tuples(json.loads(text))


def _tuples(value: object) -> Term:
    return tuple(_tuples(each) for each in value) if isinstance(value, list) else str(value)


def trace_upstream(term: Term, upstream: Upstream, counted: Sequence[str]) -> Term:
    """The term with its columns replaced by their upstream meanings, so that meanings compare across models.

    Casts are dropped, aggregates of aggregates become one. counted: the relations whose rows `count(*)` counts.
    """
    return tidy(_traced(term, upstream, tuple(counted)))


def _traced(term: Term, upstream: Upstream, counted: tuple[str, ...]) -> Term:
    if isinstance(term, str) or not term:
        return term
    if term[0] == COLUMN:
        relation, _, _ = str(term[1]).partition(" ")
        found = upstream(relation, str(term[2]))
        return (COLUMN, relation, term[2]) if found is None else found
    if term[0] == OUTPUT:
        return _traced(term[2], upstream, counted)
    if term[0] in CASTS:
        return _traced(term[1], upstream, counted)
    if term == (AGGREGATE, ("count", "*")):
        return (AGGREGATE, ("count rows", ("this", counted)))
    parts = tuple(_traced(part, upstream, counted) for part in term)
    return _unnested(parts) if parts[0] == AGGREGATE else parts


def _unnested(term: tuple[Term, ...]) -> Term:
    inner = _argument_of(term)
    nested = inner if isinstance(inner, tuple) and inner and inner[0] == AGGREGATE else None
    if nested is not None and (_function_of(term), _function_of(nested)) in NESTED_AGGREGATES:
        return nested
    return term


def _function_of(term: tuple[Term, ...]) -> str:
    return str(term[1][0])


def _argument_of(term: tuple[Term, ...]) -> Term:
    """What an aggregate of one argument takes."""
    match term[1]:
        case (_, (_, argument)):
            return argument
    return ""


def to_text(term: Term) -> str:
    """The term as people read it, on one line: SQL-like, each column with its relation."""
    if isinstance(term, str):
        return term
    if not term:
        return ""
    head, *parts = term
    if not isinstance(head, str):
        return ", ".join(to_text(part) for part in term)
    if head in INFIX:
        return f"({INFIX[head].join(_operand(part) for part in parts)})"
    return _call(head, parts)


def _call(head: str, parts: list[Term]) -> str:
    """A term that is not an infix operator."""
    if head in WORDS:
        return str(parts[0])
    if head in WRAPPED:
        return to_text(parts[0])
    printer = PRINTERS.get(head)
    return printer(parts) if printer else f"{head}({', '.join(_argument(part) for part in parts)})"


def _short(label: str) -> str:
    """The name in a unique id of dbt."""
    return label.rsplit(".", 1)[-1]


def _argument(part: Term) -> str:
    """An argument with its name, which is left out where there is but one."""
    match part:
        case (str(name), value):
            return to_text(value) if name in UNNAMED else f"{name} {to_text(value)}"
    return to_text(part)


def _operand(part: Term) -> str:
    match part:
        case (("this" | "expression" | "expressions"), value):
            return to_text(value)
    return to_text(part)


def _case(parts: list[Term]) -> str:
    *arms, default = parts
    whens = " ".join(f"when {to_text(arm[0])} then {to_text(arm[1])}" for arm in arms if isinstance(arm, tuple))
    return f"case {whens}{'' if default == 'null' else f' else {to_text(default)}'} end"


def _names(parts: list[Term]) -> str:
    """The relations whose rows are counted."""
    match parts:
        case [("this", (*names,))]:
            return ", ".join(_short(str(name)) for name in names)
    return "rows"


PRINTERS: dict[str, Callable[[list[Term]], str]] = {
    COLUMN: lambda parts: f"{_short(str(parts[0]))}.{parts[1]}",
    OUTPUT: lambda parts: f"[{to_text(parts[1])}]",
    WINDOW: lambda parts: f"window({', '.join(_argument(part) for part in parts)})",
    "case": _case,
    "count rows": lambda parts: f"count(*) of {_names(parts)}",
    "cast": lambda parts: f"cast({to_text(parts[0])} as {parts[1]})",
    "query": lambda _: "(query)",
    "text": lambda parts: f"'{parts[0]}'",
    "trycast": lambda parts: f"try_cast({to_text(parts[0])} as {parts[1]})",
}
