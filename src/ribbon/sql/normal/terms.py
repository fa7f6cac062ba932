"""Meanings of expressions as nested tuples, in which names of aliases and CTEs no longer occur.

A term is a word or a tuple of a head and its parts. Columns are `("col", source, name)`, those of a nested query
`("out", source, name)`; a source is an id such as `#3` while a query is read, and a label afterwards.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

__all__ = ["AGGREGATE", "COLUMN", "OUTPUT", "WINDOW", "Term", "contains", "flat", "parts_of", "rebuilt", "tidy", "walk"]

Term: TypeAlias = str | tuple["Term", ...]

COLUMN, OUTPUT, AGGREGATE, WINDOW = "col", "out", "agg", "window"

# The order of what stands below these heads says nothing.
COMMUTATIVE = frozenset({"and", "or", "eq", "neq", "add", "mul", "same", "nullsafeeq", "nullsafeneq", "any of"})
ASSOCIATIVE = frozenset({"and", "or", "add", "mul"})  # in brackets or not
IDEMPOTENT = frozenset({"and", "or", "same"})


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
    """The term with each part replaced for which `change` knows something; what is put in is taken as it is."""
    changed = change(term)
    if changed is not None:
        return changed
    if isinstance(term, str):
        return term
    return tuple(rebuilt(part, change) for part in term)


def flat(head: str, parts: Iterable[Term]) -> Term:
    """An `and`, `or`, sum or product of the parts, with those inside them that have the same head."""
    found = [inner for part in parts for inner in parts_of(head, part)]
    return found[0] if len(found) == 1 else (head, *found)


def parts_of(head: str, term: Term) -> tuple[Term, ...]:
    """What such a head joins in the term; the term itself where it has another head."""
    return term[1:] if isinstance(term, tuple) and term and term[0] == head else (term,)


def tidy(term: Term) -> Term:
    """The term with parts in one order wherever their order says nothing."""
    if isinstance(term, str):
        return term
    parts = tuple(tidy(part) for part in term)
    if not parts or parts[0] not in COMMUTATIVE:
        return parts
    rest = list(parts[1:])
    if parts[0] in ASSOCIATIVE:
        rest = [inner for part in rest for inner in parts_of(str(parts[0]), part)]
    rest = sorted(set(rest) if parts[0] in IDEMPOTENT else rest, key=repr)
    return rest[0] if len(rest) == 1 else (parts[0], *rest)
