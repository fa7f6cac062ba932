"""Two states of a project as dbt compiled them: what each relation is made of, and which relations differ."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from ribbon.config import ProjectPaths
from ribbon.dbt.artifacts import Artifacts
from ribbon.dbt.nodes import Node
from ribbon.dbt.relations import identifier_of
from ribbon.dbt.same_sql import same_sql
from ribbon.engines.mirror_file import Name
from ribbon.errors import ConfigError
from ribbon.lineage import TracedProject
from ribbon.project import Project, read_project

__all__ = ["CompiledState", "Pair", "StateDiff", "ancestors", "compare_states", "read_state"]

OF_DBT = frozenset({"dbt", "dbt_duckdb"})
PREFIX = "materialization_"


def _materializations(artifacts: Artifacts) -> dict[str, str]:
    """A digest of all macros that a custom materialization calls, by its name.

    They turn a query into a table, and are not in the SQL that dbt compiles.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for key in artifacts.macro_ids:
        _, package, name = key.split(".", 2)
        if name.startswith(PREFIX) and package not in OF_DBT:
            found[name.removeprefix(PREFIX).rpartition("_")[0]].append(key)
    return {name: _macro_digest(artifacts, keys) for name, keys in found.items()}


def _macro_digest(artifacts: Artifacts, keys: list[str]) -> str:
    """A digest of these macros and all that they call by name."""
    texts: dict[str, str] = {}
    ahead = list(keys)
    while ahead:
        key = ahead.pop()
        macro = None if key in texts else artifacts.macro(key)
        if macro:
            texts[key] = macro.macro_sql
            ahead += macro.depends_on.macros
    return hashlib.sha256(repr(sorted(texts.items())).encode()).hexdigest()


# Settings that change no row: documentation, access, selection.
NO_DATA = frozenset({"docs", "tags", "group", "access", "persist_docs", "grants", "freshness", "description"})
NEVER_BUILT = frozenset({"external", "snapshot"})
OF_COLUMNS = ("name", "data_type", "quote", "constraints")

# Names through which SQL reads the time at which it was compiled.
MOMENTS = ("run_started_at", "invocation_id", "modules.datetime")


@dataclass(frozen=True)
class CompiledState:
    """The project in one state. large_seeds: digests of the files of seeds for which dbt records no checksum, by id."""

    project: Project
    large_seeds: Mapping[str, str] = field(default_factory=dict)

    @property
    def nodes(self) -> Mapping[str, Node]:
        """Sources, seeds, snapshots and models by unique id."""
        return self.project.nodes

    @cached_property
    def traced(self) -> TracedProject:
        """The project with its lineage, which says what is restricted."""
        return TracedProject(self.project.paths, self.project.target_dir, of=self.project)

    @cached_property
    def relations(self) -> dict[str, Name]:
        """Schema and identifier, in lower case, of what dbt builds."""
        return {
            key: ((node.schema or "").lower(), identifier_of(node).lower())
            for key, node in self.nodes.items()
            if node.resource_type != "source" and node.config.materialized != "ephemeral"
        }

    @cached_property
    def made_of(self) -> dict[str, dict[str, Any]]:
        """Everything but the SQL that decides the rows of a node, as one comparable value."""
        return {key: self._made_of(node) for key, node in self.nodes.items()}

    @cached_property
    def macros(self) -> dict[str, str]:
        """The text of every macro."""
        artifacts = self.project.artifacts
        found = ((key, artifacts.macro(key)) for key in artifacts.macro_ids)
        return {key: macro.macro_sql for key, macro in found if macro}

    def is_built(self, key: str) -> bool:
        """Whether a proof builds it: not snapshots, which would advance, nor what writes files."""
        node = self.nodes[key]
        return key in self.relations and node.config.materialized not in NEVER_BUILT

    def has_moment(self, key: str) -> bool:
        """Whether its compiled SQL differs each time."""
        called = (self.macros.get(macro, "") for macro in self.nodes[key].depends_on.macros)
        texts = [self.nodes[key].raw_code or "", *called]
        return any(moment in text for moment in MOMENTS for text in texts)

    def _made_of(self, node: Node) -> dict[str, Any]:
        record = self.project.record(node.unique_id)
        config = {name: value for name, value in record.get("config", {}).items() if name not in NO_DATA}
        columns = [{part: column.get(part) for part in OF_COLUMNS} for column in record.get("columns", {}).values()]
        return {
            "config": config,
            "columns": columns,
            "constraints": record.get("constraints"),
            "relation": (record.get("schema"), identifier_of(node)),
            "checksum": self._checksum(node),
            "external": (node.meta, node.source_meta) if node.resource_type == "source" else None,
            "quarantine": self._quarantined(node),
            "builder": self._by_materialization.get(node.config.materialized or node.resource_type),
        }

    def _checksum(self, node: Node) -> object:
        return self.large_seeds.get(node.unique_id, node.checksum) if node.resource_type == "seed" else None

    def _quarantined(self, node: Node) -> list[tuple[str, str]]:
        """Expectations of built relations whose failing rows are moved to quarantine, and so missing."""
        if node.resource_type == "source":
            return []
        return sorted(
            (test.unique_id, repr((test.test_metadata, test.config)))
            for test in self.project.tests.of(node.unique_id)
            if (test.config.meta or {}).get("on_unexpected") == "quarantine"
        )

    @cached_property
    def _by_materialization(self) -> dict[str, str]:
        return _materializations(self.project.artifacts)


def read_state(paths: ProjectPaths, target_dir: Path) -> CompiledState:
    """The project as dbt compiled it into a folder, while its files are where dbt read them.

    Raises ConfigError where it cannot be read.
    """
    project = read_project(paths, target_dir)
    seeds = [key for key, node in project.nodes.items() if node.resource_type == "seed" and _is_large(node)]
    return CompiledState(project, {key: _file_digest(project.record(key)) for key in seeds})


def _is_large(node: Node) -> bool:
    """Whether dbt records the path in place of a checksum, as it does for files of more than 1 MiB."""
    return node.checksum is not None and node.checksum.name == "path"


def _file_digest(record: Mapping[str, Any]) -> str:
    path = Path(record.get("root_path") or "", record["original_file_path"])
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}. A proof compares the files of seeds.") from error


@dataclass(frozen=True, slots=True)
class Pair:
    """A relation by its unique ids before and after; None where it does not exist."""

    before: str | None
    after: str | None


@dataclass(frozen=True)
class StateDiff:
    """What differs between two states. changed: unique ids of nodes made of something else, or in one state only.

    pairs: the touched relations, which are those changed and all that reads them; upstream first.
    """

    before: CompiledState
    after: CompiledState
    changed: frozenset[str]
    pairs: tuple[Pair, ...]

    def of(self, state: CompiledState) -> frozenset[str]:
        """The unique ids of one of the states that are touched."""
        keys = (pair.before if state is self.before else pair.after for pair in self.pairs)
        return frozenset(key for key in keys if key)

    def knows(self, name: str) -> bool:
        """Whether either state has a model of this name."""
        return any(True for state in (self.before, self.after) for _ in _named(state, [name]))

    def confined_to(self, names: Collection[str]) -> "StateDiff":
        """The same, without what none of these needs: names of models, or `schema.identifier`."""
        wanted = {key for state in (self.before, self.after) for key in _named(state, names)}
        wanted |= {key for state in (self.before, self.after) for key in ancestors(state, wanted)}
        needed = tuple(pair for pair in self.pairs if {pair.before, pair.after} & wanted)
        return StateDiff(self.before, self.after, self.changed, needed)


def compare_states(before: CompiledState, after: CompiledState) -> StateDiff:
    """What differs between two states."""
    keys = {*before.nodes, *after.nodes}
    changed = frozenset(key for key in keys if not _same(before, after, key))
    reached = _downstream(before, changed) | _downstream(after, changed)
    return StateDiff(before, after, changed, tuple(_pairs(before, after, reached)))


def ancestors(state: CompiledState, keys: Collection[str]) -> set[str]:
    """Everything that these read, down to the sources."""
    found: set[str] = set()
    ahead = [key for key in keys if key in state.nodes]
    while ahead:
        parents = state.project.parents(ahead.pop())
        ahead += [parent for parent in parents if parent not in found]
        found.update(parents)
    return found


def _same(before: CompiledState, after: CompiledState, key: str) -> bool:
    """Whether a node is in both states and made of the same.

    SQL that contains the time of compiling always differs; then its source has to be the same.
    """
    if key not in before.nodes or key not in after.nodes or before.made_of[key] != after.made_of[key]:
        return False
    one, other = before.nodes[key], after.nodes[key]
    if same_sql(one.compiled_code or "", other.compiled_code or ""):
        return True
    of_the_moment = one.raw_code == other.raw_code and before.has_moment(key)
    return (
        of_the_moment
        and before.macros == after.macros
        and before.project.settings.variables == after.project.settings.variables
    )


def _downstream(state: CompiledState, keys: Collection[str]) -> set[str]:
    found = {key for key in keys if key in state.nodes}
    ahead = list(found)
    while ahead:
        readers = [each for each in state.project.children(ahead.pop()) if each not in found]
        ahead += readers
        found.update(readers)
    return found


def _pairs(before: CompiledState, after: CompiledState, reached: Collection[str]) -> Iterator[Pair]:
    """Relations are the same by name, which is what readers use; else by unique id, else by SQL."""
    unmatched_before = {key for key in before.relations if key in reached}
    unmatched_after = {key for key in after.relations if key in reached}
    found: dict[str, str] = {}
    for known_by in (_by_name, _by_id, _by_sql):
        ones, others = known_by(before, unmatched_before), known_by(after, unmatched_after)
        found |= {others[way]: ones[way] for way in ones.keys() & others.keys()}
        unmatched_before -= set(found.values())
        unmatched_after -= set(found)
    for key in _upstream_first(after):
        if key in found or key in unmatched_after:
            yield Pair(found.get(key), key)
    yield from (Pair(key, None) for key in sorted(unmatched_before))


def _by_name(state: CompiledState, keys: Collection[str]) -> dict[object, str]:
    return {state.relations[key]: key for key in keys}


def _by_id(_: CompiledState, keys: Collection[str]) -> dict[object, str]:
    return {key: key for key in keys}


def _by_sql(state: CompiledState, keys: Collection[str]) -> dict[object, str]:
    """Only SQL that is unique among them."""
    texts = {key: " ".join((state.nodes[key].compiled_code or "").split()) for key in keys}
    often = Counter(texts.values())
    return {text: key for key, text in texts.items() if text and often[text] == 1}


def _upstream_first(state: CompiledState) -> Iterable[str]:
    return TopologicalSorter({key: state.project.parents(key) for key in state.nodes}).static_order()


def _named(state: CompiledState, names: Collection[str]) -> Iterator[str]:
    for key, name in state.relations.items():
        if {state.nodes[key].name, ".".join(name)} & set(names):
            yield key
