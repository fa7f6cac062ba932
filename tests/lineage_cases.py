"""Cases of column lineage, read from SQL files: tables, a query, and in comments below it what must come out.

    -- table lines(id, net decimal(12,2), qty)      above the first case: for every case of the file

    --# The sum of a column is aggregated from it
    select sum(lines.net) as net from lines where qty > 0
    -- net: aggregated from lines.net by sum(lines.net)
    -- rows filtered by lines.qty

Before the query: `-- dialect: bigquery` (duckdb if absent), `-- table name(column type, …)`, `-- table name(?)` where
the columns are not known, `-- names: a, b` for what `analyse` is told of the result.

After it, in the order of the result: `name: KIND from t.a, t.b`, `name: constant`, `name: unknown` (in the result, but
nothing is known of it), several lines where a column has several origins. `name (2)` is the second column of that
name. `by …` after an origin names the expressions, the outermost first, joined by ` <- `; not compared where absent.
Then `rows filtered by t.a` with `: condition` if it is to be compared, `unresolved name: words of the reason`,
`unresolved: words` for the whole query, `incomplete`, `asks t for a, b` or `asks t for everything` (compared only
in a case that has such a line). Names and SQL are compared without regard to case, origins exactly.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ribbon.sql.tables import Table

__all__ = ["Case", "MalformedCaseError", "parts", "read_cases"]

TABLE = re.compile(r"table (?P<name>[^(]+)\((?P<columns>.*)\)")
EXPECTATION = re.compile(
    r"incomplete|unresolved( [^:]+)?: .+|rows (filtered by|joined on|grouped by|limited by) .+"
    r"|.+?: (constant( by .+)?|unknown|(copied|renamed|computed|aggregated) from .+)|asks .+ for .+"
)
BRACKETS = {"(": 1, "<": 1, "[": 1, ")": -1, ">": -1, "]": -1}


class MalformedCaseError(ValueError):
    """A line of a case that the format does not know: file, line and what is expected there."""


@dataclass
class Case:
    """A query, what it may read, and the lines that say what must come out."""

    file: str
    line: int
    name: str
    dialect: str = "duckdb"
    tables: dict[str, Table] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    sql: str = ""
    expected: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"{self.file}:{self.name}"

    def inherit(self, sentence: str, line: int) -> "Case":
        """A case of this file, with what its head declares for all."""
        return Case(self.file, line, sentence, self.dialect, dict(self.tables), self.names)


def read_cases(path: Path) -> list[Case]:
    """The cases of a file in their order. Raises MalformedCaseError, with file and line."""
    head = Case(path.stem, 1, "")
    cases: list[Case] = []
    lines = path.read_text(encoding="utf-8").splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("--#")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        if not cases:
            _read_header(path, head, lines[:start], 1)
        case = head.inherit(lines[start][3:].strip(), start + 1)
        if any(case.name == other.name for other in cases):
            raise MalformedCaseError(f"{path}:{case.line}: a second case named {case.name!r}: give it its own sentence")
        _read_case(path, case, lines[start + 1 : end], start + 2)
        cases.append(case)
    return cases


def _read_case(path: Path, case: Case, lines: list[str], first: int) -> None:
    of_sql = [number for number, line in enumerate(lines) if line.strip() and not line.startswith("--")]
    if not of_sql:
        raise MalformedCaseError(f"{path}:{case.line}: a case without a query")
    begin, end = of_sql[0], of_sql[-1] + 1
    _read_header(path, case, lines[:begin], first)
    case.sql = "\n".join(lines[begin:end])
    for number, line in _comments(lines[end:], first + end):
        if not EXPECTATION.fullmatch(line):
            raise MalformedCaseError(f"{path}:{number}: no expectation: {line!r}, see tests/lineage_cases.py")
        case.expected += _one_origin_each(line)
    if not case.expected:
        raise MalformedCaseError(f"{path}:{case.line}: a case that expects nothing")


def _comments(lines: list[str], first: int) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, first):
        if line.strip():
            yield number, line.removeprefix("--").strip()


def _read_header(path: Path, case: Case, lines: list[str], first: int) -> None:
    for number, line in _comments(lines, first):
        if found := TABLE.fullmatch(line):
            name = found["name"].strip()
            case.tables[name] = Table(name, parts(name, "."), _columns(found["columns"]))
        elif line.startswith("dialect: "):
            case.dialect = line.removeprefix("dialect: ")
        elif line.startswith("names: "):
            case.names = tuple(parts(line.removeprefix("names: "), ","))
        else:
            raise MalformedCaseError(f"{path}:{number}: before a query stand table, dialect or names, not {line!r}")


def _columns(text: str) -> dict[str, str | None] | None:
    if text.strip() == "?":
        return None
    columns: dict[str, str | None] = {}
    for column in parts(text, ",", keep_quotes=True):
        name, _, kind = column.partition('" ' if column.startswith('"') else " ")
        columns[name.strip('"')] = kind.strip() or None
    return columns


def _one_origin_each(line: str) -> list[str]:
    """`x: computed from t.a, t.b by e` is short for two lines, and so is `rows joined on t.a, t.b`."""
    head, word, rest = line.partition(" from ")
    tail = " by "
    if not word or line.startswith(("rows ", "unresolved", "asks ")):
        found = re.match(r"(rows (?:filtered|joined|grouped|limited) (?:by|on) )(.*)", line)
        if not found:
            return [line]
        (head, rest), word, tail = found.groups(), "", ": "
    columns, by, expression = rest.partition(tail)
    return [head + word + column + by + expression for column in parts(columns, ",", keep_quotes=True)]


def parts(text: str, separator: str, keep_quotes: bool = False) -> list[str]:
    """The parts of a list, split outside of brackets and quotes; double quotes are taken off unless kept."""
    found, depth, quote = [""], 0, ""
    for character in text:
        if quote or character in "\"'`":
            quote = "" if character == quote else quote or character
        elif character in BRACKETS:
            depth += BRACKETS[character]
        if character == separator and not depth and not quote:
            found.append("")
        elif character != '"' or keep_quotes:
            found[-1] += character
    return [part.strip() for part in found]
