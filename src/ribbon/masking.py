"""What databases and tools say without the values that they quote. What leaves near restricted columns passes here.

In a bare dbt, the macros cut where such an error begins: `masked` in macros/ribbon/gate/restricted.sql.
"""

import re
from collections.abc import Sequence

__all__ = ["CUT", "MASK", "VALUE_ERRORS", "masked", "quotes_values"]

MASK = "***"
CUT = "not shown, for values of restricted columns could be in it"

# Errors of DuckDB that come of values, and Python's, of which nothing is known. Others of DuckDB's name things: a file,
# a table, a place in the SQL.
VALUE_ERRORS = (
    r"\b(?:(?:Conversion|Constraint|Data|Decimal|Divide by Zero|Executor|Expression|INTERNAL|Index|Invalid"
    r"|Invalid Input|Invalid type|Mismatch Type|Not implemented|Object Size|Out of Range|Sequence|Serialization"
    r"|TransactionContext|Unknown Type) Error|Python model failed|Traceback \(most recent call last\)):\s*"
)
_VALUE_ERROR = re.compile(VALUE_ERRORS)

# How such an error begins, and how it is told; what is told is of the same shape, so that it may be masked again.
SHAPES: Sequence[tuple[str, str]] = (
    (r"Could not convert string ['\"].*['\"] to (\w+(?:\([\d, ]+\))?)", r"Could not convert string '***' to \1"),
    (r"(invalid \w+ field format): \".*\", expected format is (\([^)]*\))", r'\1: "***", expected format is \2'),
    (r"(\w+ field value out of range): \".*\"", r'\1: "***"'),
    (
        r"(Type \w+ with value) .* can't be cast .*?(?:to|for) the destination type (\w+)",
        r"\1 *** can't be cast to the destination type \2",
    ),
    (r"Casting value \".*\" to type (\w+(?:\([\d, ]+\))?) failed", r'Casting value "***" to type \1 failed'),
    (r"Could not parse string \".*\" according to format", r'Could not parse string "***" according to format'),
    (r"(Malformed JSON at byte \d+ of input)", r"\1"),
    (r"(Overflow in \w+ of \w+)(?: \(.*\))?", r"\1"),
    # What stands before a colon is the column, or part of a value.
    (r"(?:.* )?[Dd]uplicate key \".*\"", r'duplicate key "***"'),
    (r"(Violates foreign key constraint because key) \".*\"", r'\1 "***"'),
    (r"(NOT NULL constraint failed: [\w.]+)", r"\1"),
    (r"(CHECK constraint failed on table [\w.]+)", r"\1"),
    (r"(More than one row returned by a subquery)", r"\1"),
    (r"(CSV Error on Line: \d+)", r"\1"),
)
_SHAPES = tuple((re.compile(shape, re.DOTALL), told) for shape, told in SHAPES)

# What stands at the end, after all values: the place in the SQL, as DuckDB draws it or as it was told.
_PLACE = re.compile(
    r"(?: when casting from source column (\w+))?(?:\s*\n\s*LINE (\d+): [^\n]*\n\s*\^|, LINE (\d+) of the statement)\s*"
    r"(?:\n\s*compiled code at [^\n]*)?\s*\Z"
)
_COMPILED = re.compile(r"\n\s*compiled code at [^\n]*\s*\Z")

# Counts, the gate's messages, which are masked where they are made, and errors that come before any row is read.
_HARMLESS = re.compile(
    r"\A(?:Got \d+ results?\b|(?:Compilation|Parsing|Dependency) Error\b)| was not replaced: "
    r"|\b(?:Binder|Catalog|Dependency|IO|Missing Extension|Out of Memory|Parser|Permission|Syntax) Error:"
)
_HEADLINE = re.compile(r"\A\s*(?:\w+ )?(?:Database|Runtime) Error in [\w ]+ \S+ \([^)]*\)")


def quotes_values(text: str) -> bool:
    """Whether a text is, or holds, an error that came of a value."""
    return bool(_VALUE_ERROR.search(text) or (_HEADLINE.search(text) and not _HARMLESS.search(text)))


def masked(text: str) -> str:
    """A message without the values that it may quote: what is known of its shape is told, the rest is cut."""
    found = _VALUE_ERROR.search(text)
    if found:
        return text[: found.end()] + _told(text[found.end() :])
    if not text or _HARMLESS.search(text):
        return text
    headline = _HEADLINE.search(text)
    return f"{headline[0]}: {CUT}" if headline else f"The message is {CUT}"


def _told(said: str) -> str:
    shown = next((found.expand(told) for shape, told in _SHAPES if (found := shape.match(said))), CUT)
    place = _PLACE.search(said)
    compiled = _COMPILED.search(said)
    column = f" when casting from source column {place[1]}" if place and place[1] else ""
    line = f", LINE {place[2] or place[3]} of the statement" if place else ""
    return f"{shown}{column}{line}{compiled[0].rstrip() if compiled else ''}"
