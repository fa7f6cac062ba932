"""Rows of a delivery that do not fit their contract, and records that are no rows: line, reasons and text of each."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyarrow import parquet

from ribbon.engines.delivered_file import DeliveredFile, free_name
from ribbon.engines.duckdb_file import Connection, literal, quoted
from ribbon.engines.lake_batches import LakeColumn
from ribbon.engines.parquet_tables import parquet_tables

__all__ = ["MISFITS", "Misfit", "find_misfits", "less", "read_misfits", "write_misfits"]

MISFITS = "misfits"

_SHOWN = 100


@dataclass(frozen=True)
class Misfit:
    """A record that did not land. line: in its file, from 1. reasons: what is wrong, for people. raw: its text.

    columns: those that do not fit, or nothing for a record that could not be read.
    """

    line: int
    reasons: tuple[str, ...]
    columns: tuple[str, ...]
    raw: str


def find_misfits(
    connection: Connection, file: DeliveredFile, columns: Sequence[LakeColumn], hidden: Iterable[str]
) -> list[Misfit]:
    """All records of a file that do not fit, by line. hidden: columns of which no reason shows a value."""
    number, raw = free_name("number", file.columns), free_name("raw", file.columns)
    hidden = set(hidden)
    checked = [column for column in columns if column.fits]
    reasons = ", ".join(
        f"case when not coalesce({column.fits}, false) then {literal(column.name)} end" for column in checked
    )
    values = ", ".join(
        "''" if column.name in hidden else f"left(cast({column.source} as varchar), {_SHOWN:d})" for column in checked
    )
    sound = f"coalesce({file.sound}, false)" if file.sound else "true"
    fits = " and ".join([sound, *(f"coalesce({column.fits}, false)" for column in checked)])
    rows = connection.execute(
        f"select {quoted(number)}, {quoted(raw)}, {sound}, [{reasons}], [{values}]"
        f" from {file.numbered(number, raw)} where not ({fits}) order by 1"
    ).fetchall()
    lines = file.lines_of([row[0] for row in rows])
    found = [Misfit(each.line, (each.reason,), (), each.raw) for each in file.broken()]
    for record, text, is_sound, names, shown in rows:
        line = lines.get(record, record)
        if not is_sound:
            found.append(Misfit(line, ("is not a JSON object, or has a key twice",), (), text))
            continue
        wrong = [(column, value) for column, name, value in zip(checked, names, shown, strict=True) if name]
        told = tuple(
            f"{column.name} is not {column.data_type}" + ("" if column.name in hidden else f": {value}")
            for column, value in wrong
        )
        found.append(Misfit(line, told, tuple(column.name for column, _ in wrong), text))
    return sorted(found, key=lambda misfit: misfit.line)


def write_misfits(folder: Path, misfits: Iterable[Misfit]) -> None:
    """Write them to misfits.parquet in a folder."""
    types = {"line": int, "reasons": tuple[str, ...], "columns": tuple[str, ...], "raw": str}
    with parquet_tables(folder, {MISFITS: types}) as tables:
        for misfit in misfits:
            tables.add(MISFITS, (misfit.line, misfit.reasons, misfit.columns, misfit.raw))


def read_misfits(folder: Path, limit: int | None = None) -> list[Misfit]:
    """The misfits that were written to a folder, up to `limit`."""
    rows = parquet.read_table(folder / f"{MISFITS}.parquet")
    chosen = rows if limit is None else rows.slice(0, limit)
    return [Misfit(row["line"], tuple(row["reasons"]), tuple(row["columns"]), row["raw"]) for row in chosen.to_pylist()]


def less(misfits: Sequence[Misfit], others: Iterable[Misfit]) -> list[Misfit]:
    """The misfits without those of which the others have the text; of equal ones, as many remain as are missing."""
    known = Counter(misfit.raw for misfit in others)
    left = []
    for misfit in misfits:
        if known[misfit.raw]:
            known[misfit.raw] -= 1
        else:
            left.append(misfit)
    return left
