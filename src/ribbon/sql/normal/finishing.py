"""A block in one form: labels for its sources, equal columns as one, everything in order."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import permutations, product
from math import factorial, prod

from ribbon.sql.normal.blocks import Block, Join, Source, is_plain
from ribbon.sql.normal.finished import Finished
from ribbon.sql.normal.terms import COLUMN, OUTPUT, Term, rebuilt, tidy

__all__ = ["digest", "finish", "whole_term"]

# Sources that are read more than once are tried in every order, up to so many.
ORDERS = 120


def finish(block: Block) -> Finished:
    """The block in its one form."""
    if block.finished is None:
        block.finished = _finish(block)
    return block.finished


def _finish(block: Block) -> Finished:
    told = {key: _label(source) for key, source in block.sources.items()}
    nested = {key: finish(source.block) for key, source in block.sources.items() if source.block is not None}
    candidates = (_labelled(block, labels, nested) for labels in _labelings(told))
    first = next(candidates)
    return min((first, *candidates), key=repr)


def whole_term(block: Block) -> Term:
    """The rows and columns of a block as one term, its columns in their order, whatever they are called."""
    finished = finish(block)
    return ("block", finished.rows, tuple(term for _, term in finished.outputs))


def digest(term: object) -> str:
    """A fingerprint of a term."""
    return hashlib.sha256(repr(term).encode()).hexdigest()[:16]


def _label(source: Source) -> str:
    if source.block is not None:
        return f"query {digest(finish(source.block).rows)}"
    return source.label if isinstance(source.label, str) else f"made {digest(tidy(source.label))}"


def _labelings(told: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Every way to tell apart the sources that have the same label."""
    groups: dict[str, list[str]] = {}
    for key, label in told.items():
        groups.setdefault(label, []).append(key)
    orders: list[Iterator[tuple[str, ...]]] = [permutations(keys) for keys in groups.values()]
    if prod(factorial(len(keys)) for keys in groups.values()) > ORDERS:
        orders = [iter([tuple(keys)]) for keys in groups.values()]
    for chosen in product(*orders):
        yield {
            key: label if len(keys) == 1 else f"{label} {place}"
            for label, keys in zip(groups, chosen, strict=True)
            for place, key in enumerate(keys)
        }


def _labelled(block: Block, labels: Mapping[str, str], nested: Mapping[str, Finished]) -> Finished:
    inner = {key: dict(finished.outputs) for key, finished in nested.items()}

    def name(term: Term) -> Term | None:
        match term:
            case ("col", str(key), str(column)) if key in labels:
                return (COLUMN, labels[key], column)
            case ("out", str(key), str(column)) if key in labels:
                return (OUTPUT, labels[key], inner[key].get(column, column))
        return None

    def told(terms: Sequence[Term]) -> list[Term]:
        return [rebuilt(term, name) for term in terms]

    equals = _classes(told(_core_conditions(block)))

    def settled(terms: Sequence[Term]) -> list[Term]:
        return [tidy(rebuilt(term, equals.get)) for term in told(terms)]

    conditions = _conditions(settled(block.conditions), equals)
    made = [tidy(rebuilt(source.label, name)) for source in block.sources.values() if not isinstance(source.label, str)]
    sources = tuple(sorted(labels.values())) + tuple(sorted(made, key=repr))
    return Finished(
        tuple(sorted(labels.values())),
        ("sources", *sources, *(() if block.combined is None else (tidy(block.combined),))),
        ("conditions", *conditions),
        ("joins", *_joins(block.joins, labels, settled)),
        None if block.keys is None else ("keys", *_ordered(_without_constants(settled(block.keys)))),
        ("having", *_ordered(settled(block.having))),
        ("qualify", *_ordered(settled(block.qualify))),
        None if block.tail is None else settled([block.tail])[0],
        tuple((each, settled([term])[0]) for each, term in block.outputs),
        tuple(labels.items()),
    )


def _ordered(terms: Sequence[Term]) -> list[Term]:
    return sorted(set(terms), key=repr)


def _without_constants(terms: Sequence[Term]) -> list[Term]:
    return [term for term in terms if not (isinstance(term, tuple) and term[0] in ("text", "number"))]


def _core_conditions(block: Block) -> list[Term]:
    """Equalities of columns that are never missing: where they hold, one column is as good as the other."""
    missing = block.nullable
    return [
        term
        for term in block.conditions
        if isinstance(term, tuple)
        and term[0] == "eq"
        and all(is_plain(side) and side[1] not in missing for side in term[1:])
    ]


def _classes(equalities: Sequence[Term]) -> dict[Term, Term]:
    """The first of the columns that are equal, for each of them."""
    groups: list[set[Term]] = []
    for term in equalities:
        joined = set(term[1:])
        apart = []
        for group in groups:
            if group & joined:
                joined |= group
            else:
                apart.append(group)
        groups = [*apart, joined]
    return {member: min(group, key=repr) for group in groups for member in group}


def _conditions(terms: Sequence[Term], equals: Mapping[Term, Term]) -> list[Term]:
    groups: dict[Term, list[Term]] = {}
    for member, first in equals.items():
        groups.setdefault(first, []).append(member)
    same: list[Term] = [("same", *sorted(members, key=repr)) for members in groups.values()]
    rest = [term for term in terms if not (isinstance(term, tuple) and term[0] == "eq" and len(set(term[1:])) == 1)]
    return _ordered([*same, *(term for term in rest if term not in equals.values())])


def _joins(
    joins: Sequence[Join], labels: Mapping[str, str], settled: Callable[[Sequence[Term]], list[Term]]
) -> list[Term]:
    told: list[Term] = []
    for join in joins:
        conditions = _ordered(settled(join.conditions))
        ids, beside = (tuple(sorted(labels[each] for each in side)) for side in (join.ids, join.beside))
        told.append((join.kind, ids, beside, *conditions))
    return _ordered(told)
