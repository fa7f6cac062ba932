"""Runs, verdicts and profiles of a project, from the history in the build file or from dbt's artifacts."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec

from ribbon.catalog.facts.run_results import kept_history
from ribbon.catalog.views import Distribution, InvocationView, NodeRunView, ProfileView, VerdictView
from ribbon.config import ProjectPaths
from ribbon.dbt.results import brief
from ribbon.engines.catalog_history import KEPT, BadStretch, CatalogHistory, history_schema, read_catalog_history
from ribbon.engines.duckdb_file import open_file
from ribbon.engines.quarantine_tables import SUFFIX, TableAside
from ribbon.lineage.nodes import ProjectNode
from ribbon.masking import masked
from ribbon.verdict import Evidence, read_evidence
from ribbon.verdict.deliveries import Load, Quarantined, read_freshness, read_loads, read_quarantined_batches

__all__ = ["History", "Redaction", "read_history"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Redaction:
    """Keeps values of restricted columns out of messages and results."""

    def __init__(self, nodes: Mapping[str, ProjectNode]) -> None:
        self._nodes = nodes

    def names(self, uid: str) -> frozenset[str]:
        """The relation's restricted columns, in lower case."""
        node = self._nodes.get(uid)
        return node.restricted if node else frozenset()

    def near(self, uid: str) -> bool:
        """Whether the relation or one that it reads, however far up, has any: its errors may quote their values."""
        ahead = [uid]
        for each in ahead:
            node = self._nodes.get(each)
            ahead += [parent for parent in (node.parents if node else ()) if parent not in ahead]
        return any(self.names(each) for each in ahead)

    def is_about(self, uid: str, *texts: str | None) -> bool:
        """Whether one of the texts, a test's column and arguments, names a restricted column."""
        names = self.names(uid)
        text = " ".join(each for each in texts if each).lower()
        return any(re.search(rf"\b{re.escape(name)}\b", text) for name in names)

    def message(self, uids: Iterable[str], text: str | None) -> str:
        """Dbt's message about a node or a test of these relations, in one line, as far as it can quote no value."""
        said = text or ""
        return brief(masked(said) if any(self.near(uid) for uid in uids) else said)


class _Top(msgspec.Struct, frozen=True):
    value: str | None
    rows: int


_tops = msgspec.json.Decoder(tuple[_Top, ...])


class History:
    """Runs, verdicts and profiles. No value of a restricted column is among them.

    held: rows in quarantine, loads: what arrived of sources, by relation. tested: the relations of a test. evidence:
    what verdicts follow from.
    """

    def __init__(
        self,
        history: CatalogHistory,
        held: Mapping[str, Quarantined],
        loads: Mapping[str, Load],
        redaction: Redaction,
        tested: Callable[[str], Sequence[str]],
        evidence: Evidence | None = None,
    ) -> None:
        self.evidence = evidence or Evidence()
        self.loads = loads
        self._history = history
        self._in_quarantine = held
        self._loads = loads
        self._redaction = redaction
        self._tested = tested

    def fingerprint(self, uid: str, test_ids: Sequence[str]) -> bytes:
        """What would change what is known of its runs, its profiles and the verdicts of these tests."""
        history = self._history
        aside = (
            self._in_quarantine.get(uid),
            self._loads.get(uid),
            sorted(self._redaction.names(uid)),
            self._redaction.near(uid),
        )
        rows = [each.digest(uid) for each in (history.node_runs, history.profiles, history.row_counts)]
        verdicts = [(test_id, history.verdicts.digest(test_id), self.gated(test_id)) for test_id in test_ids]
        return blake2b(msgspec.msgpack.encode((aside, rows, verdicts)), digest_size=16).digest()

    def history(self, test_id: str) -> tuple[VerdictView, ...]:
        """The verdicts, the newest first, at most thirty."""
        latest = self._history.latest.get(test_id)
        if latest is None:
            return ()
        relations = tuple(dict.fromkeys((latest.node_id or "", *self._tested(test_id))))
        secret = any(self._redaction.is_about(each, latest.column, latest.arguments) for each in relations)
        return tuple(self._verdict(relations, row, secret) for row in self._history.verdicts.rows(test_id)[:KEPT])

    def status(self, test_id: str) -> str:
        """The last verdict of a test: pass, warn, fail or error; `never` where it was never measured. Cheap."""
        latest = self._history.latest.get(test_id)
        return latest.status if latest else "never"

    def gated(self, test_id: str) -> bool | None:
        """Whether readers wait for it; None where it was never measured."""
        latest = self._history.latest.get(test_id)
        return latest.gated if latest else None

    def profiles(self, uid: str) -> Mapping[str, ProfileView]:
        """By column, in lower case, as last measured."""
        restricted = self._redaction.names(uid)
        rows = ((name.lower(), row) for name, *row in self._history.profiles.rows(uid))
        return {name: _profile(row, name in restricted) for name, row in rows}

    def row_counts(self, uid: str) -> tuple[int, ...]:
        """Rows after each run, of a source after each batch; the newest last."""
        load = self._loads.get(uid)
        return load.row_counts if load else tuple(rows for (rows,) in self._history.row_counts.rows(uid))

    def runs(self, uid: str) -> tuple[NodeRunView, ...]:
        """The newest first, at most thirty."""
        return tuple(
            NodeRunView(run_id, status, seconds or 0.0, _utc(at), self._redaction.message((uid,), message))
            for run_id, status, seconds, at, message in self._history.node_runs.rows(uid)[:KEPT]
        )

    def quarantined(self, uid: str) -> int:
        """Rows in its quarantine."""
        return self._in_quarantine[uid].rows if uid in self._in_quarantine else 0

    def loaded_at(self, uid: str) -> datetime | None:
        """When a source last got data, UTC."""
        return self._loads[uid].loaded_at if uid in self._loads else None

    def invocations(self) -> tuple[InvocationView, ...]:
        """What ran, the newest first, at most thirty."""
        return tuple(
            InvocationView(
                run.run_id,
                run.command,
                run.target,
                run.started_at.replace(tzinfo=UTC),
                run.finished_at and run.finished_at.replace(tzinfo=UTC),
                run.status,
                run.failed,
            )
            for run in self._history.runs
        )

    def ungated(self) -> Mapping[str, str]:
        """Why a test is not part of the gate, by test."""
        return self._ungated

    @cached_property
    def _ungated(self) -> dict[str, str]:
        latest = self._history.latest.items()
        return {test_id: verdict.reason for test_id, verdict in latest if verdict.reason and not verdict.gated}

    def bad(self) -> Mapping[str, BadStretch]:
        """The tests, nodes and unit tests that ended badly last; also of those that the project no longer has."""
        return self._history.bad

    def message(self, key: str) -> str:
        """The message of one of those when it ended last."""
        last = self.history(key)[:1] or [run for run in self.runs(key) if run.status != "skipped"][:1]
        return (last[0].message or "") if last else ""

    def days(self) -> Mapping[date, str]:
        """The worst of each of the last thirty days on which something ran, UTC."""
        return self._history.days

    def in_quarantine(self) -> Mapping[str, Quarantined]:
        """Rows and batches in quarantine, by relation."""
        return self._in_quarantine

    def _verdict(self, relations: Sequence[str], row: tuple[Any, ...], secret: bool) -> VerdictView:
        status, at, run_id, elements, unexpected, observed, message, quarantined = row
        return VerdictView(
            status=status,
            at=_EPOCH + timedelta(microseconds=at),
            run_id=run_id,
            elements=elements,
            unexpected=unexpected,
            observed=None if secret else observed,
            message=None if secret or not message else self._redaction.message(relations, message),
            quarantined=quarantined or 0,
        )


def _utc(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)


def _profile(row: Sequence[Any], restricted: bool) -> ProfileView:
    rows, nulls, distinct, smallest, largest, top, null_rates = row
    return ProfileView(
        rows=rows,
        nulls=nulls,
        # Of many values they are counted approximately, which may come to more than there are rows.
        distinct=None if distinct is None else min(distinct, rows - nulls),
        smallest=None if restricted else smallest,
        largest=None if restricted else largest,
        top=None if restricted or not top else _distribution(top),
        null_rates=tuple(null_rates or ()),
    )


def _distribution(top: str) -> Distribution | None:
    """The most frequent values; nulls are counted elsewhere."""
    found = [(each.value, each.rows) for each in _tops.decode(top) if each.value is not None]
    return Distribution(tuple(value for value, _ in found), tuple(rows for _, rows in found)) if found else None


def read_history(
    project: ProjectPaths,
    target_dir: Path,
    nodes: Mapping[str, ProjectNode],
    tested: Callable[[str], Sequence[str]],
    today: date,
) -> History:
    """From the history in the build file; without one, from dbt's artifacts in `target_dir`; else nothing.

    tested: the relations of a test. today: in UTC. Raises BusyError where a process holds the build file, ConfigError
    and WorldError where what is there cannot be read.
    """
    loads = {**read_freshness(target_dir), **read_loads(project.lake_dir, _sources(nodes))}
    if project.build_file.exists():
        history, evidence, held = _in_build(project, nodes, today)
    else:
        folder = project.history_dir(target_dir)
        (history, evidence), held = kept_history(target_dir, folder, nodes, tested, today), {}
    return History(history, held, loads, Redaction(nodes), tested, evidence)


def _sources(nodes: Mapping[str, ProjectNode]) -> dict[str, tuple[str, str]]:
    return {uid: (node.system, node.name) for uid, node in nodes.items() if node.system}


def _in_build(
    project: ProjectPaths, nodes: Mapping[str, ProjectNode], today: date
) -> tuple[CatalogHistory, Evidence, dict[str, Quarantined]]:
    built = {uid: node for uid, node in nodes.items() if node.resource_type != "source"}
    schemas = {node.schema for node in built.values()}
    with open_file(project.build_file, read_only=True, memory_limit=project.memory_limit) as build:
        schema = history_schema(build, schemas)
        history, evidence = read_catalog_history(build, schema, today), read_evidence(build, schema, schemas)
    batches = read_quarantined_batches(project.quarantine_dir, _sources(nodes))
    return history, evidence, {**batches, **_quarantined_rows(evidence.aside, built)}


def _quarantined_rows(aside: Sequence[TableAside], built: Mapping[str, ProjectNode]) -> dict[str, Quarantined]:
    owners = {(node.schema, node.identifier + SUFFIX): uid for uid, node in built.items()}
    return {
        owners[table.schema, table.name]: Quarantined(
            rows=table.rows,
            since=table.since,
            reasons=tuple(table.reasons),
            command=f"ribbon quarantine ls {built[owners[table.schema, table.name]].name}",
        )
        for table in aside
        if (table.schema, table.name) in owners
    }
