"""The columns of delivered files with types that all of their values have, found by trying the casts of landing."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice, product
from pathlib import Path

import duckdb

from ribbon.engines.casting import cast_text, cast_value
from ribbon.engines.delivered_file import BrokenRecord, DeliveredFile, open_delivered, uncompressed
from ribbon.engines.duckdb_file import Connection, literal, quoted, reason_of
from ribbon.engines.sniffing import sniff_format, sniff_header
from ribbon.errors import DeliveryError
from ribbon.model import Column, FileFormat, FileKind

__all__ = ["TYPED", "Naming", "SniffedColumn", "SniffedTable", "is_key_of_each_file", "sniff_table"]

# The table of the connection that holds the rows under the columns' new names and types.
TYPED = "typed"

# The warehouse has no floats (docs/decisions/0004), and so does the lake where a text has few places.
EXACT = "DECIMAL(18,6)"

_NESTED = "holds objects or lists, as JSON text"

_GIVEN, _SAMPLE = "given", "sample"
_SAMPLED = 10_000

# Texts that stand for a missing value; the certain ones are never anything else.
_CERTAIN = ("NULL", "null", "\\N", "#N/A", "N/A", "n/a", "<NA>")
_TOKENS = (*_CERTAIN, "", "NA", "NaN", "nan", "None", "none", "-", "--", "?", "na")

# Decimal and thousands, the likeliest first: 1,234 is a number with places in one file, and a thousand in another.
_POINT = ((".", None), (".", ","), (",", None), (",", "."), (".", "'"), (".", " "), (",", " "), (",", "\u00a0"))
_COMMA = ((".", None), (",", None), (",", "."), (".", ","), (",", " "), (",", "\u00a0"), (".", "'"), (".", " "))

_DAY_FIRST = tuple(f"%d{sign}%m{sign}{year}" for sign in "./-" for year in ("%Y", "%y"))
_MONTH_FIRST = tuple(f"%m{sign}%d{sign}{year}" for sign in "/-" for year in ("%Y", "%y"))
_OTHERS = (
    *("%Y/%m/%d", "%Y.%m.%d", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y"),
)
_TIMES = ("", " %H:%M:%S", " %H:%M", " %I:%M %p", " %I:%M:%S %p", " %H:%M:%S.%f", "T%H:%M:%S", ", %H:%M", ", %H:%M:%S")
_DIGITS = re.compile(r"[-+]?[0-9.,' \u00a0eE+-]*[0-9][.,]?")
_COMPACT = "%Y%m%d"
_DATED = re.compile(r"(^|_)(date|day|datum|tag)($|_)|_(on|at)$")


@dataclass(frozen=True)
class SniffedColumn:
    """A column. delivered: its name in the files. data_type: DuckDB's. notation: of dates and times, for strptime.

    note: what a person should know, empty if nothing.
    """

    name: str
    delivered: str
    data_type: str
    notation: str | None = None
    note: str = ""

    @property
    def is_nested(self) -> bool:
        """Whether it is a text that holds JSON."""
        return self.note == _NESTED


@dataclass(frozen=True)
class SniffedTable:
    """Files of one table. rows: that can be read. broken: records that cannot, with the names of their files.

    left_out: columns that only some of the files have.
    """

    format: FileFormat
    columns: tuple[SniffedColumn, ...]
    rows: int
    broken: tuple[tuple[str, BrokenRecord], ...] = ()
    left_out: tuple[str, ...] = ()


# Names for the lake, for the names that files have.
Naming = Callable[[Sequence[str]], Sequence[str]]


def sniff_table(
    connection: Connection,
    files: Sequence[Path],
    reads: FileFormat,
    naming: Naming,
    scratch: Path,
    known: Mapping[str, str | None] | None = None,
) -> SniffedTable:
    """Look at files of one kind, and put their rows into the table TYPED, with the number of the file in front.

    reads: its kind is known, the rest is found. known: types by column, of a table that declares them; None where only
    the values tell. Raises DeliveryError where Ribbon cannot land them.
    """
    if reads.kind not in {FileKind.SQLITE, FileKind.POSTGRESQL}:
        reads = sniff_format(files[0], reads.kind)
    header = () if reads.header else tuple(Column(f"column{place}", "") for place in _places(files[0], reads))
    loaded = _load(connection, files, reads, header, scratch)
    names = _in_order(files[0], loaded.names, reads)
    new_names = naming(names)
    if loaded.is_text:
        reads, columns = _Trial(connection, reads, names, new_names, known).result()
        casts = [cast_text(quoted(each.delivered), each.data_type, reads, each.notation).value for each in columns]
    else:
        columns = _typed_columns(connection, loaded.types, names, new_names)
        casts = [cast_value(quoted(x.delivered), loaded.types[x.delivered], x.data_type).value for x in columns]
    values = [f"{value} as {quoted(column.name)}" for value, column in zip(casts, columns, strict=True)]
    connection.execute(f"create or replace table {TYPED} as select {', '.join(values)} from {_GIVEN}")
    found = connection.execute(f"select count(*) from {TYPED}").fetchall()
    return SniffedTable(reads, tuple(columns), int(found[0][0]), loaded.broken, loaded.left_out)


def is_key_of_each_file(connection: Connection, column: SniffedColumn, files: int) -> bool:
    """Whether each of the files that were looked at has a value of its own in every row of a column."""
    name = quoted(column.delivered)
    for number in range(files):
        rows = connection.execute(f"select count(*) = count(distinct {name}) from part_{number}").fetchall()
        if not rows[0][0]:
            return False
    return True


@dataclass(frozen=True)
class _Loaded:
    types: Mapping[str, str]
    is_text: bool
    broken: tuple[tuple[str, BrokenRecord], ...]
    left_out: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.types)


def _load(
    connection: Connection, files: Sequence[Path], reads: FileFormat, header: Sequence[Column], scratch: Path
) -> _Loaded:
    """The rows of all files as delivered, in the table _GIVEN, with the columns that every file has."""
    broken: list[tuple[str, BrokenRecord]] = []
    names: list[dict[str, str]] = []
    for number, path in enumerate(files):
        with open_delivered(connection, path, reads, header, scratch / str(number)) as file:
            names.append({column.name: column.data_type for column in file.columns})
            _copy(connection, file, f"part_{number}")
            broken += [(path.name, each) for each in file.broken()]
            is_text = file.is_text
    spelled = {name.casefold(): name for each in names for name in each}
    kept = [
        name
        for key, name in spelled.items()
        if reads.kind is FileKind.JSONL or all(key in {given.casefold() for given in each} for each in names)
    ]
    if not kept:
        raise DeliveryError(f"{files[0]}: has no column in common with the other files of its table. Add it alone.")
    parts = []
    for number, given in enumerate(names):
        there = {name.casefold(): name for name in given}
        values = (
            f"{quoted(there[name.casefold()]) if name.casefold() in there else 'null'} as {quoted(name)}"
            for name in kept
        )
        parts.append(f"select {', '.join(values)} from part_{number}")
    try:
        connection.execute(f"create or replace table {_GIVEN} as {' union all '.join(parts)}")
    except duckdb.Error as error:
        raise DeliveryError(f"{files[0]}: does not agree with the other files: {reason_of(error)}") from error
    described = connection.execute(f"describe {_GIVEN}").fetchall()
    untyped = {name for each in names for name, kind in each.items() if kind == '"NULL"'}
    types = {row[0]: '"NULL"' if row[0] in untyped and len(files) == 1 else row[1] for row in described}
    return _Loaded(types, is_text, tuple(broken), tuple(name for name in spelled.values() if name not in kept))


def _copy(connection: Connection, file: DeliveredFile, table: str) -> None:
    columns = ", ".join(quoted(column.name) for column in file.columns)
    sound = f" where coalesce({file.sound}, false)" if file.sound else ""
    if not columns:
        raise DeliveryError("has no columns")
    file.attempt(
        lambda: connection.execute(f"create or replace table {table} as select {columns} from {file.rows}{sound}")
    )


def _places(path: Path, reads: FileFormat) -> Iterable[int]:
    return range(1, len(sniff_header(path, reads)) + 1)


def _in_order(path: Path, names: Sequence[str], reads: FileFormat) -> list[str]:
    """JSON lines come sorted by name; the order of the first lines is what people know."""
    if reads.kind is not FileKind.JSONL:
        return list(names)
    order: dict[str, None] = {}
    with uncompressed(path) as stream:
        for line in islice(stream, 100):
            with suppress(ValueError):
                record = json.loads(line.decode(reads.encoding).lstrip("\ufeff"))
                order |= dict.fromkeys(record if isinstance(record, dict) else ())
    known = [name for name in order if name in names]
    return [*known, *(name for name in names if name not in order)]


def _typed_columns(
    connection: Connection, types: Mapping[str, str], names: Sequence[str], new_names: Sequence[str]
) -> list[SniffedColumn]:
    """The types that typed files have; whole numbers become bigint where they fit, times timestamp."""
    columns = []
    for name, new in zip(names, new_names, strict=True):
        given = types[name]
        wanted = _WIDER.get(given, given)
        fits = cast_value(quoted(name), given, wanted).fits if given in _WIDER and given != '"NULL"' else None
        if fits and not _all(connection, fits, _GIVEN):
            wanted = given
        columns.append(SniffedColumn(new, name, wanted))
    return columns


_WIDER = {
    '"NULL"': "VARCHAR",
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"), "BIGINT"),
    **dict.fromkeys(("TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), "TIMESTAMP"),
    **dict.fromkeys(("HUGEINT", "UHUGEINT"), "BIGINT"),
    "FLOAT": "DOUBLE",
}


def _all(connection: Connection, condition: str, table: str) -> bool:
    return not connection.execute(f"select 1 from {table} where not coalesce({condition}, false) limit 1").fetchall()


@dataclass(frozen=True)
class _Try:
    """A type that a column of text may have."""

    data_type: str
    notation: str | None = None
    note: str = ""


_TEXT = _Try("VARCHAR")


class _Trial:
    """Tries types on columns of text: on a sample first, then on all rows."""

    def __init__(
        self,
        connection: Connection,
        reads: FileFormat,
        names: Sequence[str],
        new_names: Sequence[str],
        known: Mapping[str, str | None] | None,
    ) -> None:
        self._connection = connection
        self._known = known
        # A table that declares its types has nulls, and no texts that mean null.
        self._reads = replace(reads, null_tokens=() if known else _TOKENS)
        self._declared_tokens = reads.null_tokens
        self._names = dict(zip(names, new_names, strict=True))
        connection.execute(f"create or replace table {_SAMPLE} as select * from {_GIVEN} limit {_SAMPLED:d}")

    def result(self) -> tuple[FileFormat, list[SniffedColumn]]:
        """The format with decimal sign, thousands and null tokens, and the columns."""
        self._reads = self._with_numbers()
        tries = {name: self._candidates(name) for name in self._names}
        tries = self._settled(tries)
        columns = []
        for name, new in self._names.items():
            chosen = next((each for each in tries[name] if self._holds(name, each, _GIVEN)), _TEXT)
            if self._known and chosen is _TEXT and self._known[name] != "VARCHAR":
                chosen = replace(chosen, note=f"has values that are no {self._known[name] or EXACT} of the lake: text")
            elif chosen.data_type == "VARCHAR" and not chosen.note:
                chosen = replace(chosen, note=self._note(name))
            columns.append(SniffedColumn(new, name, chosen.data_type, chosen.notation, chosen.note))
        tokens = () if self._known else self._tokens(columns)
        return replace(self._reads, null_tokens=tokens), columns

    def _with_numbers(self) -> FileFormat:
        """The decimal and thousands signs by which most columns are numbers."""
        if self._reads.kind is not FileKind.CSV:
            return self._reads
        ways = _POINT if self._reads.delimiter == "," else _COMMA
        formats = [replace(self._reads, decimal=decimal, thousands=thousands) for decimal, thousands in ways]
        numbers = [name for name in self._names if _DIGITS.fullmatch(self._first_value(name) or "")]
        best, most = formats[0], -1
        for reads in formats:
            fits = [cast_text(quoted(name), "DOUBLE", reads).fits or "true" for name in numbers]
            fitting = sum(_all(self._connection, condition, _SAMPLE) for condition in fits)
            if fitting > most:
                best, most = reads, fitting
            if fitting == len(numbers):
                break
        return best

    def _candidates(self, name: str) -> list[_Try]:
        """The types that hold on the sample, the narrowest first."""
        if self._known:
            declared = self._known[name]
            return [_Try(declared)] if declared else [_Try("BIGINT"), _Try(EXACT)]
        first = self._first_value(name)
        if first is None:
            return []
        tries = [_Try("DATE"), _Try("TIMESTAMP")]
        if _DATED.search(self._names[name]) and re.fullmatch(r"(19|20)[0-9]{6}", first):
            tries.insert(0, _Try("DATE", _COMPACT))
        if first.lower() in {"true", "false"}:
            tries.append(_Try("BOOLEAN"))
        tries += [_Try("BIGINT"), _Try(EXACT), _Try("DOUBLE")]
        tries += [_Try("TIMESTAMP" if "H" in each or "I" in each else "DATE", each) for each in _notations(first)]
        return [each for each in tries if self._holds(name, each, _SAMPLE)]

    def _first_value(self, name: str) -> str | None:
        tokens = ", ".join(map(literal, _TOKENS))
        text = f"trim({quoted(name)})"
        rows = self._connection.execute(f"select {text} from {_SAMPLE} where {text} not in ({tokens}) limit 1")
        found = rows.fetchall()
        if not found:  # none in the sample
            rows = self._connection.execute(f"select {text} from {_GIVEN} where {text} not in ({tokens}) limit 1")
            found = rows.fetchall()
        return str(found[0][0]) if found else None

    def _holds(self, name: str, each: _Try, table: str) -> bool:
        cast = cast_text(quoted(name), each.data_type, self._reads, each.notation)
        conditions = [cast.fits] if cast.fits else []
        text = f"trim({quoted(name)})"
        if each.data_type in {"BIGINT", EXACT, "DOUBLE"}:  # 007 and +49 are texts that look like numbers
            conditions.append(f"not coalesce(regexp_matches({text}, '^([+-]?0[0-9]|[+])'), false)")
            if each.data_type != "BIGINT":  # an identity of twenty digits is no amount
                conditions.append(f"not coalesce(regexp_matches({text}, '^-?[0-9]{{19,}}$'), false)")
        elif each.data_type == "BOOLEAN":
            tokens = ", ".join(map(literal, _TOKENS))
            conditions.append(f"coalesce({text} in ({tokens}) or lower({text}) in ('true', 'false'), true)")
        elif each.notation:
            conditions.append(f"coalesce({cast.value} between '1000-01-01' and '9999-12-31', true)")
        return all(_all(self._connection, condition, table) for condition in conditions)

    def _settled(self, tries: Mapping[str, list[_Try]]) -> dict[str, list[_Try]]:
        """Whether 03/04/2025 is in March or April: by the other columns, or by how the file writes numbers."""
        orders = {name: {_order(each) for each in found} - {None} for name, found in tries.items()}
        known = {next(iter(each)) for each in orders.values() if len(each) == 1}
        if not known and (self._reads.delimiter == ";" or self._reads.decimal == ","):
            known = {"day"}
        settled = {}
        for name, found in tries.items():
            if orders[name] != {"day", "month"}:
                settled[name] = found
            elif len(known) == 1:
                settled[name] = [each for each in found if _order(each) in known | {None}]
            else:
                note = "could be day or month first, so it stays text; declare `format` with its type"
                settled[name] = [replace(_TEXT, note=note)]
        return settled

    def _note(self, name: str) -> str:
        text = quoted(name)
        is_json = f"case when json_valid({text}) then json_type({text}) in ('OBJECT', 'ARRAY') else false end"
        rows = self._connection.execute(
            f"select count(*), bool_and({is_json}) from {_GIVEN} where {text} is not null"
        ).fetchall()
        filled, is_nested = rows[0]
        if not filled or self._first_value(name) is None:
            return "has no value, so its type is unknown"
        return _NESTED if is_nested else ""

    def _tokens(self, columns: Sequence[SniffedColumn]) -> tuple[str, ...]:
        """Those that stand in columns that are no texts, and the certain ones."""
        found: dict[str, None] = dict.fromkeys(self._declared_tokens)
        for column in columns:
            wanted: Collection[str] = _CERTAIN if column.data_type == "VARCHAR" else _TOKENS
            listed = ", ".join(map(literal, wanted))
            name = quoted(column.delivered)
            rows = self._connection.execute(
                f"select distinct {name} from {_GIVEN} where {name} in ({listed}) order by 1"
            ).fetchall()
            found |= dict.fromkeys(row[0] for row in rows)
        return tuple(found)


def _notations(text: str) -> Iterator[str]:
    """The notations of dates and times by which a text is one."""
    for day, time in product((*_DAY_FIRST, *_MONTH_FIRST, *_OTHERS), _TIMES):
        with suppress(ValueError):
            datetime.strptime(text, day + time)
            yield day + time


def _order(each: _Try) -> str | None:
    """`day` or `month` for a notation that could be taken for the other one."""
    notation = (each.notation or "")[:8]
    if notation in {day[:8] for day in _DAY_FIRST if "." not in day}:
        return "day"
    return "month" if notation in {day[:8] for day in _MONTH_FIRST} else None
