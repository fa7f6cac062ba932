"""What `analyse` gives back, in the lines that a case of lineage expects, and the difference between the two."""

import difflib
import re
from collections import Counter
from collections.abc import Iterator

from ribbon.model import ColumnLineage, Kind, QueryLineage
from ribbon.sql.lineage import analyse
from ribbon.sql.tables import Tables
from tests.lineage_cases import Case

__all__ = ["difference", "lines_of"]


def difference(case: Case) -> str:
    """The lines that are missing (-) and too many (+), among those that agree; empty where all do."""
    found = analyse(case.sql, case.dialect, Tables(case.tables.values()), case.names)
    expected = _arranged(case.expected)
    actual = _arranged(_as_written(line, case.expected) for line in lines_of(found))
    if not any(line.startswith("asks ") for line in expected):
        actual = [line for line in actual if not line.startswith("asks ")]
    if [_folded(line) for line in expected] == [_folded(line) for line in actual]:
        return ""
    return "\n".join(line for line in difflib.ndiff(expected, actual) if not line.startswith("?"))


def lines_of(found: QueryLineage) -> Iterator[str]:
    """Every line that there is to say about it, with all expressions."""
    unresolved = {entry.column for entry in found.unresolved}
    seen: Counter[str] = Counter()
    for column in found.columns:
        seen[column.name.casefold()] += 1
        nth = seen[column.name.casefold()]
        name = f"{column.name} ({nth})" if nth > 1 else column.name
        yield from _column_lines(name, column, column.name in unresolved)
    for row in found.rows:
        yield f"rows {row.role} {row.column}" + (f": {row.expression}" if row.expression else "")
    for entry in found.unresolved:
        yield f"unresolved{'' if entry.column is None else ' ' + entry.column}: {entry.reason}"
    if not found.complete:
        yield "incomplete"
    for asked in found.asked:
        yield f"asks {asked.relation} for {'everything' if asked.columns is None else ', '.join(sorted(asked.columns))}"


def _column_lines(name: str, column: ColumnLineage, unresolved: bool) -> Iterator[str]:
    for origin in column.origins:
        yield f"{name}: {origin.kind} from {origin.column}" + _by(*origin.expressions)
    if column.origins:
        heaviest = max((origin.kind for origin in column.origins), key=lambda kind: kind.weight)
        if column.kind.weight < heaviest.weight:
            yield f"{name}: called {column.kind} as a whole, though one of its origins is {heaviest}"
    elif unresolved:
        yield f"{name}: unknown"
    elif column.kind is Kind.CONSTANT:
        yield f"{name}: constant" + _by(column.expression)
    else:
        yield f"{name}: {column.kind} from nothing" + _by(column.expression)


def _by(*expressions: str) -> str:
    return " by " + " <- ".join(expressions) if any(expressions) else ""


def _as_written(line: str, expected: list[str]) -> str:
    """The line as far as the case compares it: expressions only where it writes them, its own words for a reason."""
    line = " ".join(line.split())
    if line.startswith("unresolved"):
        return next((wanted for wanted in expected if _says(line, wanted)), line)
    head = _without_expression(line)
    written = {_folded(_without_expression(wanted)) for wanted in expected if wanted != _without_expression(wanted)}
    return line if _folded(head) in written else head


def _without_expression(line: str) -> str:
    return line.partition(": ")[0] if line.startswith("rows ") else line.partition(" by ")[0]


def _folded(line: str) -> str:
    """Without regard to case, but for the origin."""
    found = re.fullmatch(r"(.+?: \w+ from |rows \w+ (?:by|on) )(.+?)((?: by |: ).+)?", line)
    return found[1].casefold() + found[2] + (found[3] or "").casefold() if found else line.casefold()


def _says(line: str, wanted: str) -> bool:
    """Whether the line is about the same column and has all the words."""
    subject, _, words = wanted.partition(": ")
    about, _, reason = line.casefold().partition(": ")
    return about == subject.casefold() and all(word in reason for word in words.casefold().split())


def _arranged(lines: Iterator[str] | list[str]) -> list[str]:
    """Columns in their order, the origins of each by name; then rows, what is unresolved and the rest by name."""
    ordered: dict[str, list[str]] = {}
    for line in dict.fromkeys(lines):
        about_all = re.match(r"(rows|unresolved|asks) |unresolved: |incomplete", line)
        ordered.setdefault("~" if about_all else line.partition(": ")[0].casefold(), []).append(line)
    ends = sorted(ordered.pop("~", []), key=str.casefold)
    return [line for group in ordered.values() for line in sorted(group, key=str.casefold)] + ends
