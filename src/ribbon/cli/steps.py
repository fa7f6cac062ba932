"""The steps of the main job, as `ribbon run` strings them together and the commands offer them alone."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ribbon.cli.session import Session
from ribbon.dbt.results import findings_of, read_results
from ribbon.engines.parquet import open_bench
from ribbon.errors import ConfigError, RibbonError
from ribbon.land import TableOutcome, land_table, offered_bytes, rows_in_lake
from ribbon.model import Severity, SourceTable
from ribbon.project import Project as Manifest
from ribbon.project import run_with_record
from ribbon.publish import Publication, publish
from ribbon.quality.workers import open_workers

if TYPE_CHECKING:
    from ribbon.catalog import SitePaths

__all__ = ["build_step", "docs_step", "land_step", "publish_step"]


def land_step(session: Session, manifest: Manifest, origin: Path | None, names: Sequence[str] = ()) -> bool:
    """Land what is new of the sources (all, or those named); says what came. Returns whether all of it was let in.

    A table that cannot be landed does not keep the others out: they land first, then its error ends the step.
    """
    started = time.monotonic()
    session.console.heading("Land")
    outcomes, failures = _land_tables(session, _chosen(manifest, names), origin)
    let_in = not any(finding.severity is Severity.ERROR for outcome in outcomes for finding in outcome.findings)
    batches = sum(len(outcome.batches) - len(outcome.quarantined) for outcome in outcomes)
    rows = sum(outcome.landed_rows for outcome in outcomes)
    seconds = time.monotonic() - started
    if batches:
        session.console.say(f"  {rows:,} rows landed in {batches:,} batches in {seconds:.0f} s")
    elif let_in and not failures:
        session.console.say("  Nothing new: every row that the sources offer is in the lake.")
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
        },
    )
    if failures:
        raise (failures[0] if len(failures) == 1 else type(failures[0])("\n".join(str(error) for error in failures)))
    return let_in


def _land_tables(
    session: Session, sources: Sequence[SourceTable], origin: Path | None
) -> tuple[list[TableOutcome], list[RibbonError]]:
    """Land the tables one after the other, and tell of each; what could not be landed comes back as errors."""
    console, project = session.console, session.project
    outcomes: list[TableOutcome] = []
    failures: list[RibbonError] = []
    size = offered_bytes(project, sources, origin)
    with (
        open_bench(project.data_dir / "tmp", project.memory_limit) as bench,
        open_workers(offered_bytes=size) as workers,
    ):
        for source in sources:
            try:
                with console.bar(f"  {source.table}") as bar:
                    outcome = land_table(project, source, origin, bench, workers, bar.at)
            except RibbonError as error:
                failures.append(error)
                continue
            outcomes.append(outcome)
            console.say(f"  {source.table:<22} {_told(outcome)}; {rows_in_lake(project, source, bench):,} in the lake")
            console.findings(outcome.findings)
    return outcomes, failures


def build_step(session: Session, manifest: Manifest, arguments: Sequence[str] = ()) -> bool:
    """Run `dbt build`; says what failed. Returns whether nothing did."""
    console = session.console
    started = time.monotonic()
    console.heading("Build")
    with console.bar("  dbt build") as bar:
        said = run_with_record(
            session.project,
            ["build", *arguments],
            lambda at: bar.at(at.index, at.total, at.name),
            nodes_may_fail=True,
        )
    for warning in said.warnings:
        console.warn(warning)
    results = read_results(session.project)
    findings = findings_of(results, manifest.record)
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


def publish_step(session: Session, manifest: Manifest) -> bool:
    """Hand the marts to readers; says which were held back. Returns whether none was."""
    console, project = session.console, session.project
    console.heading("Publish")
    published: Publication = publish(manifest)
    console.say(
        f"  {len(published.rows)} marts, {sum(published.rows.values()):,} rows in {_near(session, project.marts_file)}"
    )
    for held in published.held:
        readers = "readers keep the table they had" if held.kept else "readers have no table of it yet"
        console.say(f"  held back: {held.mart.public_schema}.{held.mart.identifier}: {held.why}; {readers}")
    for mart in published.stale:
        console.say(f"  older than what it reads: {mart.public_schema}.{mart.identifier}; build it again")
    console.record(
        "publish",
        {
            "rows": published.rows,
            "held": {str(held.mart): held.why for held in published.held},
            "stale": [str(mart) for mart in published.stale],
        },
    )
    return not published.held


def docs_step(session: Session, place: "SitePaths | None" = None) -> Path:
    """Write the catalog; says where, and how much of it was new. Returns its first page."""
    from ribbon.catalog import build_site, site_paths  # noqa: PLC0415 - brings templates, which take their time to load

    started = time.monotonic()
    console, project = session.console, session.project
    console.heading("Docs")
    with console.bar("  catalog") as bar:
        built = build_site(project, place or site_paths(project), bar.at)
    for note in built.notes:
        console.warn(note)
    seconds = time.monotonic() - started
    pages = f"{built.relations:,} relations, {built.made:,} of their pages made anew"
    console.say(f"  {_near(session, built.index)}: {pages}, in {seconds:.1f} s")
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


def _chosen(manifest: Manifest, names: Sequence[str]) -> list[SourceTable]:
    """The sources named as `table`, `system` or `system.table`; all without a name."""
    unknown = [name for name in names if not any(name in {str(s), s.table, s.system} for s in manifest.sources)]
    if unknown:
        known = ", ".join(str(source) for source in manifest.sources) or "none"
        raise ConfigError(f"there is no source {unknown[0]}. The project declares: {known}.")
    return [s for s in manifest.sources if not names or {str(s), s.table, s.system} & set(names)]


def _told(outcome: TableOutcome) -> str:
    if outcome.drift and not outcome.batches and any(f.severity is Severity.ERROR for f in outcome.drift):
        return "nothing landed: its columns break the contract"
    if not outcome.batches:
        return "nothing new"
    landed = len(outcome.batches) - len(outcome.quarantined)
    told = f"{outcome.landed_rows:,} rows in {landed:,} new batches"
    return told + (f", {len(outcome.quarantined):,} batches in quarantine" if outcome.quarantined else "")


def _near(session: Session, path: Path) -> str:
    """A path as short as it can be said."""
    folder = session.project.project_dir
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)
