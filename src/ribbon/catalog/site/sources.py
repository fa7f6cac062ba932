"""What all pages are made from, and what stands around them."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

import msgspec

from ribbon.catalog.composing.groups import by_group, pages_of
from ribbon.catalog.composing.search import shard_names
from ribbon.catalog.facts.sides import Group
from ribbon.catalog.pages import NavEntry, Shell
from ribbon.catalog.site.fingerprints import Fingerprints
from ribbon.catalog.site.gathering import Facts
from ribbon.catalog.site.handbook import Handbook
from ribbon.catalog.site.version import assets_version, code_version
from ribbon.catalog.views import UseCaseView

__all__ = ["NAV", "Sources"]

NAV = Shell("").nav


class Sources:
    """Facts and handbook of a project, and what follows from them for every page. now: UTC."""

    def __init__(self, facts: Facts, handbook: Handbook, now: datetime) -> None:
        self.facts = facts
        self.handbook = handbook
        self.now = now

    @property
    def ids(self) -> tuple[str, ...]:
        """The unique ids of all relations."""
        return self.facts.documented.ids()

    @cached_property
    def shell(self) -> Shell:
        """What stands around a page at the root."""
        documented, entries = self.facts.documented, self.handbook.entries
        return Shell(
            title=documented.project or "Catalog",
            version=assets_version(),
            built_at=documented.built_at,
            artifacts="dbt's artifacts",
            nav=(*NAV, NavEntry("Handbook", entries[0].page)) if entries else NAV,
        )

    @cached_property
    def ground(self) -> bytes:
        """What would change every page: the code, and what stands around pages but for the time of the artifacts."""
        shell = self.shell
        return code_version() + msgspec.msgpack.encode((shell.title, shell.version, shell.nav))

    @cached_property
    def shards(self) -> tuple[str, ...]:
        """The files that the text of all relations is spread over."""
        return shard_names(len(self.ids))

    @cached_property
    def use_cases(self) -> Mapping[str, UseCaseView]:
        """By name, without how their promises stand."""
        return {case.name: case for case in self.facts.documented.use_cases()}

    @cached_property
    def members(self) -> Mapping[Group, tuple[str, ...]]:
        """The relations of each group."""
        return by_group(self.facts.groups, self.use_cases.values())

    @cached_property
    def group_pages(self) -> Mapping[str, str]:
        """By relation, the page of its group."""
        pages = pages_of(self.members)
        return {key: pages[group] for key, group in self.facts.groups.items()}

    @cached_property
    def fingerprints(self) -> Fingerprints:
        """Of relations' pages."""
        return Fingerprints(self.facts, self.ground, self.group_pages)
