"""Which relations' pages are to be made anew, and what is remembered of them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

import msgspec

from ribbon.catalog.composing.members import member_of
from ribbon.catalog.composing.relation import compose_relation
from ribbon.catalog.composing.search import found_relation, passages_of, shard_of
from ribbon.catalog.facts.changes import changes_between, looks_of
from ribbon.catalog.site.briefly import brief
from ribbon.catalog.site.rendering import RELATIONS, relation_files
from ribbon.catalog.site.sources import Sources
from ribbon.catalog.site.state import KEPT_CHANGES, Page, State
from ribbon.catalog.site.writing import Folder
from ribbon.catalog.views import ChangeView, RelationView

__all__ = ["RelationPages"]


class RelationPages:
    """The pages of all relations. shell: what stands around them, seen from the root."""

    def __init__(self, sources: Sources, state: State) -> None:
        self._sources = sources
        self._facts = sources.facts
        self._state = state
        self._known = state.pages()
        self._changes: Mapping[str, tuple[ChangeView, ...]] = state.changes(sources.now)
        self.shell = sources.shell

    @property
    def gone(self) -> tuple[str, ...]:
        """Relations that had a page and are no more."""
        return tuple(self._known.keys() - set(self._facts.documented.ids()))

    def files(self) -> set[str]:
        """The files that all of them have."""
        return {name for names in self._files.values() for name in names}

    def stale(self, folder: Folder) -> list[str]:
        """The relations whose files are not there, or not as they would be made now."""
        there = folder.names(RELATIONS)
        return [key for key in self._sources.ids if not self._fresh(key, there)]

    def composed(self, unique_ids: Iterable[str]) -> Iterator[tuple[RelationView, Page]]:
        """What their pages show, and what is to be remembered."""
        facts = self._facts
        for key in unique_ids:
            view = compose_relation(key, facts.documented, facts.traced, facts.measured, facts.used, ())
            group_page, proposals = self._sources.group_pages[key], facts.evolved.proposals(key)
            view = replace(view, changes=self._noticed(view), group_page=group_page, proposals=proposals)
            yield view, self._page(view)

    @cached_property
    def _files(self) -> Mapping[str, tuple[str, ...]]:
        documented = self._facts.documented
        return {key: relation_files(documented.link(key).slug) for key in self._sources.ids}

    def _fresh(self, key: str, there: frozenset[str]) -> bool:
        if key not in self._known or not there.issuperset(self._files[key]):
            return False
        return self._known[key][1] == self._sources.fingerprints.of(key, self._changes.get(key, ()))

    def _noticed(self, view: RelationView) -> tuple[ChangeView, ...]:
        """What changed now, and what did before."""
        before, changes = self._state.looks(view.unique_id), self._changes.get(view.unique_id, ())
        said: tuple[str, ...] = ()
        if before:
            said = changes_between(before, looks_of(view))
        elif self._known:
            said = ("it is new",)
        return (*(ChangeView(self._sources.now, what) for what in said), *changes)[:KEPT_CHANGES]

    def _page(self, view: RelationView) -> Page:
        facts, found = self._facts, found_relation(view, brief(view.description))
        return Page(
            unique_id=view.unique_id,
            slug=view.slug,
            fingerprint=self._sources.fingerprints.of(view.unique_id, view.changes),
            looks=looks_of(view),
            changes=view.changes,
            member=member_of(view.unique_id, facts.traced, facts.measured, facts.used),
            rank=found.rank,
            names=msgspec.json.encode(found.entry),
            shard=shard_of(view.unique_id, self._sources.shards),
            text=msgspec.json.encode(passages_of(view)),
        )
