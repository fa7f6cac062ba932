"""Admitting a staged batch to the lake, or quarantining what does not belong there, with the reasons.

Everything enters by one rename of a folder with its record.
"""

import os
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from ribbon.batch_record import RECORD, BatchRecord, ExpectationResult, read_batch_record, write_record
from ribbon.config import ProjectPaths
from ribbon.engines.misfits import Misfit, less, read_misfits, write_misfits
from ribbon.engines.parquet import row_count
from ribbon.errors import WorldError
from ribbon.land.drift import DriftWatch
from ribbon.model import Finding, Severity, SourceTable, Verdict
from ribbon.quality.door import Aside, Door

__all__ = ["ROWS", "BatchOutcome", "Came", "Held", "admit", "hold_file", "hold_misfits", "table_folders"]

# How the name of a batch ends that is made of rows which another one set aside.
ROWS = "-rows"

# The name of a batch without a key: its landing time and a hash of its content.
TIMED = re.compile(r"batch=\d{8}T[\d.]+Z-([0-9a-f]{8})")


@dataclass(frozen=True)
class BatchOutcome:
    """The outcome of a batch: whether it landed, its findings, and how many of its rows were set aside first."""

    batch_id: str
    rows: int
    landed: bool
    findings: tuple[Finding, ...]
    set_aside: int = 0


@dataclass(frozen=True)
class Came:
    """The delivery that rows came with: the file's name in the source's folder, its SHA-256, when it was read (UTC)."""

    file: str | None
    content: str | None
    at: datetime


def table_folders(project: ProjectPaths, source: SourceTable) -> tuple[Path, Path]:
    """Where the lake and the quarantine have a table."""
    return (
        project.lake_dir / source.system / source.table,
        project.quarantine_dir / source.system / source.table,
    )


def admit(
    project: ProjectPaths, source: SourceTable, staged: Path, came: Came, door: Door, watch: DriftWatch
) -> BatchOutcome:
    """Validate a staged batch and move it to the lake or to quarantine by one rename, with a record of its verdicts.

    Rows that its expectations set aside go to quarantine, and the rest is let in. staged: in the lake's staging folder,
    or a batch in quarantine that is validated again.
    """
    batch_id = staged.name.removeprefix("batch=")
    verdicts, aside = door.check(source, sorted(staged.glob("*.parquet")))
    set_aside = _set_aside(project, source, staged, came, verdicts, aside) if aside else 0
    failed = [verdict for verdict in verdicts if not verdict.met]
    rows = row_count(staged.glob("*.parquet"))
    landed = not any(verdict.expectation.severity is Severity.ERROR for verdict in failed)
    lake, quarantine = (folder / staged.name for folder in table_folders(project, source))
    findings = tuple(_finding(source, batch_id, verdict, quarantine) for verdict in failed)
    if set_aside and not rows:
        shutil.rmtree(staged)
        return BatchOutcome(batch_id, 0, True, findings, set_aside)
    facts, drift = watch.look_at(batch_id, sorted(staged.glob("*.parquet")), came.at)
    record = BatchRecord(
        rows,
        came.at,
        tuple(_document(verdict) for verdict in verdicts),
        released_at=datetime.now(UTC) if landed and staged == quarantine else None,
        file=came.file,
        content=came.content,
        facts=facts,
        drift=drift,
    )
    write_record(staged, record)
    kept_aside = _aside_of(quarantine) if set_aside else None
    earlier = [folder for folder in _earlier_attempts(quarantine, came) if folder != kept_aside]
    _enter(staged, lake if landed else quarantine, earlier)
    return BatchOutcome(batch_id, rows, landed, (*findings, *watch.findings(drift)), set_aside)


def _aside_of(batch: Path) -> Path:
    """Where the rows are, or are put, that a batch sets aside."""
    return batch.with_name(f"{batch.name.removesuffix(ROWS)}{ROWS}")


def _set_aside(
    project: ProjectPaths, source: SourceTable, staged: Path, came: Came, verdicts: Sequence[Verdict], aside: Aside
) -> int:
    """Quarantine the rows that a batch sets aside, as a batch of their own; the others stay. Returns how many went."""
    files = sorted(staged.glob("*.parquet"))
    folder = _aside_of(staged)
    held = folder if folder != staged else staged.with_name(f"aside-{staged.name}")
    held.mkdir()
    rest = staged / "rest"
    aside.write(rest, held / "rows.parquet")
    results = tuple(
        msgspec.structs.replace(_document(verdict), severity=Severity.ERROR.value)
        for verdict in verdicts
        if not verdict.met
    )
    write_record(held, BatchRecord(aside.rows, came.at, results, file=came.file, content=came.content))
    destination = table_folders(project, source)[1] / folder.name
    _enter(held, destination, [destination])
    # Only now do they leave the batch, which may lie in quarantine itself: a kill leaves them twice, never nowhere.
    rest.replace(files[0])
    for file in files[1:]:
        file.unlink()
    return aside.rows


@dataclass(frozen=True)
class Held:
    """Rows of a delivery that do not fit. rows: all that the delivery holds. heading: of its CSV file."""

    misfits: Sequence[Misfit]
    rows: int
    heading: str | None = None


def hold_misfits(
    project: ProjectPaths, source: SourceTable, staging: Path, held: Held, came: Came, instead_of: Path | None = None
) -> tuple[int, Finding | None]:
    """Quarantine the rows of a delivery that do not fit. Returns how many are new there, and what to report.

    Rows that an earlier version of the file left in quarantine are not put there twice. What the same delivery left
    there before, as rows or as a whole file, and what is in `instead_of`, was read again and goes.
    """
    quarantine = table_folders(project, source)[1]
    name = f"rows={(came.content or '')[:12]}"
    read_again = [quarantine / name, quarantine / name.replace("rows", "file"), *([instead_of] if instead_of else [])]
    others = [
        each for each in _records_in(quarantine, "rows=*") if each not in read_again and _file_of(each) == came.file
    ]
    new = less(held.misfits, (misfit for folder in others for misfit in read_misfits(folder)))
    if not new:
        _remove(read_again)
        return 0, None
    folder = staging / name
    folder.mkdir(parents=True)
    write_misfits(folder, new)
    results = tuple(_misfit_results(source, new, held.rows))
    write_record(
        folder,
        BatchRecord(len(new), came.at, results, file=came.file, content=came.content, heading=held.heading),
    )
    _enter(folder, quarantine / name, read_again)
    first = new[0]
    return len(new), Finding(
        where=source.where,
        what=f"{len(new):,} of {held.rows:,} rows of {came.file} do not fit the contract",
        why=f"line {first.line}: {first.reasons[0]}",
        remedy=(
            f"they are in quarantine: `ribbon quarantine ls {source}`; fix the contract, then"
            f" `ribbon quarantine release {source}`, or have the file delivered again"
        ),
    )


def _misfit_results(source: SourceTable, misfits: Sequence[Misfit], rows: int) -> Iterator[ExpectationResult]:
    """What the misfits do not keep, as a contract would promise it: a column's type, or that a record can be read."""
    types = {column.name: column.data_type for column in source.columns}
    counts = Counter(
        (column, "" if column else misfit.reasons[0]) for misfit in misfits for column in misfit.columns or ("",)
    )
    for (column, reason), count in counts.items():
        name, arguments = ("data_type", {"type": types.get(column, "")}) if column else ("readable", {"reason": reason})
        yield ExpectationResult(name, column or None, arguments, Severity.ERROR.value, False, count, rows)


def hold_file(
    project: ProjectPaths, source: SourceTable, staging: Path, findings: Sequence[Finding], rows: int, came: Came
) -> None:
    """Quarantine a whole file, of which the bytes are kept. rows: all of it, 0 where they could not be counted."""
    quarantine = table_folders(project, source)[1]
    name = f"file={(came.content or '')[:12]}"
    folder = staging / name
    folder.mkdir(parents=True)
    results = tuple(
        ExpectationResult(
            "readable", None, {"reason": f"{finding.what}: {finding.why}"}, Severity.ERROR.value, met=False
        )
        for finding in findings
        if finding.severity is Severity.ERROR
    )
    write_record(folder, BatchRecord(rows, came.at, results, file=came.file, content=came.content))
    _enter(folder, quarantine / name, [quarantine / name, quarantine / name.replace("file", "rows")])


def _enter(staged: Path, destination: Path, replaced: Iterable[Path]) -> None:
    """Move a folder to its place by one rename. replaced: folders whose rows are in it again; they go afterwards."""
    _flush(staged)
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        before = destination.with_name(".replaced")
        if destination.exists() and destination != staged:
            _remove([before])
            destination.rename(before)
        if destination != staged:
            staged.rename(destination)
    except OSError as error:
        raise WorldError(f"{destination}: cannot be written: {error.strerror}.") from error
    _remove([before, *(earlier for earlier in replaced if earlier != destination)])


def _remove(folders: Iterable[Path]) -> None:
    for folder in folders:
        if folder.exists():
            shutil.rmtree(folder)


def _earlier_attempts(quarantine: Path, came: Came) -> list[Path]:
    """Folders in which the same batch of the same delivery was quarantined before."""
    content = TIMED.fullmatch(quarantine.name)
    folders = sorted(quarantine.parent.glob(f"batch=*-{content[1]}" if content else quarantine.name))
    return [folder for folder in folders if _content_of(folder) in {None, came.content}]


def _records_in(quarantine: Path, kind: str) -> list[Path]:
    return [folder for folder in sorted(quarantine.glob(kind)) if (folder / RECORD).exists()]


def _content_of(folder: Path) -> str | None:
    return read_batch_record(folder).content if (folder / RECORD).exists() else None


def _file_of(folder: Path) -> str | None:
    return read_batch_record(folder).file


def _document(verdict: Verdict) -> ExpectationResult:
    expectation = verdict.expectation
    return ExpectationResult(
        expectation.name,
        expectation.column,
        {key: msgspec.to_builtins(value, enc_hook=str) for key, value in expectation.arguments.items()},
        expectation.severity.value,
        verdict.met,
        verdict.unexpected,
        verdict.measured,
    )


def _finding(source: SourceTable, batch_id: str, verdict: Verdict, quarantine: Path) -> Finding:
    names = {verdict.expectation.column, *map(str, verdict.expectation.arguments.values())}
    hidden = any(column.restricted and column.name in names for column in source.columns)
    observed = "(restricted values are not shown)" if hidden else verdict.observed or "null"
    counted = f"{verdict.unexpected} of {verdict.measured} rows" if verdict.unexpected is not None else "the table"
    stops = verdict.expectation.severity is Severity.ERROR
    return Finding(
        where=source.where,
        what=f"batch {batch_id} fails {verdict.expectation}",
        why=f"unexpected in {counted}: {observed}",
        remedy=(
            f"the whole batch is quarantined in {quarantine}; fix the source or the contract, then land again"
            if stops
            else "it landed with this warning; fix it at the source"
        ),
        severity=verdict.expectation.severity,
    )


def _flush(folder: Path) -> None:
    """Make the files durable before the rename makes them visible."""
    for path in (*folder.iterdir(), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
