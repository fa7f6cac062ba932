"""The canonical form of a block and its fingerprint: labelled sources, equal columns as one, everything in order."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import permutations, product
from math import factorial, prod

from ribbon.sql.canonical.blocks import Block, CanonicalForm, Join, Source
from ribbon.sql.canonical.terms import COLUMN, CONSTANTS, OUTPUT, Term, is_plain, rebuilt, tidy

__all__ = ["canonical_form", "digest", "whole_term"]

# Sources that are read more than once are tried in every order, up to so many.
ORDERS = 120


def canonical_form(block: Block) -> CanonicalForm:
    """The parts of a block as terms that are equal where the logic is."""
    if block.form is None:
        block.form = _canonical_form(block)
    return block.form


def _canonical_form(block: Block) -> CanonicalForm:
    known = {key: _label(source) for key, source in block.sources.items()}
    nested = {key: canonical_form(source.block) for key, source in block.sources.items() if source.block is not None}
    candidates = (_labelled(block, labels, nested) for labels in _labelings(known))
    first = next(candidates)
    return min((first, *candidates), key=repr)


def whole_term(block: Block) -> Term:
    """The rows and columns of a block as one term, its columns in their order, whatever they are called."""
    form = canonical_form(block)
    return ("block", form.rows, tuple(term for _, term in form.outputs))


def digest(term: object) -> str:
    """A fingerprint of a term."""
    return hashlib.sha256(repr(term).encode()).hexdigest()[:16]


def _label(source: Source) -> str:
    if source.block is not None:
        return f"query {digest(canonical_form(source.block).rows)}"
    return source.label if isinstance(source.label, str) else f"made {digest(tidy(source.label))}"


def _labelings(known: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Every way to tell apart the sources that have the same label."""
    groups: dict[str, list[str]] = {}
    for key, label in known.items():
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


def _labelled(block: Block, labels: Mapping[str, str], nested: Mapping[str, CanonicalForm]) -> CanonicalForm:
    inner = {key: dict(form.outputs) for key, form in nested.items()}

    def name(term: Term) -> Term | None:
        match term:
            case ("col", str(key), str(column)) if key in labels:
                return (COLUMN, labels[key], column)
            case ("out", str(key), str(column)) if key in labels:
                return (OUTPUT, labels[key], inner[key].get(column, column))
        return None

    def named(terms: Sequence[Term]) -> list[Term]:
        return [rebuilt(term, name) for term in terms]

    equals = _classes(named(_core_conditions(block)))

    def unified(terms: Sequence[Term]) -> list[Term]:
        return [tidy(rebuilt(term, equals.get)) for term in named(terms)]

    conditions = _conditions(unified(block.conditions), equals)
    made = [tidy(rebuilt(source.label, name)) for source in block.sources.values() if not isinstance(source.label, str)]
    sources = tuple(sorted(labels.values())) + tuple(sorted(made, key=repr))
    return CanonicalForm(
        tuple(sorted(labels.values())),
        ("sources", *sources, *(() if block.combined is None else (tidy(block.combined),))),
        ("conditions", *conditions),
        ("joins", *_joins(block.joins, labels, unified)),
        None if block.keys is None else ("keys", *_ordered(_without_constants(unified(block.keys)))),
        ("having", *_ordered(unified(block.having))),
        ("qualify", *_ordered(unified(block.qualify))),
        None if block.tail is None else unified([block.tail])[0],
        tuple((each, unified([term])[0]) for each, term in block.outputs),
        tuple(labels.items()),
    )


def _ordered(terms: Sequence[Term]) -> list[Term]:
    return sorted(set(terms), key=repr)


def _without_constants(terms: Sequence[Term]) -> list[Term]:
    return [term for term in terms if not (isinstance(term, tuple) and term[0] in CONSTANTS)]


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
    joins: Sequence[Join], labels: Mapping[str, str], unified: Callable[[Sequence[Term]], list[Term]]
) -> list[Term]:
    found: list[Term] = []
    for join in joins:
        conditions = _ordered(unified(join.conditions))
        ids, beside = (tuple(sorted(labels[each] for each in side)) for side in (join.ids, join.beside))
        found.append((join.kind, ids, beside, *conditions))
    return _ordered(found)
