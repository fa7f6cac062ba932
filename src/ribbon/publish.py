"""Publishing: the last table of each mart that passed goes to readers, all of them at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ribbon.clearance import Clearance, look
from ribbon.dbt.profiles import target_of
from ribbon.dbt.results import results_in
from ribbon.dbt.runner import Listener, run_dbt
from ribbon.engines.duckdb_file import open_file
from ribbon.engines.history import NodeRun
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
    removed: what readers had before and have no longer, because it is no mart any more. tested: the tests that had to
    run first, because as they are they had not run on the tables that are there.
    """

    rows: Mapping[str, int]
    held: tuple[Held, ...]
    stale: tuple[Relation, ...]
    removed: tuple[str, ...] = ()
    tested: tuple[str, ...] = ()


def publish(project: Project, listen: Listener | None = None) -> Publication:
    """Write data/marts.duckdb from the build.

    Tests of the marts, and of what they read, that have not run on exactly these tables run first; `listen` hears of
    each. Raises ConfigError where nothing is built or the target is a developer's, BusyError where dbt holds
    the build file, WorldError where tables change meanwhile.
    """
    reason = reason_not_to_publish(project)
    if reason:
        raise ConfigError(reason)
    paths = project.paths
    if not paths.build_file.exists():
        raise ConfigError(f"{paths.build_file}: nothing is built yet. Run `ribbon build` first.")
    clearance = _look(project)
    seen: set[tuple[str, str]] = set()
    if paths.marts_file.exists():
        with open_file(paths.marts_file, read_only=True) as marts:
            seen = build_has(marts)
    if seen and not project.marts:
        raise ConfigError(
            f"{paths.project_dir}: no model is a mart, so nothing is published and readers keep what they have. Put"
            " marts into models/marts/<use_case>/, or name yours in vars: ribbon: layers of dbt_project.yml."
        )
    cleared = {mart: clearance.of(mart) for mart in project.marts}
    unproven = tuple(dict.fromkeys(test for each in cleared.values() for test in each.unproven))
    outcomes = _run_tests(project, unproven, listen) if unproven else {}
    tables, held = [], []
    for mart, each in cleared.items():
        why = each.why or _reason_by(outcomes, each.unproven, project)
        had = (mart.public_schema, mart.identifier) in seen
        if why:
            held.append(Held(mart, why, kept=had))
        if not why:
            tables.append(Copied(mart.public_schema, mart.identifier, paths.build_file, mart.schema, each.state))
        elif had:
            tables.append(Copied(mart.public_schema, mart.identifier, paths.marts_file, mart.public_schema))
    rows = write_marts(paths.marts_file, tables, paths.memory_limit)
    stale = tuple(mart for mart in project.marts if _is_stale(mart, clearance.runs))
    removed = tuple(sorted(".".join(name) for name in seen if ".".join(name) not in rows))
    return Publication(rows, tuple(held), stale, removed, tuple(_name(project, test) for test in unproven))


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


def _look(project: Project) -> Clearance:
    with open_file(project.paths.build_file, read_only=True) as build:
        return look(project, build)


def _run_tests(project: Project, tests: Sequence[str], listen: Listener | None) -> dict[str, str]:
    """Run tests by themselves. Returns the status of each that ran.

    Into a folder of Ribbon's own: `dbt retry` reads the last run of the usual one.
    """
    folder = project.paths.target_dir / "ribbon"
    names = [_name(project, test) for test in tests]
    run_dbt(project.paths, ["test", "--target-path", str(folder), "--select", *names], listen, nodes_may_fail=True)
    return {result.unique_id: result.status for result in results_in(folder)}


def _reason_by(outcomes: Mapping[str, str], tests: Sequence[str], project: Project) -> str:
    for what, chosen in (
        ("failed", [test for test in tests if outcomes.get(test) in FAILED]),
        ("not tested", [test for test in tests if outcomes.get(test) not in {"pass", "warn"}]),
    ):
        if chosen:
            return f"{what}: " + ", ".join(_name(project, test) for test in chosen)
    return ""


def _name(project: Project, test: str) -> str:
    return str(project.record(test)["name"])


def _is_stale(mart: Relation, runs: Mapping[str, NodeRun]) -> bool:
    own = runs.get(mart.unique_id)
    if own is None or own.last_success_at is None:
        return False
    times = (runs[parent].last_success_at for parent in mart.parents if parent in runs)
    return any(time is not None and time > own.last_success_at for time in times)
