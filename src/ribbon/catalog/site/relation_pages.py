"""Relations' pages: which have to be rebuilt, what they show, and what the next build compares with."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

import msgspec

from ribbon.catalog.load.groups import member_of
from ribbon.catalog.load.relation import relation_view
from ribbon.catalog.site.changes import changes_between, shape_of
from ribbon.catalog.site.context import SiteContext
from ribbon.catalog.site.folder import Folder
from ribbon.catalog.site.render_pool import RELATIONS, relation_files
from ribbon.catalog.site.search_index import ranked_name, shard_names, shard_of, short_description, text_entry
from ribbon.catalog.site.state import KEPT_CHANGES, Page, State
from ribbon.catalog.views import ChangeView, RelationView
from ribbon.verdict import Verdict

__all__ = ["RelationPages"]


class RelationPages:
    """The pages of all relations. shell: their frame, as seen from the root."""

    def __init__(self, context: SiteContext, state: State) -> None:
        self._context = context
        self._facts = context.facts
        self._state = state
        self._known = state.pages()
        self._changes: Mapping[str, tuple[ChangeView, ...]] = state.changes(context.now)
        self._shards = shard_names(len(context.ids))
        self.shell = context.shell

    @property
    def gone(self) -> tuple[str, ...]:
        """Relations that had a page and no longer exist."""
        return tuple(self._known.keys() - set(self._facts.documents.ids()))

    def files(self) -> set[str]:
        """The files that all of them have."""
        return {name for names in self._files.values() for name in names}

    def stale(self, folder: Folder) -> list[str]:
        """The relations whose files are not there, or not what would be written now."""
        there = folder.names(RELATIONS)
        return [key for key in self._context.ids if not self._fresh(key, there)]

    def views(self, unique_ids: Iterable[str]) -> Iterator[tuple[RelationView, Page]]:
        """What their pages show, and what is to be remembered."""
        facts = self._facts
        for key in unique_ids:
            view = relation_view(key, facts.documents, facts.lineage, facts.history, facts.usage, ())
            group_page, proposals = self._context.group_pages[key], facts.evolution.proposals(key)
            view = replace(view, group_page=group_page, proposals=proposals, verdict=facts.verdicts.get(key, Verdict()))
            view = replace(view, changes=self._noticed(view))
            yield view, self._page(view)

    @cached_property
    def _files(self) -> Mapping[str, tuple[str, ...]]:
        documents = self._facts.documents
        return {key: relation_files(documents.link(key).slug) for key in self._context.ids}

    def _fresh(self, key: str, there: frozenset[str]) -> bool:
        if key not in self._known or not there.issuperset(self._files[key]):
            return False
        return self._known[key][1] == self._context.fingerprints.of_relation(key, self._changes.get(key, ()))

    def _noticed(self, view: RelationView) -> tuple[ChangeView, ...]:
        """New changes, then earlier ones."""
        before, changes = self._state.shape(view.unique_id), self._changes.get(view.unique_id, ())
        changed: tuple[str, ...] = ()
        if before:
            changed = changes_between(before, shape_of(view))
        elif self._known:
            changed = ("it is new",)
        return (*(ChangeView(self._context.now, what) for what in changed), *changes)[:KEPT_CHANGES]

    def _page(self, view: RelationView) -> Page:
        facts, found = self._facts, ranked_name(view, short_description(view.description))
        return Page(
            unique_id=view.unique_id,
            slug=view.slug,
            fingerprint=self._context.fingerprints.of_relation(view.unique_id, view.changes),
            shape=shape_of(view),
            changes=view.changes,
            member=member_of(view.unique_id, facts.lineage, facts.history, facts.usage),
            rank=found.rank,
            names=msgspec.json.encode(found.entry),
            shard=shard_of(view.unique_id, self._shards),
            text=msgspec.json.encode(text_entry(view)),
        )
