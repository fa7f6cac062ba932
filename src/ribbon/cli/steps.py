"""The steps of `ribbon run`, which the single commands share: land, build, publish, propose, docs."""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ribbon.batch_record import require_whole
from ribbon.cli.console import counted, listed
from ribbon.cli.publication import report_publication
from ribbon.cli.session import Session
from ribbon.dbt.results import findings_of, read_results
from ribbon.errors import ConfigError, RibbonError, WorldError
from ribbon.evolve.proposals import save_proposals
from ribbon.landing_record import record_landing
from ribbon.model import Severity, SourceTable
from ribbon.project import Project, latest_artifacts, report_changes, run_with_record
from ribbon.publish import Publication, publish

if TYPE_CHECKING:
    from ribbon.catalog import SitePaths
    from ribbon.evolve.evidence.project import ProjectEvidence
    from ribbon.evolve.proposals import Proposals
    from ribbon.land import TableOutcome
    from ribbon.lineage import TracedProject

__all__ = [
    "Landed",
    "build_step",
    "docs_step",
    "evolve_step",
    "find_proposals",
    "land_step",
    "publish_step",
    "store_proposals",
]

# How many proposals the main job prints.
BEST = 3
NAMED = 3


@dataclass(frozen=True)
class Landed:
    """accepted: whether nothing went to quarantine. batches: how many landed."""

    accepted: bool
    batches: int


def land_step(session: Session, project: Project, origin: Path | None, names: Sequence[str] = ()) -> Landed:
    """Land new data of all sources, or of those named.

    A table that cannot be landed does not stop the others: they land first, then its error ends the step.
    """
    started = time.monotonic()
    session.console.heading("Land")
    outcomes, failures = _land_tables(session, project, _chosen(project, names), origin)
    accepted = all(outcome.is_accepted for outcome in outcomes)
    batches = sum(len(outcome.batches) - len(outcome.quarantined) for outcome in outcomes)
    rows = sum(outcome.landed_rows for outcome in outcomes)
    seconds = time.monotonic() - started
    if batches:
        session.console.say(f"  {counted(rows, 'row')} landed in {counted(batches, 'batch')} in {seconds:.0f} s")
    elif accepted and not failures:
        session.console.say("  Nothing new: the lake already has every row that the sources offer.")
    else:
        session.console.say("  Nothing landed.")
    session.console.record(
        "land",
        {
            "batches": batches,
            "rows": rows,
            "quarantined_batches": sum(len(outcome.quarantined) for outcome in outcomes),
            "seconds": round(seconds, 1),
            "tables": {str(outcome.source): outcome.landed_rows for outcome in outcomes},
            "deliveries": [
                {
                    "source": str(outcome.source),
                    "file": delivery.name,
                    "rows": delivery.rows,
                    "landed": delivery.landed,
                    "known": delivery.known,
                    "quarantined": delivery.quarantined,
                    "stopped": delivery.stopped,
                }
                for outcome in outcomes
                for delivery in outcome.deliveries
            ],
            "waiting": [name for outcome in outcomes for name in outcome.waiting],
        },
    )
    if failures:
        raise (failures[0] if len(failures) == 1 else type(failures[0])("\n".join(str(error) for error in failures)))
    return Landed(accepted, batches)


def _land_tables(
    session: Session, project: Project, sources: Sequence[SourceTable], origin: Path | None
) -> "tuple[list[TableOutcome], list[RibbonError]]":
    """Land the tables one after the other and report each. Returns outcomes, and errors of tables that failed."""
    from ribbon.engines.parquet import open_bench  # noqa: PLC0415 - imports pyarrow, which commands start without
    from ribbon.land import About, DownstreamLineage, land_table, rows_in_lake  # noqa: PLC0415
    from ribbon.quality.door import open_door  # noqa: PLC0415

    console, paths = session.console, session.paths
    outcomes: list[TableOutcome] = []
    failures: list[RibbonError] = []
    problems: dict[str, str] = {}
    ids = {str(source): key for key, source in project.sources_by_id.items()}
    downstream = DownstreamLineage(paths, ids)
    with (
        open_bench(paths.data_dir / "tmp", paths.memory_limit) as bench,
        open_door(paths, project) as door,
    ):
        for source in sources:
            try:
                project.require_known_tests(ids[str(source)])
                with console.bar(f"  {source.table}") as bar:
                    outcome = land_table(paths, source, origin, bench, door, About(bar.at, downstream))
            except RibbonError as error:
                failures.append(error)
                problems[str(source)] = str(error)
                continue
            outcomes.append(outcome)
            problems[str(source)] = ""
            console.say(f"  {source.table:<22} {_landed(outcome)}; {rows_in_lake(paths, source):,} in the lake")
            console.findings(outcome.findings)
    record_landing(paths.data_dir, problems)
    try:
        require_whole(paths.lake_dir)
    except WorldError as error:
        failures.append(error)
    return outcomes, failures


def build_step(session: Session, project: Project, arguments: Sequence[str] = ()) -> bool:
    """Run `dbt build` and report failures. Returns whether there were none."""
    console = session.console
    started = time.monotonic()
    console.heading("Build")
    require_whole(session.paths.lake_dir)
    with console.bar("  dbt build") as bar:
        invocation = run_with_record(
            session.paths,
            ["build", *arguments],
            lambda at: bar.at(at.index, at.total, at.name),
            nodes_may_fail=True,
        )
    for warning in invocation.warnings:
        console.warn(warning)
    _tell_gate(session, project)
    results = read_results(session.paths)
    findings = findings_of(results, project.record, project.artifacts.macro_ids)
    seconds = time.monotonic() - started
    counts = {
        kind: sum(result.kind in kinds for result in results)
        for kind, kinds in {
            "models": {"model", "seed", "snapshot"},
            "tests": {"test"},
            "unit tests": {"unit_test"},
        }.items()
    }
    failed = [finding for finding in findings if finding.severity is Severity.ERROR]
    skipped = sum(result.status == "skipped" for result in results)
    console.say(
        "  "
        + ", ".join(f"{count:,} {kind}" for kind, count in counts.items())
        + f": {len(failed):,} failed, {len(findings) - len(failed):,} warned, {skipped:,} skipped, in {seconds:.0f} s"
    )
    console.findings(findings)
    console.record("build", {**counts, "failed": len(failed), "skipped": skipped, "seconds": round(seconds, 1)})
    return not failed


def _tell_gate(session: Session, project: Project) -> None:
    """Leave what lineage says of restricted columns for the gate, which is told nothing where it cannot be found."""
    if not project.restricts:
        return
    from ribbon.lineage import TracedProject, leave_for_gate  # noqa: PLC0415 - as above

    with suppress(RibbonError):
        traced = TracedProject(session.paths, session.paths.target_dir)
        leave_for_gate(traced.project, traced.graph)


def publish_step(session: Session, project: Project) -> bool:
    """Publish the marts and report those that were not. Returns whether all were."""
    console, paths = session.console, session.paths
    console.heading("Publish")
    for note in project.notes:
        console.warn(note)
    with console.bar("  tests that have not run on these tables") as bar:
        published: Publication = publish(project, lambda at: bar.at(at.index, at.total, at.name))
    if published.tested:
        ran = f"{counted(len(published.tested), 'test')} ran first, not having run on these tables yet"
        console.say(f"  {ran}: {listed(published.tested, NAMED)}")
    report_publication(console, published, _short(session, paths.marts_file))
    return published.is_whole


def find_proposals(
    session: Session, target_path: Path | None, offered_in: Path | None = None
) -> "tuple[ProjectEvidence, Proposals]":
    """The evidence of a project, and the proposals that follow from it."""
    from ribbon.evolve.evidence.project import ProjectEvidence  # noqa: PLC0415 - imports sqlglot
    from ribbon.evolve.rules import propose  # noqa: PLC0415
    from ribbon.lineage import TracedProject  # noqa: PLC0415

    paths = session.paths
    target_dir = paths.project_dir / target_path if target_path else latest_artifacts(paths)
    with session.console.bar("Lineage") as bar:
        offered = offered_in and offered_in.resolve()
        evidence = ProjectEvidence(TracedProject(paths, target_dir, bar.at), datetime.now(UTC).date(), offered)
        proposals = propose(evidence)
    for note in (*evidence.project.notes, report_changes(evidence.project)):
        if note:
            session.console.warn(note)
    return evidence, proposals


def store_proposals(session: Session, evidence: "ProjectEvidence", proposals: "Proposals") -> None:
    """Store proposals for `ribbon docs`. Failing to write them is a warning."""
    try:
        save_proposals(evidence, proposals, datetime.now(UTC))
    except WorldError as error:
        session.console.warn(str(error))


def evolve_step(session: Session) -> "TracedProject | None":
    """Print the best proposals and store all for the catalog. Returns the project that it read.

    An error here is a warning and fails nothing.
    """
    console = session.console
    console.heading("Evolution")
    try:
        evidence, proposals = find_proposals(session, None)
        store_proposals(session, evidence, proposals)
    except RibbonError as error:
        console.warn(str(error))
        return None
    best = proposals.found[:BEST]
    for proposal in best:
        console.say(f"  {proposal.id}  {proposal.title}")
    if more := len(proposals.found) - len(best):
        console.say(f"  and {more:,} more: `ribbon evolve`")
    if not best:
        console.say("  No proposals.")
    console.record("proposals", [proposal.id for proposal in proposals.found])
    return evidence.traced


def docs_step(session: Session, place: "SitePaths | None" = None, traced: "TracedProject | None" = None) -> Path:
    """Write the catalog and report its path and how much was rebuilt. Returns its first page.

    traced: the project, where a step before has read it.
    """
    from ribbon.catalog import build_site, site_paths  # noqa: PLC0415 - imports templates, which are slow to load

    started = time.monotonic()
    console, paths = session.console, session.paths
    console.heading("Docs")
    with console.bar("  catalog") as bar:
        built = build_site(paths, place or site_paths(paths), bar.at, traced=traced)
    for note in built.notes:
        console.warn(note)
    seconds = time.monotonic() - started
    pages = f"{counted(built.relations, 'relation')}, {counted(built.made, 'page')} rebuilt"
    console.say(f"  {_short(session, built.index)}: {pages}, in {seconds:.1f} s")
    console.record("docs", str(built.index))
    console.record(
        "site",
        {
            "relations": built.relations,
            "made": built.made,
            "written": built.written,
            "removed": built.removed,
            "seconds": round(seconds, 1),
        },
    )
    return built.index


def _chosen(project: Project, names: Sequence[str]) -> list[SourceTable]:
    """The sources named as `table`, `system` or `system.table`; all if no name is given."""
    unknown = [name for name in names if not any(name in {str(s), s.table, s.system} for s in project.sources)]
    if unknown:
        known = ", ".join(str(source) for source in project.sources) or "none"
        raise ConfigError(f"there is no source {unknown[0]}. The project declares: {known}.")
    return [s for s in project.sources if not names or {str(s), s.table, s.system} & set(names)]


def _landed(outcome: "TableOutcome") -> str:
    """Where the rows of all new deliveries went; every one of them is in one of three places."""
    waiting = f"{listed(outcome.waiting, NAMED)} is still being written" if outcome.waiting else ""
    if not outcome.deliveries:
        return waiting or "nothing new"
    landed = len(outcome.batches) - len(outcome.quarantined)
    whole = [delivery for delivery in outcome.deliveries if delivery.stopped]
    if len(whole) == len(outcome.deliveries):
        return f"nothing landed, {counted(len(whole), 'file')} in quarantine whole"
    known = sum(delivery.known for delivery in outcome.deliveries)
    held = sum(delivery.quarantined for delivery in outcome.deliveries)
    text = f"{counted(outcome.landed_rows, 'row')} in {counted(landed, 'new batch')}" if landed else "nothing new"
    text += f", {known:,} already known" + (f", {held:,} in quarantine" if landed or held else "")
    text += f", {counted(len(whole), 'file')} in quarantine whole" if whole else ""
    return f"{text}; {waiting}" if waiting else text


def _short(session: Session, path: Path) -> str:
    """A path relative to the project, if it is inside."""
    folder = session.paths.project_dir
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)
