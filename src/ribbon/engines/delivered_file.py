"""A delivered file as rows on DuckDB: Parquet with its types; others as text, with what is broken in them.

Nothing is dropped in silence. A record that cannot be read is among the broken ones, with its line and its text; a file
of which that cannot be said raises DeliveryError.
"""

import csv
import gzip
import io
import json
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, TypeVar

import duckdb
import pyarrow as pa
from pyarrow import parquet

from ribbon.engines.duckdb_file import Connection, literal, quoted, reason_of
from ribbon.errors import DeliveryError
from ribbon.model import Column, FileFormat, FileKind

__all__ = ["BrokenRecord", "DeliveredFile", "compression_of", "free_name", "open_delivered", "uncompressed"]

T = TypeVar("T")

_COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}

# A record of text may be so long; each thread of DuckDB holds buffers of a few times that.
_LONGEST = 2_000_000

# More than this many names in a file of JSON lines are data, not columns.
_MOST_KEYS = 10_000

# No delivered text is this one, so that DuckDB turns none into null.
_NO_TEXT = "\x01\x02ribbon\x02\x01"

_CHUNK = 1 << 20


@dataclass(frozen=True)
class BrokenRecord:
    """A record that is no row. line: where it starts in the file, from 1. reason: what is wrong. raw: its text."""

    line: int
    reason: str
    raw: str


class DeliveredFile:
    """A file that can be read.

    columns: as delivered, with DuckDB's types; all text where `is_text`. sound: SQL that is true for a row that could
    be read at all, None where every row of `rows` could.
    """

    is_text = True
    sound: str | None = None
    heading: str | None = None

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = tuple(columns)

    @property
    def rows(self) -> str:
        """The rows, as SQL to select from, with the columns and what `sound` needs."""
        raise NotImplementedError

    def numbered(self, number: str, raw: str) -> str:
        """As `rows`, in the file's order, with columns of these names for the record's number and its text."""
        raise NotImplementedError

    def broken(self) -> list[BrokenRecord]:
        """The records that the last scan of `rows` could not read, in their order."""
        return []

    def lines_of(self, records: Sequence[int]) -> dict[int, int]:
        """The line in which each of these records starts. records: numbers of `numbered`, ascending."""
        return {record: record for record in records}

    def attempt(self, read: "Callable[[], T]") -> "T":
        """What `read` selects from `rows`; where DuckDB stumbles over the text, it selects from a cleaner copy."""
        try:
            return read()
        except duckdb.InvalidInputException:
            if not self.repair():
                raise
            return read()

    def repair(self) -> bool:
        """Rewrite the file in scratch so that DuckDB can read it, where that is possible and was not done yet."""
        return False


def free_name(name: str, columns: Sequence[Column]) -> str:
    """A name for a column of ours beside those, of which none has it, whatever they are called."""
    taken = {column.name.casefold() for column in columns}
    free = f"_ribbon_{name}"
    while free in taken:
        free += "_"
    return free


def compression_of(path: Path) -> str | None:
    """`gzip`, `zstd`, or None by the file's name."""
    return _COMPRESSIONS.get(path.suffix.lower())


def _forget_rejects(connection: Connection) -> None:
    connection.execute(f"drop table if exists {_ERRORS}; drop table if exists {_SCANS}")


@contextmanager
def open_delivered(
    connection: Connection, path: Path, reads: FileFormat, declared: Sequence[Column], scratch: Path
) -> Iterator[DeliveredFile]:
    """The file, opened as its format says. scratch: a folder for what has to be rewritten.

    declared: the columns of the contract, for files that do not name theirs. Raises DeliveryError where it is damaged.
    """
    kinds = {
        FileKind.PARQUET: _ParquetFile,
        FileKind.CSV: _CsvFile,
        FileKind.JSONL: _JsonLines,
        FileKind.SQLITE: _SqliteTable,
        FileKind.POSTGRESQL: _TextTable,
    }
    try:
        yield kinds[reads.kind](connection, path, reads, declared, scratch)
    except duckdb.OutOfMemoryException as error:
        raise DeliveryError(
            f"{path.name}: needs more memory than RIBBON_MEMORY_LIMIT allows: {_plain(error)}"
        ) from error
    except duckdb.Error as error:
        raise DeliveryError(f"{path.name}: is no {reads.kind} as the contract describes it: {_plain(error)}") from error
    finally:
        _forget_rejects(connection)


class _ParquetFile(DeliveredFile):
    is_text = False

    def __init__(
        self, connection: Connection, path: Path, _reads: FileFormat, _declared: Sequence[Column], _scratch: Path
    ) -> None:
        self._path = path
        try:
            schema = parquet.read_schema(path)
            rows = connection.execute(f"describe select * from {self.rows}").fetchall()
        except (pa.ArrowException, OSError, duckdb.Error) as error:
            reason = _plain(error) if isinstance(error, duckdb.Error) else str(error).splitlines()[0].rstrip(".")
            raise DeliveryError(f"{path.name}: is not a readable Parquet file: {reason}") from error
        _refuse_twins(path, schema.names)
        # DuckDB calls a column without any type INTEGER.
        untyped = {field.name for field in schema if pa.types.is_null(field.type)}
        super().__init__([Column(row[0], '"NULL"' if row[0] in untyped else row[1]) for row in rows])

    @property
    def rows(self) -> str:
        return f"read_parquet({literal(str(self._path))}, hive_partitioning = false)"

    def numbered(self, number: str, raw: str) -> str:
        # DuckDB's own names are quoted, for a delivered column may have them.
        names = ", ".join(f"{literal(column.name)}: {quoted(column.name)}" for column in self.columns)
        text = f"cast(to_json({{{names}}}) as varchar)"
        return f"(select *, row_number() over () as {quoted(number)}, {text} as {quoted(raw)} from {self.rows})"


class _TextTable(_ParquetFile):
    """Texts in Parquet, as `ribbon.engines.postgresql` writes them."""

    is_text = True


# Rows of a SQLite table that are in memory at once.
_ROWS = 10_000


class _SqliteTable(_ParquetFile):
    """A table of a SQLite file, whose values have types of their own row by row: they are read as text."""

    is_text = True

    def __init__(
        self, connection: Connection, path: Path, reads: FileFormat, declared: Sequence[Column], scratch: Path
    ) -> None:
        scratch.mkdir(parents=True, exist_ok=True)
        copy = scratch / "table.parquet"
        try:
            # Nothing writes to a delivered file, not even a lock.
            with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
                rows = database.execute(f"select * from {quoted(str(reads.table))}")
                _write_texts(copy, [column[0] for column in rows.description], rows)
        except (sqlite3.Error, pa.ArrowException, UnicodeDecodeError) as error:
            raise DeliveryError(f"{path.name}: table {reads.table} cannot be read: {error}") from error
        super().__init__(connection, copy, reads, declared, scratch)


def _write_texts(file: Path, names: Sequence[str], rows: sqlite3.Cursor) -> None:
    _refuse_twins(file, names)
    schema = pa.schema([(name, pa.string()) for name in names])
    with parquet.ParquetWriter(file, schema) as writer:
        while batch := rows.fetchmany(_ROWS):
            columns = [
                pa.array([_text_of(value) for value in column], pa.string()) for column in zip(*batch, strict=True)
            ]
            writer.write_batch(pa.record_batch(columns, schema=schema))


def _text_of(value: object) -> str | None:
    if isinstance(value, bytes):
        return "".join(f"\\x{byte:02X}" for byte in value)  # as DuckDB writes a blob
    return None if value is None else str(value)


_ERRORS, _SCANS = "ribbon_reject_errors", "ribbon_reject_scans"


class _CsvFile(DeliveredFile):
    def __init__(
        self, connection: Connection, path: Path, reads: FileFormat, declared: Sequence[Column], scratch: Path
    ) -> None:
        self._connection = connection
        self._given = _Text(path, reads, scratch)
        self._reads = reads
        self._heading = 0
        names = [column.name for column in declared]
        if reads.header:
            names = self._names_in_header(declared)
        super().__init__([Column(name, "VARCHAR") for name in names])
        self._read = self._given.as_utf8()

    def _names_in_header(self, declared: Sequence[Column]) -> list[str]:
        lines: list[str] = []
        with self._given.opened() as text:
            reader = _csv_reader(_noted(text, lines), self._reads)
            try:
                names = [name.strip() for name in next(reader)]
            except StopIteration:
                raise DeliveryError(f"{self._given.path.name}: is empty; a CSV file begins with its header") from None
            except (csv.Error, UnicodeDecodeError) as error:
                raise DeliveryError(f"{self._given.path.name}: its header cannot be read: {error}") from error
            self._heading = reader.line_num
        self.heading = "".join(lines).rstrip("\r\n")
        named = [name or f"column{number}" for number, name in enumerate(names, start=1)]
        known = {each.casefold() for column in declared for each in (column.name, *column.delivered_as)}
        # Where no name is known, what stands there may be the first row.
        is_row = any(column.restricted for column in declared) and not known & {name.casefold() for name in named}
        _refuse_twins(self._given.path, named, shown=not is_row)
        return named

    @property
    def rows(self) -> str:
        columns = ", ".join(f"{literal(column.name)}: 'VARCHAR'" for column in self.columns)
        compression, quote = compression_of(self._read) or "none", literal(self._reads.quote)
        return (
            f"read_csv({literal(str(self._read))}, columns = {{{columns}}}, auto_detect = false, header = false,"
            f" skip = {self._heading:d}, delim = {literal(self._reads.delimiter)}, quote = {quote}, escape = {quote},"
            f" nullstr = {literal(_NO_TEXT)}, compression = {literal(compression)},"
            f" max_line_size = {_LONGEST:d}, store_rejects = true, rejects_table = {literal(_ERRORS)},"
            f" rejects_scan = {literal(_SCANS)})"
        )

    def numbered(self, number: str, raw: str) -> str:
        delimiter, quote = self._reads.delimiter, self._reads.quote
        special = " or ".join(f"contains(text, {literal(each)})" for each in (delimiter, quote, "\n", "\r") if each)
        twice = f"replace(text, {literal(quote)}, {literal(quote * 2)})"
        written = f"case when {special} then {literal(quote)} || {twice} || {literal(quote)} else text end"
        texts = ", ".join(quoted(column.name) for column in self.columns)
        joined = f"array_to_string([{written} for text in [{texts}]], {literal(delimiter)})"
        return f"(select *, row_number() over () as {quoted(number)}, {joined} as {quoted(raw)} from {self.rows})"

    def broken(self) -> list[BrokenRecord]:
        found = self._rejected()
        if not found:
            return []
        starts = [line for line, is_blank in self._starts()]
        if len(starts) < max(number for number, _, _ in found):
            raise DeliveryError(
                f"{self._given.path.name}: its quotes do not match: {found[0][1]} near line {found[0][0]}"
            )
        return [BrokenRecord(starts[number - 1], reason, raw) for number, reason, raw in found]

    def _rejected(self) -> list[tuple[int, str, str]]:
        """Number of the record, counted with the header and blank lines; what is wrong; its text."""
        try:
            rows = self._connection.execute(
                f"select line, any_value(lower(error_type)), any_value(csv_line)"
                f" from {_ERRORS} group by line order by line"
            ).fetchall()
        except duckdb.CatalogException:  # nothing was scanned
            return []
        return [(int(line), str(reason), str(raw or "")) for line, reason, raw in rows]

    def _starts(self) -> Iterator[tuple[int, bool]]:
        """The line in which each record of the file starts, and whether it is blank."""
        with self._given.opened() as text:
            reader = _csv_reader(text, self._reads)
            before = 0
            for record in reader:
                yield before + 1, not record
                before = reader.line_num

    def lines_of(self, records: Sequence[int]) -> dict[int, int]:
        wanted = set(records)
        rejected = {number for number, _, _ in self._rejected()}
        found: dict[int, int] = {}
        row = 0
        for number, (line, is_blank) in enumerate(self._starts(), start=1):
            if is_blank or number in rejected or (self._heading and number == 1):
                continue
            row += 1
            if row in wanted:
                found[row] = line
        return found

    def repair(self) -> bool:
        if self._read == self._given.rewritten:
            return False
        with self._given.opened() as text, self._given.rewriting() as clean:
            writer = csv.writer(
                clean, delimiter=self._reads.delimiter, quotechar=self._reads.quote, lineterminator="\n"
            )
            for record in _csv_reader(text, self._reads):
                if record:
                    writer.writerow(record)
                else:
                    clean.write("\n")
        self._read = self._given.rewritten
        _forget_rejects(self._connection)
        return True


class _JsonLines(DeliveredFile):
    def __init__(
        self, connection: Connection, path: Path, reads: FileFormat, _declared: Sequence[Column], scratch: Path
    ) -> None:
        self._given = _Text(path, reads, scratch)
        self._read = self._given.as_utf8()
        super().__init__([Column(name, "VARCHAR") for name in self._keys(connection)])
        long, self._doubled = self.attempt(
            lambda: connection.execute(f"select bool_or({_LONG}), bool_or({_DOUBLED}) from {self._lines}").fetchall()
        )[0]
        if long:
            self._keep_digits(scratch / "digits")
        self._is_object = free_name("is_object", self.columns)
        self._values = free_name("values", self.columns)
        self.sound = quoted(self._is_object)

    def _keys(self, connection: Connection) -> list[str]:
        rows = self.attempt(
            lambda: connection.execute(
                f"select distinct unnest(json_keys(case when {_IS_OBJECT} then line end)) from {self._lines}"
                f" limit {_MOST_KEYS + 1:d}"
            ).fetchall()
        )
        if len(rows) > _MOST_KEYS:
            raise DeliveryError(
                f"{self._given.path.name}: has more than {_MOST_KEYS:,} names; they look like data, not columns"
            )
        names = sorted(name for (name,) in rows)
        _refuse_twins(self._given.path, names)
        return names

    @property
    def _lines(self) -> str:
        # Without this nullstr, DuckDB leaves blank lines out, and lines are counted wrong.
        compression = compression_of(self._read) or "none"
        return (
            f"read_csv({literal(str(self._read))}, columns = {{'line': 'VARCHAR'}}, auto_detect = false,"
            f" header = false, delim = '\n', quote = '', escape = '', nullstr = '',"
            f" compression = {literal(compression)}, max_line_size = {_LONGEST * 8:d}, buffer_size = {_LONGEST * 16:d})"
        )

    @property
    def rows(self) -> str:
        return f"(select {self._names} from (select {self._parsed} from {self._lines} where {_IS_FILLED}) as parsed)"

    def numbered(self, number: str, raw: str) -> str:
        lines = f"(select line, row_number() over () as number from {self._lines})"
        more = f"number as {quoted(number)}, line as {quoted(raw)}"
        parsed = f"(select {self._parsed}, {more} from {lines} where {_IS_FILLED}) as parsed"
        return f"(select {self._names}, {quoted(number)}, {quoted(raw)} from {parsed})"

    @property
    def _parsed(self) -> str:
        shape = literal(json.dumps({column.name: "VARCHAR" for column in self.columns}))
        is_object = f"({_IS_OBJECT} and not {_DOUBLED})" if self._doubled else _IS_OBJECT
        values = f"case when {_IS_OBJECT} then json_transform(line, {shape}) end" if self.columns else "null"
        return f"{is_object} as {quoted(self._is_object)}, {values} as {quoted(self._values)}"

    @property
    def _names(self) -> str:
        names = (f"{quoted(self._values)}.{quoted(each.name)} as {quoted(each.name)}" for each in self.columns)
        return ", ".join([quoted(self._is_object), *names])

    def _keep_digits(self, file: Path) -> None:
        """Write numbers that DuckDB's parser would round as texts, which keep them."""
        file.parent.mkdir(parents=True, exist_ok=True)
        with uncompressed(self._read) as given, file.open("w", encoding="utf-8", newline="") as exact:
            for line in given:
                exact.write(_with_digits(line.decode("utf-8-sig")))
        self._read = file

    def repair(self) -> bool:
        if self._read != self._given.path:
            return False
        with uncompressed(self._given.path) as given, self._given.rewriting() as clean:
            for line in given:
                try:
                    clean.write(line.decode(self._given.encoding).rstrip("\r\n").replace("\r", " ") + "\n")
                except UnicodeDecodeError:
                    # What stands before it makes it no JSON, so it is among what does not fit.
                    clean.write(f"not {self._given.encoding}: " + line.decode("utf-8", "replace").strip() + "\n")
        self._read = self._given.rewritten
        return True


_IS_OBJECT = "(case when json_valid(line) then json_type(line) = 'OBJECT' else false end)"
_IS_FILLED = "trim(line) <> ''"

# Whether an object has a key twice: only one of the values would land.
_DOUBLED = (
    f"coalesce(case when {_IS_OBJECT} then len(json_keys(line)) <> len(list_distinct(json_keys(line))) end, false)"
)

# Whether a line may have a number with a point or an exponent that a float does not keep.
_LONG = (
    "coalesce(len([number for number in regexp_extract_all(line, '[0-9][0-9.]{15,}([eE][+-]?[0-9]+)?')"
    " if regexp_matches(number, '[.eE]') and cast(try_cast(number as double) as varchar) is distinct from number]) > 0,"
    " false)"
)


def _with_digits(line: str) -> str:
    """A line of JSON whose numbers are texts where a float would not keep them; any other line as it is."""
    lost = False

    def kept(number: str) -> float | str:
        nonlocal lost
        if Decimal(repr(float(number))) == Decimal(number):
            return float(number)
        lost = True
        return number

    try:
        record = json.loads(line, parse_float=kept, object_pairs_hook=_refuse_doubled)
    except (ValueError, RecursionError, ArithmeticError):
        return line
    return json.dumps(record, ensure_ascii=False) + "\n" if lost else line


def _refuse_doubled(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is there twice")
    return found


class _Text:
    """A file of text, perhaps compressed, in some encoding. A compressed one was found to be complete."""

    def __init__(self, path: Path, reads: FileFormat, scratch: Path) -> None:
        self.path = path
        self.rewritten = scratch / "rewritten"
        # A mark at the start that says that it is UTF-8 is no part of the text.
        self.encoding = "utf-8-sig" if reads.encoding.lower().replace("_", "-") in {"utf-8", "utf8"} else reads.encoding
        if compression_of(path):
            self._read_whole()

    def _read_whole(self) -> None:
        """DuckDB takes the end of a truncated stream for the end of the file."""
        try:
            with uncompressed(self.path) as stream:
                while stream.read(_CHUNK):
                    pass
        except (OSError, EOFError, zlib.error, pa.ArrowException) as error:
            reason = str(error).splitlines()[0].rstrip(".")
            raise DeliveryError(f"{self.path.name}: its compression is damaged: {reason}") from error

    @contextmanager
    def opened(self) -> Iterator[IO[str]]:
        """Its text, with line ends as they are; what is no text becomes a question mark."""
        with uncompressed(self.path) as stream:
            yield io.TextIOWrapper(stream, self.encoding, errors="replace", newline="")

    @contextmanager
    def rewriting(self) -> Iterator[IO[str]]:
        """A file in scratch, to write as UTF-8."""
        self.rewritten.parent.mkdir(parents=True, exist_ok=True)
        with self.rewritten.open("w", encoding="utf-8", newline="") as clean:
            yield clean

    def as_utf8(self) -> Path:
        """The file itself, or where it is in another encoding, a copy of it in UTF-8."""
        if self.encoding == "utf-8-sig":
            return self.path
        try:
            with uncompressed(self.path) as stream, self.rewriting() as clean:
                text = io.TextIOWrapper(stream, self.encoding, newline="")
                while chunk := text.read(_CHUNK):
                    clean.write(chunk)
        except UnicodeError as error:
            raise DeliveryError(f"{self.path.name}: is not in the encoding {self.encoding}: {error}") from error
        return self.rewritten


@contextmanager
def uncompressed(path: Path) -> Iterator[Any]:
    """The bytes of a file, whether or not it is compressed."""
    compression = compression_of(path)
    if compression == "zstd":
        with pa.input_stream(path, compression="zstd") as stream:
            yield io.BufferedReader(_Raw(stream))
    elif compression == "gzip":
        with gzip.open(path) as stream:
            yield stream
    else:
        with path.open("rb") as stream:
            yield stream


class _Raw(io.RawIOBase):
    """Arrow's stream as Python's."""

    def __init__(self, stream: pa.NativeFile) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        read = self._stream.read(len(buffer))
        buffer[: len(read)] = read
        return len(read)


def _noted(text: IO[str], lines: list[str]) -> Iterator[str]:
    for line in text:
        lines.append(line)
        yield line


def _csv_reader(text: Iterable[str], reads: FileFormat) -> Any:
    csv.field_size_limit(1 << 30)
    return csv.reader(text, delimiter=reads.delimiter, quotechar=reads.quote, doublequote=True)


def _refuse_twins(path: Path, names: Sequence[str], *, shown: bool = True) -> None:
    """Names do not differ by case alone: the lake could not tell them apart. shown: whether a message may name them."""
    seen: dict[str, str] = {}
    for name in names:
        if twin := seen.get(name.casefold()):
            raise DeliveryError(
                f"{path.name}: has two columns of one name"
                + (f", {twin} and {name}; names ignore case, so rename one of them" if shown else ", or no header")
            )
        seen[name.casefold()] = name


def _plain(error: duckdb.Error) -> str:
    """DuckDB's first line, without the path, which is the one of a copy."""
    return reason_of(error).rstrip(".")
