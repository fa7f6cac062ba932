"""Publishing: the last table of each mart that passed goes to readers, all of them at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from ribbon.dbt.profiles import target_of
from ribbon.engines.duckdb_file import open_file
from ribbon.engines.history import NodeRun, latest_node_runs
from ribbon.engines.marts_file import Copied, build_has, write_marts
from ribbon.errors import ConfigError
from ribbon.model import FAILED, Relation
from ribbon.project import Project
from ribbon.yaml_file import shown

__all__ = ["Held", "Publication", "publish", "reason_not_to_publish"]


@dataclass(frozen=True)
class Held:
    """A mart that is not published. why: the tests that failed, or that it was never built.

    kept: whether readers keep an earlier version.
    """

    mart: Relation
    why: str
    kept: bool


@dataclass(frozen=True)
class Publication:
    """What readers see now.

    rows: by schema.name. held: marts that are not published. stale: marts that are older than something they read.
    removed: what readers had before and have no longer, because it is no mart any more.
    """

    rows: Mapping[str, int]
    held: tuple[Held, ...]
    stale: tuple[Relation, ...]
    removed: tuple[str, ...] = ()


def publish(project: Project) -> Publication:
    """Write data/marts.duckdb from the build.

    Raises ConfigError where nothing is built or the target is a developer's, BusyError where dbt holds the build file.
    """
    reason = reason_not_to_publish(project)
    if reason:
        raise ConfigError(reason)
    paths = project.paths
    if not paths.build_file.exists():
        raise ConfigError(f"{paths.build_file}: nothing is built yet. Run `ribbon build` first.")
    with open_file(paths.build_file, read_only=True) as build:
        built, runs = build_has(build), latest_node_runs(build, project.history_schema)
    seen: set[tuple[str, str]] = set()
    if paths.marts_file.exists():
        with open_file(paths.marts_file, read_only=True) as marts:
            seen = build_has(marts)
    if seen and not project.marts:
        raise ConfigError(
            f"{paths.project_dir}: no model is a mart, so nothing is published and readers keep what they have. Put"
            " marts into models/marts/<use_case>/, or name yours in vars: ribbon: layers of dbt_project.yml."
        )
    tables, held = [], []
    for mart in project.marts:
        why = _reason_to_hold(mart, project, runs, built)
        had = (mart.public_schema, mart.identifier) in seen
        if why:
            held.append(Held(mart, why, kept=had))
        if not why or had:
            origin, schema = (paths.marts_file, mart.public_schema) if why else (paths.build_file, mart.schema)
            tables.append(Copied(mart.public_schema, mart.identifier, origin, schema))
    rows = write_marts(paths.marts_file, tables, paths.memory_limit)
    stale = tuple(mart for mart in project.marts if _is_stale(mart, runs))
    removed = tuple(sorted(".".join(name) for name in seen if ".".join(name) not in rows))
    return Publication(rows, tuple(held), stale, removed)


def reason_not_to_publish(project: Project) -> str:
    """Why nothing of this target goes to data/marts.duckdb; empty where it does.

    Where folders decide on schemas, a developer's target is known by its prefix. A project that was taken in names its
    production targets, or publishes from every target.
    """
    target = project.paths.target or target_of(project.paths)
    if project.adapter != "duckdb":
        return f"target {target}: readers query {project.adapter} itself."
    if project.developer_prefix:
        return (
            f"target {target}: it writes to a developer's schemas ({project.developer_prefix}…), which are not"
            " for readers. Publish from a production target (production_targets in dbt_project.yml)."
        )
    production = project.settings.variables.get("production_targets")
    if production is not None and not isinstance(production, list):
        raise ConfigError(
            f"{project.settings.path}: vars: production_targets must be a list of targets, got {shown(production)}."
        )
    if production is not None and target not in production:
        return (
            f"target {target}: it is none of the production targets ({', '.join(map(str, production))}). Publish from"
            " one of them with --target, or add it to the var production_targets in dbt_project.yml."
        )
    return ""


def _reason_to_hold(mart: Relation, project: Project, runs: Mapping[str, NodeRun], built: set[tuple[str, str]]) -> str:
    """Why readers must not get what the build has; empty where they may. A test of anything it reads counts."""
    if (mart.schema, mart.identifier) not in built:
        return "it has not been built"
    nodes = (mart.unique_id, *sorted(project.ancestors(mart.unique_id)))
    tests = dict.fromkeys(test for node in nodes for test in project.tests.ids(node))
    red = [test for test in tests if test in runs and runs[test].status in FAILED]
    return "failed: " + ", ".join(str(project.record(test)["name"]) for test in red) if red else ""


def _is_stale(mart: Relation, runs: Mapping[str, NodeRun]) -> bool:
    own = runs.get(mart.unique_id)
    if own is None or own.last_success_at is None:
        return False
    times = (runs[parent].last_success_at for parent in mart.parents if parent in runs)
    return any(time is not None and time > own.last_success_at for time in times)
