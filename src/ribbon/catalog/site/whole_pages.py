"""What is about all relations together: the front page, health, evolution, groups, handbook, search, llms.txt."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b

import msgspec

from ribbon.catalog.composing.evolution import compose_evolution
from ribbon.catalog.composing.front import compose_front
from ribbon.catalog.composing.health import compose_health
from ribbon.catalog.composing.healths import Healths
from ribbon.catalog.composing.listing import Listing
from ribbon.catalog.composing.search import LAYERS, Named, shard_of
from ribbon.catalog.facts.flows import flows_of
from ribbon.catalog.pages import llms_txt, render_evolution, render_front, render_health
from ribbon.catalog.site.briefly import brief
from ribbon.catalog.site.group_pages import GroupPages
from ribbon.catalog.site.handbook import HANDBOOK
from ribbon.catalog.site.search_files import NAMES, text_file, write_names, write_text
from ribbon.catalog.site.sources import NAV, Sources
from ribbon.catalog.site.state import State
from ribbon.catalog.site.writing import Folder
from ribbon.catalog.views import EvolutionView, FrontView, HealthView, Link

__all__ = ["WholePages"]

_EVOLUTION = "evolution.html"

_named = msgspec.json.Decoder(Named)


class WholePages:
    """Writes them from what is known and from what is remembered of relations, which has to be up to date."""

    def __init__(self, sources: Sources, state: State) -> None:
        self._sources = sources
        self._state = state

    def write(self, folder: Folder) -> set[str]:
        """Write what changed, index.html last. Returns the names of all."""
        facts, shell = self._sources.facts, self._sources.shell
        flows = flows_of(facts.graph, facts.edges, facts.groups)
        health = compose_health(facts.documented, facts.measured, self._sources.now)
        healths = Healths(facts.documented, facts.measured, _late(health))
        members = self._state.members()
        front = compose_front(facts.documented, facts.groups, flows, members, healths)
        listing = Listing(facts.documented, facts.measured, members, healths)
        groups = GroupPages(self._sources, (*front.groups, *front.folded), flows.bands(), listing)
        groups.write(folder, self._state)
        self._sources.handbook.write(folder, shell)
        folder.write("health.html", render_health(health, shell))
        evolution = compose_evolution(facts.evolved, facts.documented)
        self._write_evolution(folder, evolution)
        named = [_named.decode(entry) for entry in self._state.names()]
        folder.write("llms.txt", llms_txt(front, map(_described, named)))
        found = self._write_search(folder, front, named)
        proposals = len(evolution.proposals) if evolution.found_at else None
        folder.write("index.html", render_front(replace(front, proposals=proposals), shell))
        return groups.files | self._sources.handbook.files | found

    def _write_evolution(self, folder: Folder, view: EvolutionView) -> None:
        """Write its page where it shows something else: there may be thousands of proposals."""
        told = self._sources.ground + msgspec.msgpack.encode((view, self._sources.shell.built_at))
        fingerprint = blake2b(told, digest_size=16).digest()
        if self._state.whole(_EVOLUTION)[0] != fingerprint or not folder.has(_EVOLUTION):
            folder.write(_EVOLUTION, render_evolution(view, self._sources.shell))
            self._state.keep_whole(_EVOLUTION, fingerprint)

    def _write_search(self, folder: Folder, front: FrontView, named: Sequence[Named]) -> set[str]:
        """Write the files of the search. named: all relations. Returns the names of the files."""
        handbook = self._sources.handbook.found()
        shards = (*([HANDBOOK] if handbook else []), *self._sources.shards)
        self._state.move({key: shard_of(key, self._sources.shards) for key in self._sources.ids})
        for shard in self._sources.shards:
            if shard in self._state.touched or not folder.has(text_file(shard)):
                write_text(folder, shard, [msgspec.Raw(entry) for entry in self._state.texts(shard)])
        if handbook:
            write_text(folder, HANDBOOK, handbook)
        write_names(folder, named, list(self._pages(front)), shards)
        return {NAMES, *(text_file(shard) for shard in shards)}

    def _pages(self, front: FrontView) -> Iterator[tuple[str, str, str, str]]:
        """The pages that are no relation's, as they are found by name."""
        kinds, uses = {"use": "use case", "subject": "subject", "source": "source"}, dict[str, str]()
        for group in (*front.groups, *front.folded):
            if group.page:
                uses[group.key] = group.page
                yield kinds[group.side], group.label, group.page, brief(group.description)
        exposures = {
            exposure.unique_id: ("exposure", exposure.label, uses[f"use/{case.name}"], brief(exposure.description))
            for case in self._sources.use_cases.values()
            for exposure in case.exposures
        }
        yield from exposures.values()
        yield from (("handbook", entry.label, entry.page, "") for entry in self._sources.handbook.entries)
        yield from (("page", entry.label, entry.page, "") for entry in NAV)


def _described(named: Named) -> tuple[Link, str]:
    """A relation with the first sentence of its description."""
    return Link("", named.label, LAYERS[named.layer], named.slug), named.sentence


def _late(health: HealthView) -> set[str]:
    return {trouble.relation for trouble in health.troubles if trouble.what == "freshness"}
