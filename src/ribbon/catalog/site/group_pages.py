"""Pages of source systems, subjects and use cases, rebuilt where what they show may have changed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import cached_property

from ribbon.catalog.facts.flows import Flow
from ribbon.catalog.facts.groups import USE, Group
from ribbon.catalog.load.groups import Listing, use_case_views
from ribbon.catalog.load.subject import Diagrams, joins_of, subject_view
from ribbon.catalog.pages import render_subject, render_use_case
from ribbon.catalog.site.context import SiteContext
from ribbon.catalog.site.folder import Folder
from ribbon.catalog.site.state import State
from ribbon.catalog.views import GroupView, UseCaseView

__all__ = ["GroupPages"]


class GroupPages:
    """The pages of all groups. views: of all of them. bands: of the whole project, not folded."""

    def __init__(
        self, context: SiteContext, views: Iterable[GroupView], bands: Collection[Flow], listing: Listing
    ) -> None:
        self._context = context
        self._facts = context.facts
        self._views = {Group(view.side, view.key.partition("/")[2]): view for view in views}
        self._bands = bands
        self._listing = listing
        self._shell = replace(context.shell, depth=1)

    @property
    def files(self) -> set[str]:
        """The files that they have."""
        return {view.page for view in self._views.values()}

    def write(self, folder: Folder, state: State) -> None:
        """Write those that may have changed."""
        for group, relations in self._context.relations_by_group.items():
            page = self._views[group].page
            before, also = state.other_page(page)
            if before == self._fingerprint(group, relations, also) and folder.has(page):
                continue
            text, also = self._rendered(group, relations)
            folder.write(page, text)
            state.keep_other_page(page, self._fingerprint(group, relations, also), also)

    def _rendered(self, group: Group, relations: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        """The page, and the relations outside the group that it shows more of than the name."""
        if group.side == USE:
            return self._use_case(self._use_cases[group.name]), ()
        view = subject_view(group, self._listing.of(relations), self._views, self._bands, self._diagrams)
        outside = tuple(entity.link.unique_id for entity in view.entities if entity.outside)
        return render_subject(view, self._shell), outside

    def _use_case(self, view: UseCaseView) -> str:
        facts = self._facts
        reads = {read for exposure in view.exposures for read in exposure.reads}
        links = {key: facts.documents.link(key) for key in sorted(reads) if key in facts.graph.nodes}
        return render_use_case(view, self._shell, self._listing.of(view.marts), links)

    def _fingerprint(self, group: Group, relations: tuple[str, ...], also: Iterable[str]) -> bytes:
        """Of all that the page shows, or of more: how queries join a relation is among its own facts."""
        case = self._context.use_cases.get(group.name) if group.side == USE else None
        verdicts = [self._facts.verdicts.get(relation) for relation in relations]
        reads = (read for exposure in (case.exposures if case else ()) for read in exposure.reads)
        shown = (self._views[group], case, self._ends.get(group), verdicts)
        return self._context.fingerprints.of_view(shown, (*relations, *also, *reads))

    @cached_property
    def _ends(self) -> Mapping[Group, list[tuple[Group, int]]]:
        """What flows into and out of each group."""
        ends: dict[Group, list[tuple[Group, int]]] = {}
        for flow in self._bands:
            ends.setdefault(flow.source, []).append((flow.target, flow.columns))
            ends.setdefault(flow.target, []).append((flow.source, flow.columns))
        return ends

    @cached_property
    def _use_cases(self) -> Mapping[str, UseCaseView]:
        facts = self._facts
        cases = use_case_views(facts.documents, facts.history, facts.verdicts)
        return {case.name: case for case in cases}

    @cached_property
    def _diagrams(self) -> Diagrams:
        return Diagrams(self._facts.documents, self._facts.lineage, joins_of(self._facts.edges))
