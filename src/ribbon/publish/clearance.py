"""Clearance: which marts may go to readers, as far as dbt's runs have recorded it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ribbon.engines.duckdb_file import Connection
from ribbon.engines.history import NodeRun, ReadVersion, latest_node_runs, read_versions
from ribbon.engines.marts_file import build_has
from ribbon.engines.table_states import Judged, gated_tests, judged_as_they_are, state_of
from ribbon.model import FAILED, Relation, Severity
from ribbon.project import Project, definition_of

__all__ = ["Clearance", "Cleared", "look"]


@dataclass(frozen=True)
class Cleared:
    """What stands between a mart and its readers.

    why: why it is held back; empty where nothing is known to be wrong. unproven: blocking tests of it, and of what it
    reads, that have no verdict on exactly the tables that are there. state: of the mart, None where it is not built.
    is_absent: whether it is not there at all and never failed to be, so that nothing has to wait for it.
    """

    why: str = ""
    unproven: tuple[str, ...] = ()
    state: str | None = None
    is_absent: bool = False


@dataclass(frozen=True)
class Clearance:
    """What the build file says. states: of marts and of what unproven tests may have read, by unique id.

    read: by mart, the version of each table that it was made from, the oldest first.
    """

    project: Project
    built: frozenset[tuple[str, str]]
    runs: Mapping[str, NodeRun]
    gated: frozenset[str]
    states: Mapping[str, str] = field(default_factory=dict)
    judged: Mapping[str, Judged] = field(default_factory=dict)
    read: Mapping[str, Sequence[ReadVersion]] = field(default_factory=dict)

    def of(self, mart: Relation) -> Cleared:
        """What stands between a mart and its readers. A test of anything it reads counts."""
        build, database = self.project.paths.build_file, self.project.record(mart.unique_id).get("database")
        if database and str(database).casefold() != build.stem.casefold():
            return Cleared(
                f"it is in the attached database {database}, and tables of {build.name} are published only",
                is_absent=True,
            )
        if (mart.schema, mart.identifier) not in self.built:
            return Cleared("it has not been built", is_absent=self._status(mart.unique_id) not in FAILED)
        state = self.states.get(mart.unique_id)
        nodes = (mart.unique_id, *sorted(self.project.ancestors(mart.unique_id)))
        short = [node for node in nodes if self._left_rows_out(node)]
        if short:
            what = "it" if short[0] == mart.unique_id else self._name(short[0])
            command = self._left_rows_out(short[0])
            why = f"{what} was built by `dbt {command}`, which leaves rows out; build again without it"
            return Cleared(why, state=state)
        batches = [self._name(node) for node in nodes if self._status(node) == "partial success"]
        if batches:
            return Cleared(f"batches failed: {', '.join(batches)}", state=state)
        tests = dict.fromkeys(test for node in nodes for test in self.project.tests.ids(node))
        needed = self.needed(mart)
        red = [self._name(test) for test in tests if self._failed(test, is_needed=test in needed)]
        if red:
            return Cleared(f"failed: {', '.join(red)}", state=state)
        unproven = tuple(test for test in needed if not self._is_proven(test, mart))
        # The copy of a view is a table, which is no other for being one.
        return Cleared(unproven=unproven, state=None if state and state.startswith("view") else state)

    def torn(self, marts: Sequence[Relation]) -> str:
        """Why marts do not belong together: they were made from different versions of a table that they share.

        Empty where they do. A mart that another one reads counts as shared. What no run recorded is not known.
        """
        seen: dict[str, ReadVersion] = {}
        for version in sorted((each for mart in marts for each in self.read.get(mart.unique_id, ())), key=_when):
            first = seen.setdefault(version.table, version)
            if not first.is_same(version):
                both = dict.fromkeys((first.reader, version.reader))
                failed = [self._name(each) for each in both if self._status(each) in FAILED]
                if failed:
                    return (
                        f"{self._of(first)}, {self._of(version)}, because {' and '.join(failed)} failed or was refused"
                        " when it was last built; correct it and build again"
                    )
                readers = " ".join(self._name(each) for each in both)
                return f"{self._of(first)}, {self._of(version)}; build them together: `dbt build --select {readers}`"
        return ""

    def _of(self, version: ReadVersion) -> str:
        reader, table = self._name(version.reader), self._name(version.table)
        made = "is" if version.reader == version.table else f"was made from {table}"
        return f"{reader} {made} of {version.run_at:%Y-%m-%d %H:%M:%S}"

    def failed_above(self, mart: Relation) -> str:
        """The name of something that a mart reads whose last build failed or was refused; empty where there is none."""
        above = (node for node in self.project.ancestors(mart.unique_id) if not node.startswith("source."))
        return next((self._name(node) for node in above if self._status(node) in FAILED), "")

    def tables_read(self, mart: Relation) -> tuple[str, ...]:
        """The mart itself and what it reads, through views to their tables."""
        parents = (
            table for parent in self.project.parents(mart.unique_id) for table in self._with_tables_beneath(parent)
        )
        return tuple(dict.fromkeys((mart.unique_id, *(each for each in parents if not self._is_view(each)))))

    def is_view(self, mart: Relation) -> bool:
        """Whether it shows what its parents are now."""
        return self._is_view(mart.unique_id)

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
                    read = (node,) if is_gated else self.project.test(test).depends_on.nodes
                    found[test] = tuple(dict.fromkeys(each for one in read for each in self._with_tables_beneath(one)))
        return found

    def _with_tables_beneath(self, unique_id: str) -> tuple[str, ...]:
        """A relation, and where it is a view or ephemeral those that it reads, through to tables, without sources."""
        nodes, ahead = self.project.nodes, [unique_id]
        for node in ahead:
            if self._is_view(node):
                ahead.extend(parent for parent in self.project.parents(node) if parent not in ahead)
        return tuple(n for n in ahead if n in nodes and not nodes[n].ephemeral and nodes[n].resource_type != "source")

    def _is_view(self, unique_id: str) -> bool:
        node = self.project.nodes.get(unique_id)
        return node is not None and (node.ephemeral or node.config.materialized == "view")

    def _reads_sources(self, unique_id: str) -> bool:
        """Whether a node is a view through which sources are seen, which change by themselves."""
        parents = self.project.parents(unique_id) if self._is_view(unique_id) else ()
        return any(parent.startswith("source.") or self._reads_sources(parent) for parent in parents)

    def _is_proven(self, test: str, mart: Relation) -> bool:
        """Whether the test's verdict is of what the mart is now, or was made of.

        A verdict of a time when the test could only warn does not say what an error needs. What a view shows of a
        source is known for the run that looked: it has to be the run that built the mart, or a later one. A mart that
        is such a view shows today's rows.
        """
        verdict = self.judged.get(test)
        if verdict is None or verdict.status in FAILED:
            return False
        if verdict.status == "warn" and verdict.severity != Severity.ERROR:
            return False
        if self._reads_sources(mart.unique_id):
            return False
        if not any(self._reads_sources(node) for node in self.project.test(test).depends_on.nodes):
            return True
        built_at = self.runs[mart.unique_id].last_good_run_at if mart.unique_id in self.runs else None
        return built_at is not None and verdict.run_at >= built_at

    def _failed(self, test: str, *, is_needed: bool) -> bool:
        """Whether a test is red. One that is needed runs again where it failed on other tables than these.

        One that can only warn by now has failed as what it was before.
        """
        if is_needed:
            return test in self.judged and self.judged[test].status in FAILED
        status = self._status(test)
        return status in FAILED and not (status == "fail" and not self._blocks(test))

    def _blocks(self, test: str) -> bool:
        """Whether a test may fail: `on_unexpected: warn` is short for `severity: warn`."""
        config = self.project.test(test).config
        may_warn_alone = (config.meta or {}).get("on_unexpected") == "warn"
        return not may_warn_alone and (config.severity or "error").lower() == Severity.ERROR

    def _status(self, unique_id: str) -> str:
        return self.runs[unique_id].status if unique_id in self.runs else ""

    def _left_rows_out(self, unique_id: str) -> str:
        """The command that last built a node, where that left rows out."""
        return self.runs[unique_id].left_rows_out if unique_id in self.runs else ""

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
    pairs: list[tuple[str, str]] = []
    for mart in project.marts:
        needed |= known.needed(mart)
        pairs.extend((mart.unique_id, table) for table in known.tables_read(mart))
    read: dict[str, list[ReadVersion]] = {}
    views = {mart.unique_id for mart in project.marts if known.is_view(mart)}
    for version in read_versions(build, schema, pairs, views):
        read.setdefault(version.reader, []).append(version)
    marts = {mart.unique_id for mart in project.marts}
    states = _states(project, build, marts.union(*needed.values()))
    asked = {test: definition_of(project, test) for test in needed}
    return Clearance(
        project,
        known.built,
        known.runs,
        known.gated,
        states,
        judged_as_they_are(build, schema, states | asked, {test: (*nodes, test) for test, nodes in needed.items()}),
        read,
    )


def _when(version: ReadVersion) -> datetime:
    return version.run_at


def _states(project: Project, build: Connection, wanted: Iterable[str]) -> dict[str, str]:
    relations = {relation.unique_id: relation for relation in project.relations}
    found = {
        key: state_of(build, relations[key].schema, relations[key].identifier) for key in wanted if key in relations
    }
    return {key: state for key, state in found.items() if state}
