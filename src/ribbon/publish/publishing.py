"""Publishing: all marts of a use case go to readers together, or readers keep the version that they have of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from ribbon.batch_record import require_whole
from ribbon.dbt.profiles import target_of
from ribbon.dbt.results import results_in
from ribbon.dbt.runner import Listener, run_dbt
from ribbon.engines.duckdb_file import open_file
from ribbon.engines.history import NodeRun
from ribbon.engines.marts_file import KEPT, Copied, Published, read_published, write_marts
from ribbon.errors import ConfigError, WorldError
from ribbon.model import FAILED, Relation
from ribbon.project import Project
from ribbon.publish.clearance import Clearance, Cleared, look
from ribbon.publish.versions import Draft, Versions, versions_to_keep
from ribbon.yaml_file import shown

__all__ = ["Held", "Kept", "Publication", "publish", "reason_not_to_publish"]


@dataclass(frozen=True)
class Held:
    """A mart that is not published as it is built. why: the tests that failed, or that it was never built."""

    mart: Relation
    why: str


@dataclass(frozen=True)
class Kept:
    """A use case whose marts are not published as they are built.

    had: the marts as readers keep them; none where they never had any. held: the marts that are the reason. why: what
    is wrong with all of them together.
    """

    use_case: str
    marts: tuple[Relation, ...]
    had: tuple[Published, ...]
    held: tuple[Held, ...]
    why: str = ""

    @property
    def since(self) -> datetime | None:
        """When readers got what they keep, UTC; None where they have nothing, or nothing recorded it."""
        return max((each.published_at for each in self.had if each.published_at), default=None)

    @property
    def reason(self) -> str:
        """In one line."""
        return "; ".join([*(f"{each.mart.name}: {each.why}" for each in self.held), *([self.why] if self.why else [])])


@dataclass(frozen=True)
class Publication:
    """What readers see now.

    version: its name. rows: by schema.name. kept: use cases that are not published as they are built. left_out: marts
    that are not there to be published. stale: marts that are older than something they read. failed: marts whose last
    build failed or was refused, so that readers have the table before. behind: marts with the name of something that
    they read of which that is so. removed: what readers had before and have no longer. lost: what they were to keep,
    but another program had changed it. tested: the tests that had to run first, because as they are they had not run
    on the tables that are there. is_linked: whether the file system has links.
    """

    version: str
    rows: Mapping[str, int]
    kept: tuple[Kept, ...]
    left_out: tuple[Held, ...]
    stale: tuple[Relation, ...]
    failed: tuple[Relation, ...] = ()
    behind: Mapping[Relation, str] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    tested: tuple[str, ...] = ()
    is_linked: bool = True

    @property
    def held(self) -> tuple[Held, ...]:
        """Every mart that is not published as it is built for a reason of its own."""
        return (*(held for kept in self.kept for held in kept.held), *self.left_out)

    @property
    def is_whole(self) -> bool:
        """Whether readers have every mart as it is built."""
        return not self.kept and not self.left_out


def publish(project: Project, listen: Listener | None = None) -> Publication:
    """Publish a new version of data/marts.duckdb from the build.

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
    require_whole(paths.lake_dir)
    keep = versions_to_keep(project.settings)
    clearance = _look(project)
    versions = Versions(paths.marts_file)
    had = _had(versions)
    if had and not project.marts:
        raise ConfigError(
            f"{paths.project_dir}: no model is a mart, so nothing is published and readers keep what they have. Put"
            " marts into models/marts/<use_case>/, or name yours in vars: ribbon: layers of dbt_project.yml."
        )
    cleared = {mart: clearance.of(mart) for mart in project.marts}
    unproven = tuple(dict.fromkeys(test for each in cleared.values() for test in each.unproven))
    outcomes = _run_tests(project, unproven, listen) if unproven else {}
    whys = {mart: each.why or _reason_by(outcomes, each.unproven, project) for mart, each in cleared.items()}
    before = {str(record): record for record in had}
    left_out = tuple(
        Held(mart, whys[mart]) for mart, each in cleared.items() if each.is_absent and _public(mart) not in before
    )
    kept = tuple(_kept_use_cases(project, clearance, whys, had, [held.mart for held in left_out]))
    waiting = {mart for each in kept for mart in each.marts}
    ready = [mart for mart in project.marts if mart not in waiting and not cleared[mart].is_absent]
    with versions.draft() as draft:
        built = [_built(project, clearance, mart, cleared[mart], draft) for mart in ready]
        taken = {str(table.record) for table in built}
        again = [table for each in kept for table in _as_before(each, versions) if str(table.record) not in taken]
        rows = write_marts(draft.file, [*built, *again], paths.build_file, paths.memory_limit)
        linked = versions.show(draft)
    versions.keep(keep)
    behind = {mart: above for mart in ready if (above := clearance.failed_above(mart))}
    to_keep = {str(table.record) for table in again}
    return Publication(
        version=draft.id,
        rows=rows,
        kept=kept,
        left_out=left_out,
        stale=tuple(mart for mart in project.marts if _is_stale(mart, clearance.runs) and mart not in behind),
        behind=behind,
        failed=tuple(mart for mart in ready if _failed(mart, clearance.runs)),
        removed=tuple(sorted(before.keys() - rows.keys() - to_keep)),
        lost=tuple(sorted(to_keep - rows.keys())),
        tested=tuple(_name(project, test) for test in unproven),
        is_linked=linked,
    )


def _had(versions: Versions) -> list[Published]:
    """What readers have, by the newest version that can be read; nothing where there is none."""
    for file in versions.latest_first:
        try:
            return read_published(file)
        except WorldError:
            continue
    return []


def _kept_use_cases(
    project: Project,
    clearance: Clearance,
    whys: Mapping[Relation, str],
    had: Sequence[Published],
    left_out: Sequence[Relation],
) -> Iterator[Kept]:
    """The use cases of which a mart is held back, or whose marts do not belong together."""
    for name, marts in _use_cases(project).items():
        there = tuple(mart for mart in marts if mart not in left_out)
        held = tuple(Held(mart, whys[mart]) for mart in there if whys[mart])
        why = "" if held else clearance.torn(there)
        if held or why:
            public = {_public(mart) for mart in marts}
            before = (each for each in had if (each.use_case == name if each.version else str(each) in public))
            yield Kept(name, there, tuple(before), held, why)


def _use_cases(project: Project) -> Mapping[str, list[Relation]]:
    """The marts by use case. One that belongs to none is its own."""
    found: dict[str, list[Relation]] = {}
    for mart in project.marts:
        found.setdefault(mart.use_case or _public(mart), []).append(mart)
    return found


def _built(project: Project, clearance: Clearance, mart: Relation, cleared: Cleared, draft: Draft) -> Copied:
    """A mart as it is in the build."""
    run = clearance.runs.get(mart.unique_id)
    record = Published(
        use_case=mart.use_case or _public(mart),
        schema_name=mart.public_schema,
        table_name=mart.identifier,
        version=draft.id,
        published_at=draft.at,
        built_at=draft.at if clearance.is_view(mart) else run.last_success_at if run else None,
    )
    declared = project.data_through(mart.unique_id)
    hidden = {column.casefold() for column in project.restricted_columns(mart.unique_id)}
    columns = [name for name in declared or project.grain(mart.unique_id) if name.casefold() not in hidden]
    return Copied(record, (project.paths.build_file,), mart.schema, cleared.state, tuple(columns), bool(declared))


def _as_before(kept: Kept, versions: Versions) -> Iterator[Copied]:
    """The marts of a use case as readers had them, from the newest version that has them unchanged."""
    files = versions.latest_first
    for record in kept.had:
        yield Copied(replace(record, state=KEPT, reason=kept.reason), files, record.schema_name)


def _public(mart: Relation) -> str:
    return f"{mart.public_schema}.{mart.identifier}"


def reason_not_to_publish(project: Project) -> str:
    """Why nothing of this target goes to readers; empty where it does.

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


def _failed(mart: Relation, runs: Mapping[str, NodeRun]) -> bool:
    return mart.unique_id in runs and runs[mart.unique_id].status in FAILED


def _is_stale(mart: Relation, runs: Mapping[str, NodeRun]) -> bool:
    own = runs.get(mart.unique_id)
    if own is None or own.last_success_at is None or own.status in FAILED:
        return False
    times = (runs[parent].last_success_at for parent in mart.parents if parent in runs)
    return any(time is not None and time > own.last_success_at for time in times)
