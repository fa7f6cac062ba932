"""What a column means further down, so that meanings can be compared across models."""

import json
from collections.abc import Callable, Sequence

from ribbon.sql.normal.terms import AGGREGATE, COLUMN, OUTPUT, Term, tidy

__all__ = ["Below", "decoded", "deeper"]

# What a column of a relation means, one step further down; None where that is where it begins.
Below = Callable[[str, str], Term | None]

# A sum of sums is a sum, and so on: they group in steps.
AGAIN = {("sum", "sum"), ("min", "min"), ("max", "max"), ("sum", "count"), ("sum", "count rows")}

CASTS = frozenset({"cast", "trycast"})


def decoded(term: str) -> Term:
    """A term out of JSON."""
    return _tuples(json.loads(term))


def deeper(term: Term, below: Below, counted: Sequence[str]) -> Term:
    """The term in terms of what its columns are made from: without casts, with aggregates of aggregates as one.

    counted: the relations whose rows `count(*)` counts.
    """
    return tidy(_deeper(term, below, tuple(counted)))


def _deeper(term: Term, below: Below, counted: tuple[str, ...]) -> Term:
    if isinstance(term, str) or not term:
        return term
    if term[0] == COLUMN:
        relation, _, _ = str(term[1]).partition(" ")
        found = below(relation, str(term[2]))
        return (COLUMN, relation, term[2]) if found is None else found
    if term[0] == OUTPUT:
        return _deeper(term[2], below, counted)
    if term[0] in CASTS:
        return _deeper(term[1], below, counted)
    if term == (AGGREGATE, ("count", "*")):
        return (AGGREGATE, ("count rows", ("this", counted)))
    parts = tuple(_deeper(part, below, counted) for part in term)
    return _once(parts) if parts[0] == AGGREGATE else parts


def _once(term: tuple[Term, ...]) -> Term:
    inner = _argument(term)
    nested = inner if isinstance(inner, tuple) and inner and inner[0] == AGGREGATE else None
    if nested is not None and (_function(term), _function(nested)) in AGAIN:
        return nested
    return term


def _function(term: tuple[Term, ...]) -> str:
    return str(term[1][0])


def _argument(term: tuple[Term, ...]) -> Term:
    """What an aggregate of one argument takes."""
    match term[1]:
        case (_, (_, argument)):
            return argument
    return ""


def _tuples(value: object) -> Term:
    return tuple(_tuples(each) for each in value) if isinstance(value, list) else str(value)
