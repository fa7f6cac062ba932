"""Choosing, for each mart, the last table that passed, and handing all of them to readers at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from ribbon.config import ProjectPaths
from ribbon.dbt.manifest import Manifest
from ribbon.engines.duckdb_file import open_file
from ribbon.engines.history import NodeRun, latest_node_runs
from ribbon.engines.marts_file import Copied, build_has, write_marts
from ribbon.errors import ConfigError
from ribbon.model import FAILED, Relation

__all__ = ["Held", "Publication", "publish", "reason_not_to_publish"]


@dataclass(frozen=True)
class Held:
    """A mart whose new table readers do not get. why: the tests that failed, or that it was never built.

    kept: whether readers keep the table that they had.
    """

    mart: Relation
    why: str
    kept: bool


@dataclass(frozen=True)
class Publication:
    """What readers see now: rows by schema.name, marts held back, marts older than something they read."""

    rows: Mapping[str, int]
    held: tuple[Held, ...]
    stale: tuple[Relation, ...]


def publish(project: ProjectPaths, manifest: Manifest) -> Publication:
    """Write data/marts.duckdb from the build.

    Raises ConfigError where nothing is built or the target is a developer's, BusyError where dbt holds the build file.
    """
    why_not = reason_not_to_publish(project, manifest)
    if why_not:
        raise ConfigError(why_not)
    if not project.build_file.exists():
        raise ConfigError(f"{project.build_file}: nothing is built yet. Run `ribbon build` first.")
    with open_file(project.build_file, read_only=True) as build:
        built, runs = build_has(build), latest_node_runs(build, manifest.history_schema)
    seen: set[tuple[str, str]] = set()
    if project.marts_file.exists():
        with open_file(project.marts_file, read_only=True) as marts:
            seen = build_has(marts)
    tables, held = [], []
    for mart in manifest.marts:
        why = _reason_to_hold(mart, manifest, runs, built)
        had = (mart.public_schema, mart.identifier) in seen
        if why:
            held.append(Held(mart, why, kept=had))
        if not why or had:
            origin, schema = (project.marts_file, mart.public_schema) if why else (project.build_file, mart.schema)
            tables.append(Copied(mart.public_schema, mart.identifier, origin, schema))
    rows = write_marts(project.marts_file, tables, project.memory_limit)
    stale = tuple(mart for mart in manifest.marts if _is_stale(mart, runs))
    return Publication(rows, tuple(held), stale)


def reason_not_to_publish(project: ProjectPaths, manifest: Manifest) -> str:
    """Why nothing of this target goes to data/marts.duckdb; empty where it does."""
    if manifest.adapter != "duckdb":
        return f"target {project.target}: readers query {manifest.adapter} itself."
    if manifest.schema_prefix:
        return (
            f"target {project.target}: it writes to a developer's schemas ({manifest.schema_prefix}…), which are not"
            " for readers. Publish from a production target (production_targets in dbt_project.yml)."
        )
    return ""


def _reason_to_hold(
    mart: Relation, manifest: Manifest, runs: Mapping[str, NodeRun], built: set[tuple[str, str]]
) -> str:
    """Why readers must not get what the build has; empty where they may. A test of anything it reads counts."""
    if (mart.schema, mart.identifier) not in built:
        return "it has not been built"
    tests = [
        test
        for node in (mart.unique_id, *sorted(manifest.ancestors(mart.unique_id)))
        for test in manifest.tests_of(node)
    ]
    red = [test for test in dict.fromkeys(tests) if test in runs and runs[test].status in FAILED]
    return "failed: " + ", ".join(str(manifest.node(test)["name"]) for test in red) if red else ""


def _is_stale(mart: Relation, runs: Mapping[str, NodeRun]) -> bool:
    own = runs.get(mart.unique_id)
    if own is None or own.last_success_at is None:
        return False
    times = (runs[parent].last_success_at for parent in mart.parents if parent in runs)
    return any(time is not None and time > own.last_success_at for time in times)
