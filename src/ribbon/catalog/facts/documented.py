"""What dbt's artifacts say about a project for people to read."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path

from ribbon.catalog.facts.describing import record_of
from ribbon.catalog.facts.exposures import Exposures
from ribbon.catalog.facts.files import Files
from ribbon.catalog.facts.fingerprints import digest_of
from ribbon.catalog.facts.freshness import freshness_of
from ribbon.catalog.facts.owners import owner_in_meta, owner_of
from ribbon.catalog.facts.places import Places
from ribbon.catalog.facts.promises import promise_of
from ribbon.catalog.facts.records import Freshness, Reference, RelationRecord
from ribbon.catalog.facts.references import references_of
from ribbon.catalog.facts.use_cases import use_cases_of
from ribbon.catalog.views import Link, PromiseView, UseCaseView
from ribbon.dbt.artifacts import Artifacts
from ribbon.dbt.documentation import Described, Group, Test
from ribbon.dbt.nodes import CatalogNode
from ribbon.dbt.settings import read_settings
from ribbon.lineage import LineageGraph
from ribbon.project.data_tests import DataTests

__all__ = ["Documented"]


class Documented:
    """The `Documents` of a project, where more is said of each getter. Records are decoded when they are asked for.

    catalog: what the database has, by unique id. graph: the project's lineage, which says which relations there are.
    project_dir: of dbt_project.yml and of the YAML that is looked up for lines; without it no
    line and no variable is known.
    """

    def __init__(
        self,
        artifacts: Artifacts,
        catalog: Mapping[str, CatalogNode],
        graph: LineageGraph,
        project_dir: Path | None = None,
    ) -> None:
        self._artifacts = artifacts
        self._catalog = catalog
        self._graph = graph
        self._places = Places(artifacts, graph)
        self._tests = DataTests(artifacts)
        self._exposures = Exposures(artifacts, graph)
        settings = read_settings(project_dir) if project_dir else None
        self._files = Files(settings)
        self._variables = cache(settings.variables_for if settings else lambda _: {})

    @property
    def project(self) -> str:
        """The name of the dbt project."""
        return self._artifacts.metadata.project_name or ""

    @property
    def adapter(self) -> str:
        """The kind of database: duckdb, bigquery; empty where the manifest does not say it."""
        return self._artifacts.metadata.adapter_type or ""

    @property
    def built_at(self) -> str:
        """When dbt wrote the manifest."""
        return self._artifacts.metadata.generated_at

    @property
    def notes(self) -> tuple[str, ...]:
        """How the facts came about."""
        return self._graph.notes

    def ids(self) -> tuple[str, ...]:
        """All relations."""
        return tuple(self._graph.nodes)

    def fingerprint(self, uid: str) -> bytes:
        """What would change its page, as far as the project decides it."""
        keys = (uid, *self.test_ids(uid), *self._exposures.by_relation.get(uid, ()))
        records = {key: bytes(self._artifacts.raw(key)) for key in keys}
        said = (self.link(uid), self.group(uid), self._group_of_owner(uid), self._catalog.get(uid))
        packages = {key: self._variables(key.split(".")[1]) for key in keys}
        variables = [repr(has) for key, has in packages.items() if has and b"var(" in records[key]]
        file = self._files.digest(self._artifacts.nodes[uid])
        return digest_of(records.values(), (said, variables, file))

    def relation(self, uid: str) -> RelationRecord:
        """The relation as it is documented."""
        node, described = self._graph.nodes[uid], self._described(uid)
        record = record_of(
            self.link(uid), self.group(uid), described, node, self._catalog.get(uid), self._tests.of(uid)
        )
        owner, email = self._owner(described)
        return replace(record, owner=owner, email=email, exposures=self._exposures.of(uid))

    def description(self, uid: str) -> str:
        """What the project says of it."""
        return self._described(uid).description or ""

    def link(self, uid: str) -> Link:
        """How it is pointed at."""
        return self._places.link(uid)

    def test_ids(self, uid: str) -> tuple[str, ...]:
        """The tests attached to it."""
        return self._tests.ids(uid)

    def promises(self, uid: str) -> tuple[PromiseView, ...]:
        """Its tests and those of its columns."""
        return tuple(self._promise(test, uid) for test in self._tests.of(uid))

    def promise(self, test_id: str) -> PromiseView | None:
        """One of them."""
        relations = self.tested(test_id)
        return self._promise(self._tests.test(test_id), relations[0]) if relations else None

    def tested(self, test_id: str) -> tuple[str, ...]:
        """The relations that a test is attached to."""
        return tuple(uid for uid in self._tests.measured(test_id) if uid in self._graph.nodes)

    def references(self, uid: str) -> tuple[Reference, ...]:
        """The keys of other relations that its columns hold."""
        return references_of(self._described(uid), self._tests.of(uid), self._places.by_database_name)

    def group(self, uid: str) -> str:
        """Its system, subject or use case."""
        return self._places.group(uid)

    def public_schema(self, uid: str) -> str:
        """Where Ribbon publishes a mart, whatever the target puts before its schemas."""
        return self._described(uid).config.schema or f"mart_{self.group(uid)}"

    def owner(self, uid: str) -> tuple[str, str]:
        """Name and email: those of its dbt group, else as its metadata says."""
        return self._owner(self._described(uid))

    def system_description(self, uid: str) -> str:
        """What the project says of the system of a source."""
        return self._described(uid).source_description or ""

    def freshness(self, uid: str) -> Freshness | None:
        """How old the newest data of a source may get."""
        return freshness_of(self._described(uid))

    def use_cases(self) -> tuple[UseCaseView, ...]:
        """The uses of the data."""
        return use_cases_of(self._places.marts, self._groups, self._exposures)

    def _described(self, uid: str) -> Described:
        return self._artifacts.decoded(Described, uid)

    def _promise(self, test: Test, uid: str) -> PromiseView:
        project = self._graph.nodes[uid].project
        items = tuple(filter(None, (project.system, project.name)))
        return promise_of(test, self._files.line(test, items), self._variables(test.package_name))

    def _owner(self, described: Described) -> tuple[str, str]:
        group = self._group_of_owner(described.unique_id)
        if group and group.owner:
            return owner_of(group.owner)
        metas = (described.config.meta, described.meta, described.source_meta)
        return next((owner for meta in metas if any(owner := owner_in_meta(meta))), ("", ""))

    def _group_of_owner(self, uid: str) -> Group | None:
        return self._groups.get(self._graph.nodes[uid].project.group or "")

    @cached_property
    def _groups(self) -> Mapping[str, Group]:
        """By name; dbt has no two of the same name."""
        groups = (self._artifacts.decoded(Group, group) for group in self._artifacts.group_ids)
        return {group.name: group for group in groups}
