"""What is exported: the facts of a project, and how each relation looks with all of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ribbon.catalog.composing.relation import compose_relation
from ribbon.catalog.composing.use_cases import compose_use_cases
from ribbon.catalog.facts.sides import Group
from ribbon.catalog.site.gathering import Facts
from ribbon.catalog.views import RelationView, UseCaseView
from ribbon.config import ProjectPaths

__all__ = ["Catalog", "Progress"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Catalog:
    """A project's catalog. ours: whether Ribbon built the project, and not dbt alone. progress: gets relations done."""

    project: ProjectPaths
    facts: Facts
    ours: bool
    progress: Progress | None = field(default=None)

    @property
    def name(self) -> str:
        """The name in dbt_project.yml."""
        return self.facts.documented.project

    @property
    def adapter(self) -> str:
        """The kind of database: duckdb, bigquery; empty where the manifest does not say it."""
        return self.facts.documented.adapter

    def relations(self) -> Iterator[RelationView]:
        """One after the other, by unique id, so that two exports can be compared. No more than one is held here."""
        ids = sorted(self.facts.documented.ids())
        for done, uid in enumerate(ids, start=1):
            yield self.relation(uid)
            if self.progress:
                self.progress(done, len(ids))

    def marts(self) -> Iterator[RelationView]:
        """The relations that readers see, likewise."""
        ids = sorted(mart for case in self.facts.documented.use_cases() for mart in case.marts)
        for done, uid in enumerate(ids, start=1):
            yield self.relation(uid)
            if self.progress:
                self.progress(done, len(ids))

    def relation(self, uid: str) -> RelationView:
        """All that is known of a relation but for what changed since pages were built."""
        facts = self.facts
        return compose_relation(uid, facts.documented, facts.traced, facts.measured, facts.used, ())

    def use_cases(self) -> tuple[UseCaseView, ...]:
        """The uses of the data, and how the promises of their marts stand."""
        return compose_use_cases(self.facts.documented, self.facts.measured)

    def group(self, uid: str) -> Group:
        """The source system, subject or use case of a relation."""
        return self.facts.groups[uid]
