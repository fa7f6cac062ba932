"""Finding out where runs and checks of a project are recorded."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from ribbon.catalog.facts.judged import Held, Judged
from ribbon.catalog.facts.loads import read_freshness, read_held_batches, read_loads
from ribbon.catalog.facts.measured import MeasuredHistory
from ribbon.catalog.facts.run_results import kept_history
from ribbon.catalog.facts.withheld import Withheld
from ribbon.config import ProjectPaths
from ribbon.engines.catalog_history import CatalogHistory, history_schema, read_catalog_history
from ribbon.engines.duckdb_file import open_file
from ribbon.engines.quarantine_tables import SUFFIX, TableAside, tables_aside
from ribbon.lineage.nodes import ProjectNode

__all__ = ["read_measured"]


def read_measured(
    project: ProjectPaths,
    target_dir: Path,
    nodes: Mapping[str, ProjectNode],
    tested: Callable[[str], Sequence[str]],
    today: date,
) -> Judged:
    """From the history in the build file; without one, from dbt's artifacts in `target_dir`; else nothing.

    tested: the relations of a test. today: in UTC. Raises BusyError where a process holds the build file, ConfigError
    and WorldError where what is there cannot be read.
    """
    loads = {**read_freshness(target_dir), **read_loads(project.lake_dir, nodes)}
    if project.build_file.exists():
        history, held = _in_build(project, nodes, today)
    else:
        history, held = kept_history(target_dir, project.history_dir(target_dir), nodes, tested, today), {}
    return MeasuredHistory(history, held, loads, Withheld(nodes), tested)


def _in_build(
    project: ProjectPaths, nodes: Mapping[str, ProjectNode], today: date
) -> tuple[CatalogHistory, dict[str, Held]]:
    built = {uid: node for uid, node in nodes.items() if node.resource_type != "source"}
    schemas = {node.schema for node in built.values()}
    with open_file(project.build_file, read_only=True, memory_limit=project.memory_limit) as build:
        history = read_catalog_history(build, history_schema(build, schemas), today)
        aside = tables_aside(build, schemas)
    return history, {**read_held_batches(project.quarantine_dir, nodes), **_held_rows(aside, built)}


def _held_rows(aside: Sequence[TableAside], built: Mapping[str, ProjectNode]) -> dict[str, Held]:
    owners = {(node.schema, node.identifier + SUFFIX): uid for uid, node in built.items()}
    return {
        owners[table.schema, table.name]: Held(
            rows=table.rows,
            since=table.since,
            reasons=tuple(table.reasons),
            command=f"ribbon quarantine ls {built[owners[table.schema, table.name]].name}",
        )
        for table in aside
        if (table.schema, table.name) in owners
    }
