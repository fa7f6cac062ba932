"""How relations point at each other: by test, by constraint, or as queries join them."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ribbon.catalog.composing.keys import Keys
from ribbon.catalog.facts.records import Reference
from ribbon.catalog.facts.ties import Tie
from ribbon.catalog.views import RelationshipView

__all__ = ["inferred", "promised", "told_once"]

# Finds what is known of a relation's keys; None where the project does not have it.
KeysOf = Callable[[str], Keys | None]

_Ends = frozenset[tuple[str, frozenset[str]]]


def promised(uid: str, references: Iterable[Reference], keys_of: KeysOf) -> Iterator[RelationshipView]:
    """What the relation's tests and constraints say, each once; a constraint says more than a test."""
    known: set[_Ends] = set()
    for reference in sorted(references, key=lambda each: bool(each.test_id)):
        columns = tuple(column.casefold() for column in reference.columns)
        fields = tuple(field.casefold() for field in reference.fields)
        ends = _ends(uid, columns, reference.relation, fields)
        if ends not in known:
            known.add(ends)
            said_by = "test" if reference.test_id else "constraint"
            yield from _relationship(uid, columns, reference.relation, fields, said_by, keys_of)


def inferred(
    uid: str, ties: Iterable[Tie], promises: Sequence[RelationshipView], keys_of: KeysOf
) -> Iterator[RelationshipView]:
    """What joins suggest beyond the promises: the relation points at another whose key it is joined by.

    Only within a layer: a model that is joined with its own source does not point at it. Where nothing tells which end
    is the key, for neither promises one, columns of the same name tie the two.
    """
    known = {_ends(each.source, each.source_columns, each.target, each.target_columns) for each in promises}
    for tie in ties:
        for columns, fields in _pointing(uid, tie, keys_of):
            ends = _ends(uid, columns, tie.relation, fields)
            if ends not in known:
                known.add(ends)
                yield from _relationship(uid, columns, tie.relation, fields, "join", keys_of)


def told_once(found: Mapping[str, Sequence[RelationshipView]]) -> Mapping[str, tuple[RelationshipView, ...]]:
    """Without the noise of joins. found: what each relation of a group points at.

    The same key stands in many relations, of which one is the entity: columns that a promise speaks of point nowhere
    else, others at the relation that is pointed at the most. Where anybody promises a key, joins without one say
    nothing.
    """
    times = Counter(each.target for ties in found.values() for each in ties)
    keys = any(each.cardinality for ties in found.values() for each in ties)
    return {uid: tuple(_told_once(ties, times, keys)) for uid, ties in found.items()}


def _told_once(ties: Sequence[RelationshipView], times: Mapping[str, int], keys: bool) -> Iterator[RelationshipView]:
    told = {frozenset(each.source_columns) for each in ties if not each.inferred}
    yield from (each for each in ties if not each.inferred)
    suggested = [each for each in ties if each.inferred and (each.cardinality or not keys)]
    for each in sorted(suggested, key=lambda one: (-times[one.target], one.target)):
        if frozenset(each.source_columns) not in told:
            told.add(frozenset(each.source_columns))
            yield each


def _pointing(uid: str, tie: Tie, keys_of: KeysOf) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    here, there = keys_of(uid), keys_of(tie.relation)
    if here is None or there is None or here.layer != there.layer:
        return
    for key in there.unique:
        pairs = [(column, field) for column, field in zip(tie.columns, tie.fields, strict=True) if field in key]
        if {field for _, field in pairs} == key and len(pairs) == len(key):
            columns, fields = (tuple(each) for each in zip(*pairs, strict=True))
            one_to_one = here.tells_apart(columns)
            if not (one_to_one and tie.relation > uid):  # told from the other end
                yield columns, fields
            return
    if tie.plain and tie.columns == tie.fields and not (here.unique or there.unique) and tie.relation < uid:
        yield tie.columns, tie.fields


def _relationship(
    source: str, columns: tuple[str, ...], target: str, fields: tuple[str, ...], said_by: str, keys_of: KeysOf
) -> Iterator[RelationshipView]:
    here, there = keys_of(source), keys_of(target)
    if here is None or there is None:
        return
    yield RelationshipView(
        source=source,
        source_columns=here.write(columns),
        target=target,
        target_columns=there.write(fields),
        said_by=said_by,
        cardinality=_cardinality(here.tells_apart(columns), there.tells_apart(fields)),
        optional=not here.filled.issuperset(columns),
    )


def _cardinality(one_here: bool, one_there: bool) -> str:
    """Promises tell what is one; what is not promised to be may be many."""
    if not one_there:
        return ""
    return "one to one" if one_here else "many to one"


def _ends(source: str, columns: Iterable[str], target: str, fields: Iterable[str]) -> _Ends:
    """The same from either end, whatever the case and the order of the columns."""
    return frozenset(
        (
            (source, frozenset(column.casefold() for column in columns)),
            (target, frozenset(field.casefold() for field in fields)),
        )
    )
