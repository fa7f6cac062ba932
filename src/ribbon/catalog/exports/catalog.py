"""What is exported: the facts of a project, and the views of its relations and use cases."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from ribbon.catalog.facts.groups import Group
from ribbon.catalog.load.facts import Facts
from ribbon.catalog.load.groups import use_case_views
from ribbon.catalog.load.relation import relation_view
from ribbon.catalog.views import RelationView, UseCaseView
from ribbon.config import ProjectPaths
from ribbon.verdict import Verdict

__all__ = ["Catalog", "Progress"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Catalog:
    """A project's catalog. ours: whether Ribbon built the project, and not dbt alone.

    progress: gets how many relations are done, of how many.
    """

    project: ProjectPaths
    facts: Facts
    ours: bool
    progress: Progress | None = field(default=None)

    @property
    def name(self) -> str:
        """The name in dbt_project.yml."""
        return self.facts.documents.project

    @property
    def adapter(self) -> str:
        """The kind of database: duckdb, bigquery; empty where the manifest does not say it."""
        return self.facts.project.adapter

    def relations(self) -> Iterator[RelationView]:
        """One after the other, by unique id, so that two exports can be compared. No more than one is held here."""
        ids = sorted(self.facts.documents.ids())
        for done, uid in enumerate(ids, start=1):
            yield self.relation(uid)
            if self.progress:
                self.progress(done, len(ids))

    def marts(self) -> Iterator[RelationView]:
        """The relations that readers see, in the same order."""
        ids = sorted(mart for case in self.facts.documents.use_cases() for mart in case.marts)
        for done, uid in enumerate(ids, start=1):
            yield self.relation(uid)
            if self.progress:
                self.progress(done, len(ids))

    def relation(self, uid: str) -> RelationView:
        """All that is known of a relation, without the changes since pages were built."""
        facts = self.facts
        view = relation_view(uid, facts.documents, facts.lineage, facts.history, facts.usage, ())
        return replace(view, verdict=facts.verdicts.get(uid, Verdict()))

    def use_cases(self) -> tuple[UseCaseView, ...]:
        """The uses of the data, with the state of their marts' promises."""
        return use_case_views(self.facts.documents, self.facts.history, self.facts.verdicts)

    def group(self, uid: str) -> Group:
        """The source system, subject or use case of a relation."""
        return self.facts.groups[uid]
