"""What is known of each relation: its runs and checks, what arrived, what is in quarantine, what readers have."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ribbon.batch_record import without_data
from ribbon.dbt.nodes import Node
from ribbon.dbt.results import REFUSED
from ribbon.engines.duckdb_file import Connection
from ribbon.engines.history import NodeRun, latest_node_runs, latest_statuses
from ribbon.engines.marts_file import KEPT, Published, read_published
from ribbon.engines.quarantine_tables import SUFFIX, TableAside, tables_aside
from ribbon.errors import WorldError
from ribbon.landing_record import failed_landings
from ribbon.project import Project
from ribbon.verdict.deliveries import (
    Load,
    Quarantined,
    freshness_in,
    freshness_of,
    read_freshness,
    read_loads,
    read_quarantined_batches,
)
from ribbon.verdict.rules import Facts, Freshness, Kept, Verdict, verdicts_of

__all__ = ["Evidence", "judge", "read_evidence"]


@dataclass(frozen=True)
class Evidence:
    """What a file of history records. runs: by node. statuses: last verdicts by test. aside: quarantines of models."""

    runs: Mapping[str, NodeRun] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    aside: tuple[TableAside, ...] = ()


def read_evidence(connection: Connection, schema: str, schemas: Collection[str]) -> Evidence:
    """From an open file of history. schema: of the history; schemas: of the project's relations."""
    return Evidence(
        latest_node_runs(connection, schema),
        latest_statuses(connection, schema),
        tuple(tables_aside(connection, schemas)),
    )


def judge(
    project: Project, evidence: Evidence, now: datetime, loads: Mapping[str, Load] | None = None
) -> Mapping[str, Verdict]:
    """The verdict on every relation. now: UTC. loads: what arrived of sources, where it was read before.

    Raises WorldError where a record of the lake is damaged.
    """
    sources = {
        key: (node.source_name or "", node.name)
        for key, node in project.nodes.items()
        if node.resource_type == "source"
    }
    if loads is None:
        loads = {**read_freshness(project.target_dir), **read_loads(project.paths.lake_dir, sources)}
    held = read_quarantined_batches(project.paths.quarantine_dir, sources)
    gathered = _Gathered(project, evidence, loads, held)
    facts = {key: gathered.source(key) if key in sources else gathered.model(key) for key in project.nodes}
    return verdicts_of(facts, now.astimezone(UTC).replace(tzinfo=None))


class _Gathered:
    """All evidence. loads, held: what arrived and what is in quarantine of sources, by unique id."""

    def __init__(
        self, project: Project, evidence: Evidence, loads: Mapping[str, Load], held: Mapping[str, Quarantined]
    ) -> None:
        self._project, self._evidence, self._loads, self._held = project, evidence, loads, held
        self._problems = failed_landings(project.paths.data_dir)
        self._published = _published(project)
        self._aside = {(each.schema, each.name): each.rows for each in evidence.aside}

    def source(self, key: str) -> Facts:
        node, load, held = self._project.nodes[key], self._loads.get(key), self._held.get(key)
        return Facts(
            self._project.labels[key],
            is_source=True,
            good_at=load.loaded_at.replace(tzinfo=None) if load else None,
            checks=self._checks(key),
            freshness=freshness_of(self._project.described(key)),
            aside=held.rows if held else 0,
            whole=held is not None,
            problem=self._problem(node),
        )

    def model(self, key: str) -> Facts:
        node, relation, run = self._project.nodes[key], self._project.relation(key), self._evidence.runs.get(key)
        return Facts(
            self._project.labels[key],
            self._project.parents(key),
            shows_parents=node.ephemeral or node.config.materialized == "view",
            run=run.status if run else "",
            refused=bool(run and REFUSED in (run.message or "")),
            good_at=run.last_success_at if run else None,
            checks=self._checks(key),
            freshness=_declared(self._project, node),
            aside=self._aside.get((relation.schema, relation.identifier + SUFFIX), 0),
            short=run.left_rows_out if run else "",
            kept=self._published.get((relation.public_schema, relation.identifier)),
        )

    def _problem(self, node: Node) -> str:
        """Why not all of a source can be read: a batch that lost its data, or what the last landing could not do."""
        lost = next(without_data(self._project.paths.lake_dir / (node.source_name or "") / node.name), None)
        if lost:
            return f"the data of {lost.name} is missing or damaged"
        why = self._problems.get(f"{node.source_name}.{node.name}")
        return f"nothing could land: {why}" if why else ""

    def _checks(self, key: str) -> Mapping[str, str]:
        return {test: self._evidence.statuses.get(test, "never") for test in self._project.tests.ids(key)}


def _declared(project: Project, node: Node) -> Freshness | None:
    """The freshness that a model declares in `meta: freshness`, else the one that its use case declares."""
    own = freshness_in(node.config.meta, f"{node.original_file_path}: {node.name}")
    group = project.groups.get(project.placements[node.unique_id].use_case or "")
    if own or group is None:
        return own
    meta: dict[str, Any] = {**(group.meta or {}), **((group.config.meta if group.config else None) or {})}
    return freshness_in(meta, f"group {group.name}")


def _published(project: Project) -> Mapping[tuple[str, str], Kept]:
    """The marts of which readers keep an earlier version, by schema and name."""
    file = project.paths.marts_file
    if not file.exists() or project.developer_prefix:  # whose tables are not for readers
        return {}
    try:
        records: list[Published] = read_published(file)
    except WorldError:
        damaged = Kept(None, f"{file.name} is damaged. Run `ribbon publish`", unreadable=True)
        return {(mart.public_schema, mart.identifier): damaged for mart in project.marts}
    return {
        (each.schema_name, each.table_name): Kept(each.published_at, each.reason or "")
        for each in records
        if each.state == KEPT
    }
