"""How a project stands: its last runs, what failed, its checks and how fresh its sources are."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from ribbon.batch_record import batch_records
from ribbon.config import ProjectPaths
from ribbon.dbt.profiles import connection_of, target_of
from ribbon.dbt.restricted import MessageMask
from ribbon.engines.duckdb_file import open_file
from ribbon.engines.history import NodeRun, Run, latest_measurements, latest_node_runs, recent_runs
from ribbon.engines.quarantine_tables import TableAside
from ribbon.errors import BusyError
from ribbon.model import FAILED, Measurement, SourceTable
from ribbon.project import Project
from ribbon.verdict import Evidence, Verdict, judge, read_evidence, together

__all__ = ["SourceFreshness", "Status", "read_status"]


DUCKDB = "duckdb"


@dataclass(frozen=True)
class SourceFreshness:
    """What the lake has of a source: batches, rows, when the newest landed (UTC), batches in quarantine."""

    source: SourceTable
    batches: int
    rows: int
    landed_at: datetime | None
    quarantined: int


@dataclass(frozen=True)
class Status:
    """What `ribbon status` shows.

    failed: nodes that were red when they last ran. checks: the last result of each test. aside: the quarantines of
    models that hold rows. busy: why what dbt recorded cannot be read, as who holds the build file. verdicts: on each
    relation, by its label. use_cases: on the marts of each use case.
    """

    runs: tuple[Run, ...]
    failed: tuple[NodeRun, ...]
    checks: tuple[Measurement, ...]
    aside: tuple[TableAside, ...]
    sources: tuple[SourceFreshness, ...]
    busy: str | None
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    use_cases: Mapping[str, Verdict] = field(default_factory=dict)

    def checks_that(self, status: str) -> tuple[Measurement, ...]:
        """The checks that ended with pass, warn or fail. One that could not be carried out counts as failed."""
        return tuple(check for check in self.checks if ("fail" if check.status in FAILED else check.status) == status)

    @property
    def ungated(self) -> tuple[Measurement, ...]:
        """The checks that a table does not wait for; publishing does."""
        return tuple(check for check in self.checks if not check.gated and check.reason)

    @property
    def red(self) -> bool:
        """Whether anything has to be fixed. Rows that a model set aside are amber.

        Of a run that was interrupted it is not known what it found.
        """
        interrupted = self.runs and self.runs[0].status == "interrupted"
        failing = any(verdict.status == "fail" for verdict in self.verdicts.values())
        held = any(source.quarantined for source in self.sources)
        return bool(failing or held or self.failed or interrupted or self.checks_that("fail"))


def read_status(project: Project) -> Status:
    """How the project stands now. Nodes that the project no longer has do not count."""
    paths, schema = project.paths, project.history_schema
    runs: list[Run] = []
    failed: list[NodeRun] = []
    checks: list[Measurement] = []
    busy = None
    evidence = Evidence()
    kind = connection_of(paths)
    if kind and kind[0] != DUCKDB:
        busy = f"Target {target_of(paths)} builds in {kind[0]}: what dbt recorded there cannot be read here."
    elif paths.build_file.exists():
        try:
            with open_file(paths.build_file, read_only=True) as build:
                runs = recent_runs(build, schema)
                latest = latest_node_runs(build, schema)
                measured = latest_measurements(build, schema)
                evidence = read_evidence(build, schema, {relation.schema for relation in project.relations})
            mask = MessageMask(project.target_dir)
            failed = [
                replace(run, message=mask(run.message or "", run.unique_id))
                for run in latest.values()
                if run.status in FAILED and project.record(run.unique_id)
            ]
            checks = [check for check in measured if project.record(check.test_id)]
        except BusyError as error:
            busy = str(error)
    sources = tuple(_freshness(paths, source) for source in project.sources)
    verdicts = {} if busy else judge(project, evidence, datetime.now(UTC))
    return Status(
        tuple(runs),
        tuple(failed),
        tuple(checks),
        evidence.aside,
        sources,
        busy,
        {project.labels[key]: verdict for key, verdict in verdicts.items()},
        _use_cases(project, verdicts) if verdicts else {},
    )


def _use_cases(project: Project, verdicts: Mapping[str, Verdict]) -> Mapping[str, Verdict]:
    marts: dict[str, dict[str, Verdict]] = {}
    for mart in project.marts:
        label = project.labels[mart.unique_id]
        marts.setdefault(mart.use_case or label, {})[label] = verdicts[mart.unique_id]
    return {name: together(each) for name, each in marts.items()}


def _freshness(paths: ProjectPaths, source: SourceTable) -> SourceFreshness:
    records = list(batch_records(paths.lake_dir / source.system / source.table))
    aside = list(batch_records(paths.quarantine_dir / source.system / source.table))
    return SourceFreshness(
        source,
        batches=len(records),
        rows=sum(record.rows for record in records),
        landed_at=max((record.landed_at for record in records), default=None),
        quarantined=len(aside),
    )
