"""The page of a subject or a source system: its relations and their entity diagram."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial
from itertools import chain

from ribbon.catalog.composing.keys import Keys, keys_of
from ribbon.catalog.composing.relationships import inferred, promised, told_once
from ribbon.catalog.facts.flows import Flow
from ribbon.catalog.facts.interfaces import Documents, Traced
from ribbon.catalog.facts.sides import Group
from ribbon.catalog.facts.ties import Tie
from ribbon.catalog.views import EntityView, GroupView, KeyColumn, ListedView, RelationshipView, SubjectView

__all__ = ["Diagrams", "compose_subject"]

# More entities than this make no picture.
_MOST = 40


class Diagrams:
    """Draws entities from facts. ties: by relation, how queries join it."""

    def __init__(self, documents: Documents, traced: Traced, ties: Mapping[str, Sequence[Tie]]) -> None:
        self._documents, self._ties = documents, ties
        self._ids = frozenset(documents.ids())
        self._known = cache(partial(keys_of, documents=documents, traced=traced))

    def keys(self, uid: str) -> Keys | None:
        """Of a relation; None where the project does not have it."""
        return self._known(uid) if uid in self._ids else None

    def relationships(self, uid: str) -> tuple[RelationshipView, ...]:
        """What the relation points at."""
        said = tuple(promised(uid, self._documents.references(uid), self.keys))
        return (*said, *inferred(uid, self._ties.get(uid, ()), said, self.keys))

    def has_key(self, uid: str) -> bool:
        """Whether it promises what tells its rows apart."""
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


def compose_subject(
    group: Group,
    listed: Sequence[ListedView],
    views: Mapping[Group, GroupView],
    bands: Iterable[Flow],
    diagrams: Diagrams,
) -> SubjectView:
    """The page of a group. listed: its relations. views: of all groups. bands: of the whole project."""
    view, relations = views[group], [each.link.unique_id for each in listed]
    found = told_once({uid: diagrams.relationships(uid) for uid in relations})
    shown = _shown(found, diagrams)
    tied = tuple(each for uid in shown for each in found[uid] if each.target in shown or each.target not in found)
    ends = [flow for flow in bands if group in {flow.source, flow.target}]
    return SubjectView(
        name=group.name,
        label=view.label,
        side=group.side,
        description=view.description,
        relations=tuple(listed),
        entities=_entities(shown, tied, diagrams),
        relationships=tied,
        left_out=len(_with_keys(found, diagrams)) - len(shown),
        health=view.health,
        sources=tuple(_end(views[flow.source], flow) for flow in ends if flow.target == group),
        uses=tuple(_end(views[flow.target], flow) for flow in ends if flow.source == group),
    )


def _shown(found: Mapping[str, Sequence[RelationshipView]], diagrams: Diagrams) -> Sequence[str]:
    """The relations that the diagram has room for, those that are tied the most first, then those with a key."""
    times = Counter(end for each in chain.from_iterable(found.values()) for end in (each.source, each.target))
    return sorted(_with_keys(found, diagrams), key=lambda uid: (-times[uid], not diagrams.has_key(uid), uid))[:_MOST]


def _with_keys(found: Mapping[str, Sequence[RelationshipView]], diagrams: Diagrams) -> Sequence[str]:
    """The relations that have a key, point at something or are pointed at."""
    pointed_at = {each.target for each in chain.from_iterable(found.values())}
    return [uid for uid, ties in found.items() if ties or uid in pointed_at or diagrams.has_key(uid)]


def _entities(shown: Sequence[str], tied: Sequence[RelationshipView], diagrams: Diagrams) -> tuple[EntityView, ...]:
    """Those of the group, then those of others that they point at."""
    pointing: dict[str, list[str]] = {uid: [] for uid in shown}
    for each in tied:
        pointing[each.source] += each.source_columns
    outside = dict.fromkeys(each.target for each in tied if each.target not in pointing)
    return (
        *(diagrams.entity(uid, columns) for uid, columns in pointing.items()),
        *(diagrams.entity(uid, (), outside=True) for uid in outside),
    )


def _end(view: GroupView, flow: Flow) -> tuple[str, str, int]:
    return view.label, view.page, flow.columns
