"""Clearance: which marts may go to readers, as far as dbt's runs have recorded it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ribbon.engines.duckdb_file import Connection
from ribbon.engines.history import NodeRun, latest_node_runs
from ribbon.engines.marts_file import build_has
from ribbon.engines.table_states import Judged, commands_behind, gated_tests, judged_as_they_are, state_of
from ribbon.model import FAILED, Relation, Severity
from ribbon.project import Project

__all__ = ["Clearance", "Cleared", "look"]

# What `runs` says of a run that left rows out.
FEWER_ROWS = ("--empty", "--sample")


@dataclass(frozen=True)
class Cleared:
    """What stands between a mart and its readers.

    why: why it is held back; empty where nothing is known to be wrong. unproven: blocking tests of it, and of what it
    reads, that have no verdict on exactly the tables that are there. state: of the mart, None where it is not built.
    """

    why: str = ""
    unproven: tuple[str, ...] = ()
    state: str | None = None


@dataclass(frozen=True)
class Clearance:
    """What the build file says. states: of marts and of what unproven tests may have read, by unique id."""

    project: Project
    built: frozenset[tuple[str, str]]
    runs: Mapping[str, NodeRun]
    gated: frozenset[str]
    states: Mapping[str, str] = field(default_factory=dict)
    commands: Mapping[str, str] = field(default_factory=dict)
    judged: Mapping[str, Judged] = field(default_factory=dict)

    def of(self, mart: Relation) -> Cleared:
        """What stands between a mart and its readers. A test of anything it reads counts."""
        if (mart.schema, mart.identifier) not in self.built:
            return Cleared("it has not been built")
        state = self.states.get(mart.unique_id)
        if self.commands.get(mart.unique_id, "").endswith(FEWER_ROWS):
            return Cleared(f"it was built by `dbt {self.commands[mart.unique_id]}`, which leaves rows out", state=state)
        nodes = (mart.unique_id, *sorted(self.project.ancestors(mart.unique_id)))
        batches = [self._name(node) for node in nodes if self._status(node) == "partial success"]
        if batches:
            return Cleared(f"batches failed: {', '.join(batches)}", state=state)
        tests = dict.fromkeys(test for node in nodes for test in self.project.tests.ids(node))
        needed = self.needed(mart)
        red = [self._name(test) for test in tests if self._failed(test, is_needed=test in needed)]
        if red:
            return Cleared(f"failed: {', '.join(red)}", state=state)
        return Cleared(unproven=tuple(test for test in needed if not self._is_proven(test)), state=state)

    def needed(self, mart: Relation) -> dict[str, tuple[str, ...]]:
        """The tests that must have passed on exactly the tables that are there, with the relations that each reads.

        All of the mart, and those of what it reads that the gate does not hold back. What the gate measured is known of
        the table that it measured alone. A source's tests are the door's.
        """
        found = {}
        for node in (mart.unique_id, *sorted(self.project.ancestors(mart.unique_id))):
            if node.startswith("source."):
                continue
            for test in self.project.tests.ids(node):
                is_gated = test in self.gated
                if self._blocks(test) and (node == mart.unique_id or not is_gated):
                    found[test] = (node,) if is_gated else self._relations_of(test)
        return found

    def _relations_of(self, test: str) -> tuple[str, ...]:
        """What a test reads that has rows of its own: not sources, and for ephemeral models what those read."""
        nodes, found = self.project.nodes, {}
        ahead = list(self.project.test(test).depends_on.nodes)
        for node in ahead:
            if node in nodes and nodes[node].ephemeral:
                ahead.extend(parent for parent in self.project.parents(node) if parent not in ahead)
            elif node in nodes and nodes[node].resource_type != "source":
                found[node] = True
        return tuple(found)

    def _is_proven(self, test: str) -> bool:
        """A verdict of a time when the test could only warn does not say what an error needs."""
        verdict = self.judged.get(test)
        return verdict is not None and (
            verdict.status == "pass" or (verdict.status == "warn" and verdict.severity == Severity.ERROR)
        )

    def _failed(self, test: str, *, is_needed: bool) -> bool:
        """Whether a test is red. One that is needed runs again where it failed on other tables than these."""
        if is_needed:
            return test in self.judged and self.judged[test].status in FAILED
        return self._status(test) in FAILED

    def _blocks(self, test: str) -> bool:
        return (self.project.test(test).config.severity or "error").lower() == Severity.ERROR

    def _status(self, unique_id: str) -> str:
        return self.runs[unique_id].status if unique_id in self.runs else ""

    def _name(self, unique_id: str) -> str:
        return str(self.project.record(unique_id)["name"])


def look(project: Project, build: Connection) -> Clearance:
    """What an open build file says of the project's marts."""
    schema = project.history_schema
    known = Clearance(
        project,
        frozenset(build_has(build)),
        latest_node_runs(build, schema),
        frozenset(gated_tests(build, schema)),
    )
    needed: dict[str, tuple[str, ...]] = {}
    for mart in project.marts:
        needed |= known.needed(mart)
    marts = {mart.unique_id for mart in project.marts}
    states = _states(project, build, marts.union(*needed.values()))
    return Clearance(
        project,
        known.built,
        known.runs,
        known.gated,
        states,
        commands_behind(build, schema, {key: state for key, state in states.items() if key in marts}),
        judged_as_they_are(build, schema, states, needed),
    )


def _states(project: Project, build: Connection, wanted: Iterable[str]) -> dict[str, str]:
    relations = {relation.unique_id: relation for relation in project.relations}
    found = {
        key: state_of(build, relations[key].schema, relations[key].identifier) for key in wanted if key in relations
    }
    return {key: state for key, state in found.items() if state}
