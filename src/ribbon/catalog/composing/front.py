"""The front page: the groups of the three sides, and the bands between them."""

from collections.abc import Iterable, Mapping, Sequence

from ribbon.catalog.composing.groups import group_views
from ribbon.catalog.composing.healths import Healths
from ribbon.catalog.composing.members import Member
from ribbon.catalog.facts.flows import Flow, Flows
from ribbon.catalog.facts.interfaces import Documents
from ribbon.catalog.facts.sides import SOURCE, SUBJECT, USE, Group
from ribbon.catalog.views import Band, FrontView, GroupView, Health

__all__ = ["compose_front"]

# More groups than this on a side cannot be told apart in a picture: the smallest are put together.
_MOST = 40

_WORDS = {SOURCE: "sources", SUBJECT: "subjects", USE: "use cases"}


def compose_front(
    documents: Documents,
    groups: Mapping[str, Group],
    flows: Flows,
    members: Mapping[str, Member],
    healths: Healths,
) -> FrontView:
    """The front page. groups, members: by relation."""
    views = group_views(groups, members, documents, healths)
    kept, stands_for = _folded(views)
    shown_as = {group: other for other, folded in stands_for.items() for group in folded}
    others = [
        _others(
            other, folded, views, healths.of([key for key, group in groups.items() if shown_as.get(group) == other])
        )
        for other, folded in stands_for.items()
    ]
    bands = flows.bands(lambda group: shown_as.get(group, group))
    return FrontView(
        project=documents.project,
        built_at=documents.built_at,
        groups=(*(views[group] for group in kept), *others),
        bands=tuple(_band(flow, members) for flow in bands),
        health=healths.of(documents.ids()),
        notes=tuple(documents.notes),
        folded=tuple(views[group] for folded in stands_for.values() for group in folded),
    )


def _folded(views: Mapping[Group, GroupView]) -> tuple[Sequence[Group], Mapping[Group, Sequence[Group]]]:
    """The groups to draw, the largest of a side first, and what each group that stands for others stands for."""
    kept: list[Group] = []
    stands_for: dict[Group, Sequence[Group]] = {}
    for side in (SOURCE, SUBJECT, USE):
        here = sorted(
            (group for group in views if group.side == side), key=lambda group: (-views[group].columns, group.name)
        )
        if len(here) > _MOST:
            stands_for[Group(side, "")] = here[_MOST - 1 :]
            here = here[: _MOST - 1]
        kept += here
    return kept, stands_for


def _others(group: Group, folded: Sequence[Group], views: Mapping[Group, GroupView], health: Health) -> GroupView:
    """One for many. No group's name is empty, so its key is none of theirs."""
    together = [views[each] for each in folded]
    return GroupView(
        key=group.key,
        label=f"{len(folded)} others",
        side=group.side,
        page="",
        description=f"The {_WORDS[group.side]} with the fewest columns, taken together.",
        relations=sum(view.relations for view in together),
        columns=sum(view.columns for view in together),
        queries=sum(view.queries for view in together),
        health=health,
    )


def _band(flow: Flow, members: Mapping[str, Member]) -> Band:
    reached = _known(flow.relations, members)
    rows, queries = sum(member.rows for member in reached), sum(member.queries for member in reached)
    return Band(flow.source.key, flow.target.key, flow.columns, rows, queries)


def _known(relations: Iterable[str], members: Mapping[str, Member]) -> list[Member]:
    return [members[relation] for relation in relations if relation in members]
