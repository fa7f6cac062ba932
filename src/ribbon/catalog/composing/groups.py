"""The groups of a project as the front page and the lists name them."""

from collections.abc import Iterable, Mapping, Sequence

from ribbon.catalog.composing.healths import Healths
from ribbon.catalog.composing.members import Member
from ribbon.catalog.facts.groups import title_of
from ribbon.catalog.facts.interfaces import Documents
from ribbon.catalog.facts.sides import SIDES, SOURCE, SUBJECT, USE, Group
from ribbon.catalog.facts.slugs import slugs_of
from ribbon.catalog.views import GroupView, Health, UseCaseView
from ribbon.model import Layer

__all__ = ["by_group", "group_views", "groups_of", "pages_of"]


def groups_of(documents: Documents) -> Mapping[str, Group]:
    """The group of each relation, by unique id."""
    links = (documents.link(uid) for uid in documents.ids())
    return {link.unique_id: Group(SIDES[Layer(link.layer)], documents.group(link.unique_id)) for link in links}


def by_group(groups: Mapping[str, Group], use_cases: Iterable[UseCaseView]) -> Mapping[Group, tuple[str, ...]]:
    """The relations of each group. groups: of all relations. A use case may have none yet."""
    found: dict[Group, list[str]] = {}
    for relation, group in groups.items():
        found.setdefault(group, []).append(relation)
    for case in use_cases:
        found.setdefault(Group(USE, case.name), [])
    return {group: tuple(relations) for group, relations in found.items()}


def pages_of(groups: Iterable[Group]) -> Mapping[Group, str]:
    """The page of each group, relative to the root of the site: `subject/product.html`. groups: all that there are."""
    each = tuple(groups)
    pages: dict[Group, str] = {}
    for side in (SOURCE, SUBJECT, USE):
        here = {group.name: group for group in each if group.side == side}
        pages |= {here[name]: f"{side}/{slug}.html" for name, slug in slugs_of({name: name for name in here}).items()}
    return pages


def group_views(
    groups: Mapping[str, Group], members: Mapping[str, Member], documents: Documents, healths: Healths
) -> Mapping[Group, GroupView]:
    """Each group with what its relations add up to. members: of all relations; one that is missing adds nothing."""
    cases = {case.name: case for case in documents.use_cases()}
    relations = by_group(groups, cases.values())
    pages = pages_of(relations)
    return {
        group: _view(
            group,
            pages[group],
            _said(group, here, cases, documents),
            [members.get(key, Member()) for key in here],
            healths.of(here),
        )
        for group, here in relations.items()
    }


def _said(
    group: Group, relations: Sequence[str], cases: Mapping[str, UseCaseView], documents: Documents
) -> tuple[str, str]:
    """Label and description. A system goes by its name, which people write in `source()`."""
    if group.side == USE and group.name in cases:
        return cases[group.name].label, cases[group.name].description
    if group.side == SOURCE:
        return group.name, documents.system_description(relations[0])
    return title_of(group.name), ""


def _view(group: Group, page: str, said: tuple[str, str], members: Sequence[Member], health: Health) -> GroupView:
    return GroupView(
        key=group.key,
        label=said[0],
        side=group.side,
        page=page,
        description=said[1],
        relations=len(members),
        columns=sum(member.columns for member in members),
        queries=sum(member.queries for member in members),
        health=health,
    )
