"""How a file is to be read, found from its beginning: what it is, its encoding, delimiter and header.

Only proposals come from here: landing reads a file as its contract says.
"""

import codecs
import csv
import io
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from ribbon.engines.delivered_file import compression_of, uncompressed
from ribbon.errors import DeliveryError
from ribbon.model import FileFormat, FileKind

__all__ = ["kind_of", "sniff_format", "sniff_header", "sqlite_tables"]

# By the end of a file's name, without what says how it is compressed.
_ENDINGS = {
    ".parquet": FileKind.PARQUET,
    ".csv": FileKind.CSV,
    ".tsv": FileKind.CSV,
    ".txt": FileKind.CSV,
    ".jsonl": FileKind.JSONL,
    ".ndjson": FileKind.JSONL,
    ".json": FileKind.JSONL,
    ".db": FileKind.SQLITE,
    ".sqlite": FileKind.SQLITE,
    ".sqlite3": FileKind.SQLITE,
}

# So much of a file is looked at, in bytes and in records.
_BEGINNING = 1 << 18
_RECORDS = 200

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

# The likeliest first: a comma may be the decimal sign of a file with semicolons, not the other way round.
_DELIMITERS = (";", "\t", "|", ",")

_NUMBER = re.compile(r"[-+]?[\d.,'\u00a0 /:-]*\d[\d.,'\u00a0 /:-]*%?")
_YEAR = re.compile(r"(19|20)\d\d")


def kind_of(path: Path) -> FileKind | None:
    """What a file is by its name; None where that tells nothing."""
    name = path.with_suffix("") if compression_of(path) else path
    return _ENDINGS.get(name.suffix.lower())


def sniff_format(path: Path, kind: FileKind) -> FileFormat:
    """The format of a file of this kind. Raises DeliveryError where Ribbon cannot land it, with what to do."""
    if kind is FileKind.PARQUET:
        return FileFormat()
    beginning, is_whole = _beginning(path)
    encoding = _encoding(path, beginning)
    text = _decoded(beginning, encoding, is_whole)
    if not text.strip():
        raise DeliveryError(f"{path}: is empty. Add a file that has a row.")
    if kind is FileKind.JSONL:
        _refuse_document(path, text)
        return FileFormat(FileKind.JSONL, encoding=encoding)
    delimiter = _delimiter(text)
    records = _records(text, delimiter, is_whole)
    if len(records[0]) == 1 or records[0][0].lower().startswith("sep="):
        _refuse_preamble(path, text, is_whole)
    return FileFormat(
        FileKind.CSV, delimiter=delimiter, header=_has_header(records), encoding=encoding, null_tokens=("",)
    )


def sniff_header(path: Path, reads: FileFormat) -> list[str]:
    """The first record of a CSV file."""
    beginning, is_whole = _beginning(path)
    return _records(_decoded(beginning, reads.encoding, is_whole), reads.delimiter, is_whole)[0]


def sqlite_tables(path: Path) -> list[str]:
    """The tables and views of a SQLite file; none where it is no such file."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            rows = database.execute(
                "select name from sqlite_master where type in ('table', 'view')"
                " and name not like 'sqlite|_%' escape '|' order by name"
            )
            return [str(name) for (name,) in rows]
    except sqlite3.Error:
        return []


def _beginning(path: Path) -> tuple[bytes, bool]:
    """The first bytes of a file, uncompressed, and whether they are all of it."""
    try:
        with uncompressed(path) as stream, closing(io.BytesIO()) as read:
            while read.tell() <= _BEGINNING and (chunk := stream.read(_BEGINNING + 1 - read.tell())):
                read.write(chunk)
            found = read.getvalue()
    except (OSError, EOFError, ValueError) as error:
        raise DeliveryError(f"{path}: cannot be read: {str(error).splitlines()[0]}.") from error
    return found[:_BEGINNING], len(found) <= _BEGINNING


def _encoding(path: Path, beginning: bytes) -> str:
    """By its mark; else UTF-8 if all of it is that; else what Windows writes in western Europe."""
    for mark, encoding in _MARKS:
        if beginning.startswith(mark):
            return encoding
    if beginning[1:200:2].count(0) > len(beginning[1:200:2]) // 2:
        return "utf-16-le"
    return next((encoding for encoding in ("utf-8", "cp1252") if _is_in(path, encoding)), "latin-1")


def _is_in(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with uncompressed(path) as stream:
            while chunk := stream.read(_BEGINNING):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(beginning: bytes, encoding: str, is_whole: bool) -> str:
    text = codecs.getincrementaldecoder(encoding)("replace").decode(beginning, final=is_whole)
    return text.removeprefix("\ufeff")


def _refuse_document(path: Path, text: str) -> None:
    first = text.lstrip()
    if first.startswith("["):
        raise DeliveryError(
            f"{path}: is one JSON list; Ribbon lands JSON lines, one object a line. Convert it:"
            f" jq -c '.[]' {path.name} > {path.stem}.jsonl"
        )
    if re.match(r"\{\s*\r?\n", first):
        raise DeliveryError(
            f"{path}: is one JSON document; Ribbon lands JSON lines, one object a line. Convert it:"
            f" jq -c . {path.name} > {path.stem}.jsonl"
        )


def _records(text: str, delimiter: str, is_whole: bool) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found: list[list[str]] = []
    try:
        for record in reader:
            if record:
                found.append(record)
            if len(found) > _RECORDS:
                break
        else:
            if not is_whole and len(found) > 1:
                found.pop()  # it may be cut off
    except csv.Error:  # a null byte, or a field longer than can be: landing reports it
        pass
    return found or [[""]]


def _delimiter(text: str) -> str:
    """The one by which most records have as many fields as the first; of equal ones, the likeliest."""
    best, most = ",", 0.0
    for delimiter in _DELIMITERS:
        records = _records(text, delimiter, is_whole=True)
        width = len(records[0])
        if width > 1:
            share = sum(len(record) == width for record in records) / len(records)
            if share > most:
                best, most = delimiter, share
    return best


def _refuse_preamble(path: Path, text: str, is_whole: bool) -> None:
    """A file with something above its header cannot be landed. No delimiter divides its first line."""
    for delimiter in _DELIMITERS:
        first, *following = _records(text, delimiter, is_whole)
        widths = {len(record) for record in following if len(record) > 1}
        wider = [record for record in following if len(record) > len(first)]
        is_above = len(first) == 1 and len(widths) == 1 and len(wider) > 1 and len(wider) > len(following) / 2
        if is_above or first[0].lower().startswith("sep="):
            raise DeliveryError(
                f"{path}: its first line is no header: {first[0][:60]!r}. Remove what stands above the header."
            )


def _has_header(records: Sequence[Sequence[str]]) -> bool:
    """Whether the first record names the columns: a name stands above numbers, or nothing in it is a number."""
    first, following = records[0], records[1:]
    numbers_alone = False
    for place, name in enumerate(first):
        values = [record[place].strip() for record in following if len(record) > place and record[place].strip()]
        over_numbers = bool(values) and all(_NUMBER.fullmatch(value) for value in values)
        if not _NUMBER.fullmatch(name.strip()):
            if over_numbers and name.strip():
                return True
        elif not _YEAR.fullmatch(name.strip()) or all(_YEAR.fullmatch(value) for value in values):
            numbers_alone = True
    return not numbers_alone
