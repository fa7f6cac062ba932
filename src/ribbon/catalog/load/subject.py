"""The view of a subject or a source system: its relations and how their keys connect them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain, permutations

from ribbon.catalog.facts.column_lineage import ColumnLineage
from ribbon.catalog.facts.documents import Documents
from ribbon.catalog.facts.flows import Flow
from ribbon.catalog.facts.groups import Group
from ribbon.catalog.facts.lineage_edges import Equations, NodeEdges
from ribbon.catalog.facts.references import Reference
from ribbon.catalog.views import (
    EntityView,
    GroupView,
    KeyColumn,
    ListedView,
    RelationshipView,
    SubjectView,
)
from ribbon.dbt.grain import NOT_NULL, UNIQUE

__all__ = ["Diagrams", "Join", "joins_of", "subject_view"]

_Ends = frozenset[tuple[str, frozenset[str]]]

# More entities than this make no readable picture.
_MOST_ENTITIES = 40


@dataclass(frozen=True, slots=True)
class Join:
    """Columns of a relation and those of another that queries equate with them; all in lower case.

    plain: whether each equation is between these two relations alone, and not, say, between one and a union of several.
    """

    columns: tuple[str, ...]
    relation: str
    fields: tuple[str, ...]
    plain: bool


def joins_of(edges: Mapping[str, NodeEdges]) -> Mapping[str, tuple[Join, ...]]:
    """By relation, what it is joined with anywhere in the project. Each join is there from both of its ends."""
    found: dict[str, dict[Join, None]] = defaultdict(dict)
    for each in edges.values():
        names = [(relation, column) for relation, columns in each.fields for column in columns] if each.joins else []
        for equations in each.joins:
            for relation, join in _joins(equations, names):
                found[relation][join] = None
    return {relation: tuple(joins) for relation, joins in found.items()}


def _joins(equations: Equations, names: list[tuple[str, str]]) -> Iterator[tuple[str, Join]]:
    """The equations of a join, for each two relations that it connects."""
    across: dict[tuple[str, str], dict[tuple[str, str], bool]] = defaultdict(dict)
    for equation in equations:
        for (here, column), (there, other) in permutations((names[field] for field in equation), 2):
            if here != there:
                across[here, there][column, other] = len(equation) == 2  # noqa: PLR2004
    for (here, there), pairs in across.items():
        columns, fields = zip(*pairs, strict=True)
        yield here, Join(columns, there, fields, all(pairs.values()))


@dataclass(frozen=True, slots=True)
class Keys:
    """Names of columns are in lower case, but in spelled, which gives each as the relation writes it, with its type.

    primary: the columns of which there is one row each. unique: sets of columns that identify a row. filled: columns
    that are never null.
    """

    layer: str
    spelled: Mapping[str, tuple[str, str | None]]
    primary: tuple[str, ...] = ()
    unique: tuple[frozenset[str], ...] = ()
    filled: frozenset[str] = frozenset()

    def identifies_a_row(self, columns: tuple[str, ...]) -> bool:
        """Whether no two rows have the same values in these columns, by promise."""
        return any(key.issubset(columns) for key in self.unique)

    def write(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """The columns as the relation spells them."""
        return tuple(self.spelled.get(column, (column, None))[0] for column in columns)


def keys_of(uid: str, documents: Documents, lineage: ColumnLineage) -> Keys:
    """From its grain and the expectations on its columns."""
    grain = tuple(column.casefold() for column in documents.relation(uid).grain)
    promises = [each for each in documents.promises(uid) if each.column and each.of_all_rows]
    alone = [(each.column or "").casefold() for each in promises if each.expectation in UNIQUE]
    filled = frozenset((each.column or "").casefold() for each in promises if each.expectation in NOT_NULL)
    sets = dict.fromkeys(frozenset(key) for key in (grain, *((column,) for column in alone)) if key)
    columns = (lineage.columns(uid) or {}).items()
    spelled = {name.casefold(): (name, data_type) for name, data_type in columns}
    return Keys(documents.link(uid).layer, spelled, grain or tuple(alone[:1]), tuple(sets), filled)


# The keys of a relation; None where the project does not have it.
KeysOf = Callable[[str], Keys | None]


def _promised(uid: str, references: Iterable[Reference], keys_of: KeysOf) -> Iterator[RelationshipView]:
    """By the relation's tests and constraints, each once; a constraint comes before a test of the same columns."""
    known: set[_Ends] = set()
    for reference in sorted(references, key=lambda each: bool(each.test_id)):
        columns = tuple(column.casefold() for column in reference.columns)
        fields = tuple(field.casefold() for field in reference.fields)
        ends = _ends(uid, columns, reference.relation, fields)
        if ends not in known:
            known.add(ends)
            declared_by = "test" if reference.test_id else "constraint"
            yield from _relationship(uid, columns, reference.relation, fields, declared_by, keys_of)


def _inferred(
    uid: str, joins: Iterable[Join], promises: Sequence[RelationshipView], keys_of: KeysOf
) -> Iterator[RelationshipView]:
    """By joins, beyond the promises: the relation points at another whose key it is joined by.

    Only within a layer: a model that is joined with its own source does not point at it. Where neither end promises a
    key, columns of the same name connect the two.
    """
    known = {_ends(each.source, each.source_columns, each.target, each.target_columns) for each in promises}
    for join in joins:
        for columns, fields in _pointing(uid, join, keys_of):
            ends = _ends(uid, columns, join.relation, fields)
            if ends not in known:
                known.add(ends)
                yield from _relationship(uid, columns, join.relation, fields, "join", keys_of)


def _without_redundant_joins(
    found: Mapping[str, Sequence[RelationshipView]],
) -> Mapping[str, tuple[RelationshipView, ...]]:
    """Relationships that joins alone suggest, once for each key. found: what each relation of a group points at.

    Many relations have the same key, and one of them is its entity: columns of a promised relationship point nowhere
    else, others at the relation that is pointed at the most. Where a key is promised anywhere, joins without one are
    left out.
    """
    times = Counter(each.target for each in chain.from_iterable(found.values()))
    keys = any(each.cardinality for each in chain.from_iterable(found.values()))
    return {uid: tuple(_likely(relationships, times, keys)) for uid, relationships in found.items()}


def _likely(found: Sequence[RelationshipView], times: Mapping[str, int], keys: bool) -> Iterator[RelationshipView]:
    pointing = {frozenset(each.source_columns) for each in found if not each.inferred}
    yield from (each for each in found if not each.inferred)
    suggested = [each for each in found if each.inferred and (each.cardinality or not keys)]
    for each in sorted(suggested, key=lambda one: (-times[one.target], one.target)):
        if frozenset(each.source_columns) not in pointing:
            pointing.add(frozenset(each.source_columns))
            yield each


def _pointing(uid: str, join: Join, keys_of: KeysOf) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    here, there = keys_of(uid), keys_of(join.relation)
    if here is None or there is None or here.layer != there.layer:
        return
    for key in there.unique:
        pairs = [(column, field) for column, field in zip(join.columns, join.fields, strict=True) if field in key]
        if {field for _, field in pairs} == key and len(pairs) == len(key):
            columns, fields = (tuple(each) for each in zip(*pairs, strict=True))
            one_to_one = here.identifies_a_row(columns)
            if not (one_to_one and join.relation > uid):  # it is found from the other end
                yield columns, fields
            return
    if join.plain and join.columns == join.fields and not (here.unique or there.unique) and join.relation < uid:
        yield join.columns, join.fields


def _relationship(
    source: str, columns: tuple[str, ...], target: str, fields: tuple[str, ...], declared_by: str, keys_of: KeysOf
) -> Iterator[RelationshipView]:
    here, there = keys_of(source), keys_of(target)
    if here is None or there is None:
        return
    yield RelationshipView(
        source=source,
        source_columns=here.write(columns),
        target=target,
        target_columns=there.write(fields),
        declared_by=declared_by,
        cardinality=_cardinality(here.identifies_a_row(columns), there.identifies_a_row(fields)),
        optional=not here.filled.issuperset(columns),
    )


def _cardinality(one_here: bool, one_there: bool) -> str:
    """What is promised to be unique is one; anything else may be many."""
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


class Diagrams:
    """Entities and their relationships. joins: by relation, how queries join it."""

    def __init__(self, documents: Documents, lineage: ColumnLineage, joins: Mapping[str, Sequence[Join]]) -> None:
        self._documents, self._joins = documents, joins
        self._ids = frozenset(documents.ids())
        self._known = cache(partial(keys_of, documents=documents, lineage=lineage))

    def keys(self, uid: str) -> Keys | None:
        """Of a relation; None where the project does not have it."""
        return self._known(uid) if uid in self._ids else None

    def relationships(self, uid: str) -> tuple[RelationshipView, ...]:
        """What the relation points at."""
        promised = tuple(_promised(uid, self._documents.references(uid), self.keys))
        return (*promised, *_inferred(uid, self._joins.get(uid, ()), promised, self.keys))

    def has_key(self, uid: str) -> bool:
        """Whether it promises what identifies its rows."""
        return bool(self._known(uid).primary)

    def entity(self, uid: str, foreign: Iterable[str], outside: bool = False) -> EntityView:
        """A relation with its key first. foreign: its columns that point elsewhere."""
        keys = self._known(uid)
        pointing = dict.fromkeys(column.casefold() for column in foreign)
        columns = tuple(
            KeyColumn(*keys.spelled.get(column, (column, None)), column in keys.primary, column in pointing)
            for column in dict.fromkeys((*keys.primary, *pointing))
        )
        return EntityView(self._documents.link(uid), columns, len(keys.spelled), outside)


def subject_view(
    group: Group,
    listed: Sequence[ListedView],
    views: Mapping[Group, GroupView],
    bands: Iterable[Flow],
    diagrams: Diagrams,
) -> SubjectView:
    """The page of a group. listed: its relations. views: of all groups. bands: of the whole project."""
    view, relations = views[group], [each.link.unique_id for each in listed]
    found = _without_redundant_joins({uid: diagrams.relationships(uid) for uid in relations})
    shown = _shown(found, diagrams)
    relationships = tuple(
        each for uid in shown for each in found[uid] if each.target in shown or each.target not in found
    )
    ends = [flow for flow in bands if group in {flow.source, flow.target}]
    return SubjectView(
        name=group.name,
        label=view.label,
        side=group.side,
        description=view.description,
        relations=tuple(listed),
        entities=_entities(shown, relationships, diagrams),
        relationships=relationships,
        left_out=len(_with_keys(found, diagrams)) - len(shown),
        health=view.health,
        sources=tuple(_end(views[flow.source], flow) for flow in ends if flow.target == group),
        uses=tuple(_end(views[flow.target], flow) for flow in ends if flow.source == group),
    )


def _shown(found: Mapping[str, Sequence[RelationshipView]], diagrams: Diagrams) -> Sequence[str]:
    """The relations that fit into the diagram, those with the most relationships first, then those with a key."""
    times = Counter(end for each in chain.from_iterable(found.values()) for end in (each.source, each.target))
    return sorted(_with_keys(found, diagrams), key=lambda uid: (-times[uid], not diagrams.has_key(uid), uid))[
        :_MOST_ENTITIES
    ]


def _with_keys(found: Mapping[str, Sequence[RelationshipView]], diagrams: Diagrams) -> Sequence[str]:
    """The relations that have a key, point at something or are pointed at."""
    pointed_at = {each.target for each in chain.from_iterable(found.values())}
    return [uid for uid, relationships in found.items() if relationships or uid in pointed_at or diagrams.has_key(uid)]


def _entities(
    shown: Sequence[str], relationships: Sequence[RelationshipView], diagrams: Diagrams
) -> tuple[EntityView, ...]:
    """Those of the group, then those of others that they point at."""
    pointing: dict[str, list[str]] = {uid: [] for uid in shown}
    for each in relationships:
        pointing[each.source] += each.source_columns
    outside = dict.fromkeys(each.target for each in relationships if each.target not in pointing)
    return (
        *(diagrams.entity(uid, columns) for uid, columns in pointing.items()),
        *(diagrams.entity(uid, (), outside=True) for uid in outside),
    )


def _end(view: GroupView, flow: Flow) -> tuple[str, str, int]:
    return view.label, view.page, flow.columns
