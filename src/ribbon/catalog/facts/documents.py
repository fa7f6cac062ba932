"""What dbt's artifacts say of a project's relations, tests and uses, for people to read."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from hashlib import blake2b
from typing import Any

import msgspec

from ribbon.catalog.addresses import slugs_of
from ribbon.catalog.facts.groups import group_of
from ribbon.catalog.facts.promises import DeclaringFiles, promise_of
from ribbon.catalog.facts.references import Reference, references_of
from ribbon.catalog.facts.use_cases import Exposures, owner_in_meta, owner_of, use_cases_of
from ribbon.catalog.views import ColumnView, Link, PromiseView, RelationView, UseCaseView
from ribbon.dbt.documentation import Described, Group, Test
from ribbon.lineage import LineageGraph, LineageNode
from ribbon.model import Layer
from ribbon.project import Project
from ribbon.verdict.deliveries import freshness_of, freshness_words
from ribbon.verdict.rules import Freshness

__all__ = ["Documents"]

# dbt writes these again each time it parses or runs a project.
_CREATED = b'"created_at":'

_ENCODER = msgspec.msgpack.Encoder()

_BUILT = b'"build_path":'

# Fields after that, each with its end: a run calls macros that compiling does not.
_OF_A_RUN = ((b'"depends_on":', b"]"), (b'"compiled_path":', b","))

_DIGITS = frozenset(b"%d" % digit for digit in range(10))


class Documents:
    """The project's read model, as pages show it. Records of the manifest are decoded when they are needed.

    graph: the project's lineage, which knows the relations and their columns. uid: dbt's unique id of a relation.
    test_id: dbt's unique id of a test. What is not known is empty or None, never an error.
    """

    def __init__(self, project: Project, graph: LineageGraph) -> None:
        self._project = project
        self._graph = graph
        self._exposures = Exposures(project, graph)
        self._files = DeclaringFiles(project.settings)
        self._variables = cache(project.settings.variables_for)

    @property
    def project(self) -> str:
        """The name of the dbt project."""
        return self._project.name

    @property
    def built_at(self) -> str:
        """When dbt wrote the manifest, ISO 8601 in UTC."""
        return self._project.artifacts.metadata.generated_at

    @property
    def notes(self) -> tuple[str, ...]:
        """How the facts came about, as sentences for readers."""
        return self._graph.notes

    def ids(self) -> tuple[str, ...]:
        """Unique ids of all relations that have a page, in the manifest's order, sources first."""
        return tuple(self._graph.nodes)

    # Relations

    def relation(self, uid: str) -> RelationView:
        """The relation as it is documented, without lineage, tests, measurements and usage."""
        described, node = self._project.described(uid), self._graph.nodes[uid]
        link, columns = self.link(uid), tuple(self._columns(uid, described))
        owner, email = self._owner(described)
        return RelationView(
            unique_id=uid,
            slug=link.slug,
            label=link.label,
            name=node.project.name,
            layer=link.layer,
            resource_type=node.project.resource_type,
            group=self.group(uid),
            materialized=described.config.materialized or "",
            database_name=".".join(node.project.path),
            file=described.original_file_path,
            patch_file=(described.patch_path or "").partition("://")[2],
            description=described.description or "",
            owner=owner,
            email=email,
            tags=_tags(described),
            grain=self._project.grain(uid, [column.name for column in columns]),
            columns=columns,
            complete=_complete(node),
            exposures=self._exposures.of(uid),
            sql=described.raw_code or "",
            compiled=described.compiled_code or "",
            freshness=freshness_words(freshness_of(described)),
        )

    def fingerprint(self, uid: str) -> bytes:
        """What would change its page, as far as the artifacts decide it; cheaper than what `relation` decodes."""
        keys = (uid, *self.test_ids(uid), *self._exposures.by_relation.get(uid, ()))
        records = {key: bytes(self._project.artifacts.raw(key)) for key in keys}
        known = (self.link(uid), self.group(uid), self._dbt_group(uid), self._project.catalog.get(uid))
        packages = {key: self._variables(key.split(".")[1]) for key in keys}
        variables = [repr(values) for key, values in packages.items() if values and b"var(" in records[key]]
        file = self._files.digest(self._project.nodes[uid])
        return _digest_of(records.values(), (known, variables, file))

    def description(self, uid: str) -> str:
        """What `relation` has too; cheaper."""
        return self._project.described(uid).description or ""

    def link(self, uid: str) -> Link:
        """How pages link to it; cheap. What the project does not know goes by its id and has no page."""
        return self._links.get(uid) or Link(uid, uid, "", "")

    def group(self, uid: str) -> str:
        """The system of a source, the subject of a warehouse model, the use case of a mart; cheap."""
        return self._group_names[uid]

    def owner(self, uid: str) -> tuple[str, str]:
        """Name and email: those of its dbt group, else of its metadata; each empty where it is not known."""
        return self._owner(self._project.described(uid))

    def freshness(self, uid: str) -> Freshness | None:
        """How old the newest data of a source may get; None where nothing is promised."""
        return freshness_of(self._project.described(uid))

    def references(self, uid: str) -> tuple[Reference, ...]:
        """The keys of other relations that its columns hold, by its tests and constraints."""
        return references_of(self._project.described(uid), self._project.tests.of(uid), self._by_database_name)

    def public_schema(self, uid: str) -> str:
        """The schema in which Ribbon publishes a mart, whatever the target puts before its schemas."""
        return self._public_schemas[uid]

    def system_description(self, uid: str) -> str:
        """The description of a source's system; empty for others."""
        return self._project.described(uid).source_description or ""

    # Tests

    def test_ids(self, uid: str) -> tuple[str, ...]:
        """The tests attached to a relation; cheap."""
        return self._project.tests.ids(uid)

    def promises(self, uid: str) -> tuple[PromiseView, ...]:
        """A relation's tests, those of its columns among them, without their verdicts."""
        return tuple(self._promise(test, uid) for test in self._project.tests.of(uid))

    def promise(self, test_id: str) -> PromiseView | None:
        """One of them; None where there is no such test."""
        relations = self.tested(test_id)
        return self._promise(self._project.tests.test(test_id), relations[0]) if relations else None

    def tested(self, test_id: str) -> tuple[str, ...]:
        """The relations that a test is attached to: one, or all that a singular test reads; cheap."""
        return tuple(uid for uid in self._project.tests.measured(test_id) if uid in self._graph.nodes)

    # Uses

    def use_cases(self) -> tuple[UseCaseView, ...]:
        """The uses of the data, without the state of their promises."""
        return use_cases_of(self._marts, self._project.groups, self._exposures)

    def _columns(self, uid: str, described: Described) -> Iterator[ColumnView]:
        """In the order of the graph, which takes them from the YAML where it has no other source."""
        node, catalog = self._graph.nodes[uid], self._project.catalog.get(uid)
        declared = {column.name.casefold(): column for column in described.columns.values()}
        types = {name.casefold(): data_type for name, data_type in (catalog.types if catalog else {}).items()}
        names = {name.casefold(): name for name in node.columns or {}}
        for key, name in names.items():
            column = declared.get(key)
            yield ColumnView(
                name,
                types.get(key) or (column.data_type if column else None) or (node.columns or {}).get(name),
                (column.description if column else None) or "",
                restricted=key in node.project.restricted,
            )

    def _promise(self, test: Test, uid: str) -> PromiseView:
        project = self._graph.nodes[uid].project
        items = tuple(filter(None, (project.system, project.name)))
        return promise_of(test, self._files.line(test, items), self._variables(test.package_name))

    def _owner(self, described: Described) -> tuple[str, str]:
        group = self._dbt_group(described.unique_id)
        if group and group.owner:
            return owner_of(group.owner)
        metas = (described.config.meta, described.meta, described.source_meta)
        return next((owner for meta in metas if any(owner := owner_in_meta(meta))), ("", ""))

    def _dbt_group(self, uid: str) -> Group | None:
        return self._project.groups.get(self._graph.nodes[uid].project.group or "")

    @cached_property
    def _group_names(self) -> Mapping[str, str]:
        nodes, records = self._graph.nodes.items(), self._project.nodes
        return {uid: group_of(node.project, records[uid], self.project) for uid, node in nodes}

    @cached_property
    def _marts(self) -> Mapping[str, tuple[str, ...]]:
        """The relations of each use case."""
        found: dict[str, list[str]] = {}
        for uid, node in self._graph.nodes.items():
            if node.project.layer is Layer.MART and (use_case := self.group(uid)):
                found.setdefault(use_case, []).append(uid)
        return {use_case: tuple(marts) for use_case, marts in found.items()}

    @cached_property
    def _public_schemas(self) -> Mapping[str, str]:
        return {relation.unique_id: relation.public_schema for relation in self._project.relations}

    @cached_property
    def _links(self) -> Mapping[str, Link]:
        projects = {uid: node.project for uid, node in self._graph.nodes.items()}
        slugs = slugs_of({uid: project.label for uid, project in projects.items()})
        return {uid: Link(uid, each.label, each.layer.value, slugs[uid]) for uid, each in projects.items()}

    @cached_property
    def _by_database_name(self) -> Mapping[str, str]:
        """Unique ids by database, schema and identifier, in lower case without quotes."""
        return {".".join(node.project.path).casefold(): uid for uid, node in self._graph.nodes.items()}


def _complete(node: LineageNode) -> bool:
    """Whether the graph's columns are all there are: they are listed as such, or its queries say so."""
    return node.project.columns_from.complete or (bool(node.project.queries) and node.complete)


def _tags(described: Described) -> tuple[str, ...]:
    tags = [described.tags] if isinstance(described.tags, str) else described.tags or []
    return tuple(str(tag) for tag in tags)


def _digest_of(records: Iterable[bytes], also: Any) -> bytes:
    """Of records of the manifest, and of anything else that msgspec encodes."""
    digest = blake2b(_ENCODER.encode(also), digest_size=16)
    for record in records:
        for part in _steady_parts(record):
            digest.update(part)
    return digest.digest()


def _steady_parts(record: bytes) -> Iterator[memoryview]:
    """The parts of a record that stay the same, not copied: without times and paths of a run."""
    whole, at = memoryview(record), 0
    for start, end in sorted(_changing_parts(record)):
        yield whole[at:start]
        at = end
    yield whole[at:]


def _changing_parts(record: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of the parts that change. The last part of a record ends at -1, before its brace."""
    created = _created_at(record)
    if created < 0:
        return
    built = record.rfind(_BUILT, 0, created)
    if built >= 0:
        yield built, record.find(b",", built)
    after = record.find(b",", created)
    yield created, after
    for field, end in _OF_A_RUN:
        start = record.find(field, after) if after >= 0 else -1
        if start >= 0:
            yield start, record.find(end, start)


def _created_at(record: bytes) -> int:
    """Where the time is, which is a number; a column may have the same name. -1 where there is none."""
    start = record.find(_CREATED)
    while start >= 0 and record[start + len(_CREATED) : start + len(_CREATED) + 2].lstrip()[:1] not in _DIGITS:
        start = record.find(_CREATED, start + 1)
    return start
