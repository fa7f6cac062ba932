"""Groups of relations: the front page, their health, and their relations as lists show them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ribbon.catalog.addresses import slugs_of
from ribbon.catalog.facts.column_lineage import ColumnLineage
from ribbon.catalog.facts.documents import Documents
from ribbon.catalog.facts.flows import Flow, Flows
from ribbon.catalog.facts.groups import SIDE_OF_LAYER, SOURCE, SUBJECT, USE, Group, title_of
from ribbon.catalog.facts.history import History
from ribbon.catalog.facts.usage import QueryUsage
from ribbon.catalog.views import Band, FrontView, GroupView, Health, ListedView, UseCaseView
from ribbon.model import FAILED, Layer
from ribbon.verdict import Verdict, together, worst_of

__all__ = [
    "HealthCounts",
    "Listing",
    "Member",
    "by_group",
    "front_view",
    "group_pages",
    "group_views",
    "groups_of",
    "member_of",
    "use_case_views",
]

# More groups than this on a side make no readable picture: the smallest are shown as one.
_MOST_GROUPS = 40

_WORDS = {SOURCE: "sources", SUBJECT: "subjects", USE: "use cases"}


class HealthCounts:
    """Counts of the last results of checks, and of what the verdicts on relations say. verdicts: by relation."""

    def __init__(self, documents: Documents, history: History, verdicts: Mapping[str, Verdict]) -> None:
        self._documents, self._history, self._verdicts = documents, history, verdicts
        self._broken = frozenset(key for key, bad in history.bad().items() if bad.status in FAILED)

    def of(self, relations: Collection[str]) -> Health:
        """Of some relations. A promise that several of them share, as a test that reads them all, counts once."""
        tests = {test_id for relation in relations for test_id in self._documents.test_ids(relation)}
        verdicts = Counter(self._history.status(test_id) for test_id in tests)
        failing = sum(verdicts[status] for status in FAILED)
        judged = [self._verdicts[relation] for relation in relations if relation in self._verdicts]
        return Health(
            passing=verdicts["pass"],
            warning=verdicts["warn"],
            failing=failing,
            never=verdicts.total() - verdicts["pass"] - verdicts["warn"] - failing,
            late=sum(verdict.is_for("late") for verdict in judged),
            short=sum(verdict.is_for("rows") for verdict in judged),
            kept=sum(verdict.is_for("readers") for verdict in judged),
            broken=len(self._broken.intersection(relations)),
            behind=sum(verdict.is_behind for verdict in judged),
            worst=worst_of(judged),
        )


@dataclass(frozen=True, slots=True)
class Member:
    """What a relation adds to its group. rows: at the last build, 0 where that is not known. queries: of its logs."""

    columns: int = 0
    rows: int = 0
    queries: int = 0


def member_of(uid: str, lineage: ColumnLineage, history: History, query_usage: QueryUsage) -> Member:
    """What the facts say of a relation."""
    usage = query_usage.usage(uid)
    rows = history.row_counts(uid)
    return Member(
        columns=len(lineage.columns(uid) or ()),
        rows=rows[-1] if rows else 0,
        queries=usage.queries if usage else 0,
    )


def groups_of(documents: Documents) -> Mapping[str, Group]:
    """The group of each relation, by unique id."""
    links = (documents.link(uid) for uid in documents.ids())
    return {link.unique_id: Group(SIDE_OF_LAYER[Layer(link.layer)], documents.group(link.unique_id)) for link in links}


def by_group(groups: Mapping[str, Group], use_cases: Iterable[UseCaseView]) -> Mapping[Group, tuple[str, ...]]:
    """The relations of each group. groups: of all relations. A use case may have none yet."""
    found: dict[Group, list[str]] = {}
    for relation, group in groups.items():
        found.setdefault(group, []).append(relation)
    for case in use_cases:
        found.setdefault(Group(USE, case.name), [])
    return {group: tuple(relations) for group, relations in found.items()}


def group_pages(groups: Iterable[Group]) -> Mapping[Group, str]:
    """The page of each group, relative to the root of the site: `subject/product.html`. groups: all that there are."""
    each = tuple(groups)
    pages: dict[Group, str] = {}
    for side in (SOURCE, SUBJECT, USE):
        here = {group.name: group for group in each if group.side == side}
        pages |= {here[name]: f"{side}/{slug}.html" for name, slug in slugs_of({name: name for name in here}).items()}
    return pages


def group_views(
    groups: Mapping[str, Group], members: Mapping[str, Member], documents: Documents, counts: HealthCounts
) -> Mapping[Group, GroupView]:
    """Each group with what its relations add up to. members: of all relations; one that is missing adds nothing."""
    cases = {case.name: case for case in documents.use_cases()}
    relations = by_group(groups, cases.values())
    pages = group_pages(relations)
    return {
        group: _group_view(
            group,
            pages[group],
            *_label_and_description(group, here, cases, documents),
            [members.get(key, Member()) for key in here],
            counts.of(here),
        )
        for group, here in relations.items()
    }


def _label_and_description(
    group: Group, relations: Sequence[str], cases: Mapping[str, UseCaseView], documents: Documents
) -> tuple[str, str]:
    """Label and description. A system goes by its name, which people write in `source()`."""
    if group.side == USE and group.name in cases:
        return cases[group.name].label, cases[group.name].description
    if group.side == SOURCE:
        return group.name, documents.system_description(relations[0])
    return title_of(group.name), ""


def _group_view(
    group: Group, page: str, label: str, description: str, members: Sequence[Member], health: Health
) -> GroupView:
    return GroupView(
        key=group.key,
        label=label,
        side=group.side,
        page=page,
        description=description,
        relations=len(members),
        columns=sum(member.columns for member in members),
        queries=sum(member.queries for member in members),
        health=health,
    )


@dataclass(frozen=True)
class Listing:
    """Relations as lists show them. members: what they add to their groups; without it only words are shown."""

    documents: Documents
    history: History
    members: Mapping[str, Member]
    counts: HealthCounts

    def of(self, uids: Iterable[str]) -> tuple[ListedView, ...]:
        """Some relations, by label."""
        return tuple(sorted((self._listed(uid) for uid in uids), key=lambda view: view.link.label))

    def _listed(self, uid: str) -> ListedView:
        member = self.members.get(uid, Member())
        return ListedView(
            self.documents.link(uid),
            self.documents.description(uid),
            columns=member.columns,
            rows=member.rows,
            queries=member.queries,
            health=self.counts.of((uid,)),
            fresh=self.history.loaded_at(uid)
            or next((run.finished_at for run in self.history.runs(uid) if run.built), None),
        )


def use_case_views(documents: Documents, history: History, verdicts: Mapping[str, Verdict]) -> tuple[UseCaseView, ...]:
    """Every use case with its exposures, the verdict on it, and the state of its marts' promises, each counted once."""
    counts = HealthCounts(documents, history, verdicts)
    return tuple(_with_health(view, counts, documents, verdicts) for view in documents.use_cases())


def _with_health(
    view: UseCaseView, counts: HealthCounts, documents: Documents, verdicts: Mapping[str, Verdict]
) -> UseCaseView:
    health = counts.of(view.marts)
    judged = {documents.link(mart).label: verdicts[mart] for mart in view.marts if mart in verdicts}
    return replace(
        view,
        met=health.passing,
        warned=health.warning,
        broken=health.failing,
        unmeasured=health.never,
        verdict=together(judged),
    )


def front_view(
    documents: Documents,
    groups: Mapping[str, Group],
    flows: Flows,
    members: Mapping[str, Member],
    counts: HealthCounts,
) -> FrontView:
    """The front page. groups, members: by relation."""
    views = group_views(groups, members, documents, counts)
    kept, stands_for = _folded(views)
    shown_as = {group: other for other, folded in stands_for.items() for group in folded}
    others = [
        _others(other, folded, views, counts.of([key for key, group in groups.items() if shown_as.get(group) == other]))
        for other, folded in stands_for.items()
    ]
    bands = flows.bands(lambda group: shown_as.get(group, group))
    return FrontView(
        project=documents.project,
        built_at=documents.built_at,
        groups=(*(views[group] for group in kept), *others),
        bands=tuple(_band(flow, members) for flow in bands),
        health=counts.of(documents.ids()),
        notes=tuple(documents.notes),
        folded=tuple(views[group] for folded in stands_for.values() for group in folded),
    )


def _folded(views: Mapping[Group, GroupView]) -> tuple[Sequence[Group], Mapping[Group, Sequence[Group]]]:
    """The groups to draw, the largest of a side first, and the groups that one group stands for."""
    kept: list[Group] = []
    stands_for: dict[Group, Sequence[Group]] = {}
    for side in (SOURCE, SUBJECT, USE):
        here = sorted(
            (group for group in views if group.side == side), key=lambda group: (-views[group].columns, group.name)
        )
        if len(here) > _MOST_GROUPS:
            stands_for[Group(side, "")] = here[_MOST_GROUPS - 1 :]
            here = here[: _MOST_GROUPS - 1]
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
