"""The door of the lake: each batch is measured before it lands, by the gate's own SQL on DuckDB.

What SQL cannot say is looked at by Great Expectations, which is imported only then.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock

from ribbon.config import ProjectPaths
from ribbon.engines.batch_table import BatchTable, batch_table, open_measures
from ribbon.engines.duckdb_file import Connection
from ribbon.errors import ConfigError
from ribbon.model import Column, Expectation, Severity, SourceTable, Verdict
from ribbon.project import Project
from ribbon.quality.checks import CheckBook, Checks
from ribbon.quality.measuring import Answer, measure, set_aside

__all__ = ["Aside", "Door", "open_door"]


class Aside:
    """The rows of a batch that its expectations set aside. rows: how many; reasons: how many each expectation names."""

    def __init__(self, rows: int, reasons: Mapping[str, int], batch: BatchTable, opened: ExitStack) -> None:
        self.rows, self.reasons = rows, reasons
        self._batch, self._opened = batch, opened

    def write(self, kept: Path, aside: Path) -> None:
        """Write the rest of the batch to one Parquet file, and the rows set aside to another. Once.

        These have one more column, `_quarantine_reasons`: a JSON list of the expectations that the row breaks.
        """
        with self._opened:
            self._batch.write_apart(kept, aside)


class Door:
    """Measures batches of a project's sources. Several threads may measure batches side by side."""

    def __init__(self, project: Project, measures: Connection) -> None:
        self._book = CheckBook(project)
        self._ids = {str(source): unique_id for unique_id, source in project.sources_by_id.items()}
        self._measures = measures
        self._lock = Lock()

    def check(self, source: SourceTable, files: Sequence[Path]) -> tuple[list[Verdict], Aside | None]:
        """The verdict on each expectation of a source about a batch, and the rows that have to be set aside, if any.

        files: the batch, in the declared types. Where rows are set aside, the verdicts are of the rest, and if that
        fails an expectation, nothing is set aside. Raises ConfigError where an expectation is wrong, whatever the
        batch holds; all else is a verdict.
        """
        wanted = {each.test: each for each in source.expectations if not each.database_only}
        if not wanted:
            return [], None
        with ExitStack() as stack, _naming(source):
            checks, batch = self._opened(source, files, stack)
            answers = measure(checks, batch, wanted)
            broken = {answer.check.test: answer for answer in answers if answer.sets_aside}
            if not broken:
                return [_verdict(answer, wanted) for answer in answers], None
            rows = set_aside(checks, batch, list(broken.values()))
            rest = measure(checks, batch, wanted)
            told = [_told(answer, broken.get(answer.check.test)) for answer in rest]
            verdicts = [_verdict(answer, wanted) for answer in told]
            if any(answer.status == "fail" for answer in rest):
                return verdicts, None
            reasons = {answer.check.said: answer.unexpected or 0 for answer in broken.values()}
            return verdicts, Aside(rows, reasons, batch, stack.pop_all())

    def _opened(self, source: SourceTable, files: Sequence[Path], stack: ExitStack) -> tuple[Checks, BatchTable]:
        """The checks of a source and the batch, opened for them."""
        unique_id = self._ids[str(source)]
        with self._lock:
            checks = self._book.of(unique_id)
        batch = self._open(checks, files, stack)
        columns = batch.columns
        if checks.has_shape and not _same_shape(columns, checks, batch):
            with self._lock:
                checks = self._book.of(unique_id, columns)
            batch = self._open(checks, files, stack)
        return checks, batch

    def _open(self, checks: Checks, files: Sequence[Path], stack: ExitStack) -> BatchTable:
        names = [column["name"] for column in checks.columns]
        return stack.enter_context(batch_table(self._measures, files, names, checks.settings))


@contextmanager
def open_door(paths: ProjectPaths, project: Project) -> Iterator[Door]:
    """The door of a project's lake. dbt runs when the first batch comes, if a contract is new or has changed."""
    with open_measures(paths.memory_limit, paths.data_dir / "tmp") as measures:
        yield Door(project, measures)


def _same_shape(columns: Sequence[Column], checks: Checks, batch: BatchTable) -> bool:
    known = [(each["name"].casefold(), batch.type_name(each["type"])) for each in checks.columns]
    return [(column.name.casefold(), column.data_type) for column in columns] == known


def _told(answer: Answer, was: Answer | None) -> Answer:
    """An answer whose rows were set aside is a warning: the batch lands, and someone has to look."""
    if was is None:
        return answer
    return replace(was, status="warn" if answer.status == "pass" else answer.status)


def _verdict(answer: Answer, wanted: Mapping[str, Expectation]) -> Verdict:
    severity = Severity.WARN if answer.status == "warn" else Severity.ERROR
    expectation = wanted[answer.check.test]
    return Verdict(
        expectation if answer.status == "pass" else replace(expectation, severity=severity),
        answer.status == "pass",
        answer.unexpected,
        answer.measured,
        answer.observed,
    )


@contextmanager
def _naming(source: SourceTable) -> Iterator[None]:
    """Name the contract and the source of a ConfigError that does not."""
    try:
        yield
    except ConfigError as error:
        if source.contract in str(error):
            raise
        raise ConfigError(f"{source.contract}: source {source}: {error}") from error
