"""What all pages of a site share: facts, handbook, groups with their pages, and the frame of a page."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from ribbon.catalog.facts.groups import Group
from ribbon.catalog.load.facts import Facts
from ribbon.catalog.load.groups import by_group, group_pages
from ribbon.catalog.pages.assets import assets_version
from ribbon.catalog.pages.handbook import Handbook
from ribbon.catalog.site.fingerprints import Fingerprints
from ribbon.catalog.views import NavEntry, Shell, UseCaseView

__all__ = ["NAV", "SiteContext"]

NAV = Shell("").nav


class SiteContext:
    """Each part is made once, when it is first needed. now: UTC."""

    def __init__(self, facts: Facts, handbook: Handbook, now: datetime) -> None:
        self.facts = facts
        self.handbook = handbook
        self.now = now

    @property
    def ids(self) -> tuple[str, ...]:
        """The unique ids of all relations."""
        return self.facts.documents.ids()

    @cached_property
    def shell(self) -> Shell:
        """The frame of a page at the root."""
        documents, entries = self.facts.documents, self.handbook.entries
        return Shell(
            title=documents.project or "Catalog",
            version=assets_version(),
            built_at=documents.built_at,
            artifacts="dbt's artifacts",
            nav=(*NAV, NavEntry("Handbook", entries[0].page)) if entries else NAV,
        )

    @cached_property
    def use_cases(self) -> Mapping[str, UseCaseView]:
        """By name, without the state of their promises."""
        return {case.name: case for case in self.facts.documents.use_cases()}

    @cached_property
    def relations_by_group(self) -> Mapping[Group, tuple[str, ...]]:
        """Unique ids."""
        return by_group(self.facts.groups, self.use_cases.values())

    @cached_property
    def group_pages(self) -> Mapping[str, str]:
        """By relation, the page of its group."""
        pages = group_pages(self.relations_by_group)
        return {key: pages[group] for key, group in self.facts.groups.items()}

    @cached_property
    def fingerprints(self) -> Fingerprints:
        """Of all pages."""
        return Fingerprints(self.facts, self.shell, self.group_pages)
