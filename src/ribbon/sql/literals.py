"""Literals in SQL text: removed, or replaced by placeholders.

A dashboard sends one query a thousand times, each time for another day. Texts that differ only in the values they
compare with share one shape, which is analysed once.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial

from sqlglot import Dialect, Token, Tokenizer, TokenType
from sqlglot.errors import SqlglotError

__all__ = ["LITERALS", "Shape", "lowered", "shape_of", "without_literals"]

LITERALS = frozenset(
    {
        TokenType.STRING,
        TokenType.NUMBER,
        TokenType.BIT_STRING,
        TokenType.HEX_STRING,
        TokenType.BYTE_STRING,
        TokenType.NATIONAL_STRING,
        TokenType.NATIONAL_RAW_STRING,
        TokenType.RAW_STRING,
        TokenType.HEREDOC_STRING,
        TokenType.UNICODE_STRING,
    }
)

# Between two tokens there is space, or a comment, which may hold values.
SPACE = re.compile(r"\s*")

# After these a value cannot change which columns a query uses. Elsewhere a number can: `group by 1`.
COMPARISONS = frozenset(
    {
        TokenType.EQ,
        TokenType.NEQ,
        TokenType.LT,
        TokenType.LTE,
        TokenType.GT,
        TokenType.GTE,
        TokenType.BETWEEN,
        TokenType.AND,
        TokenType.LIKE,
        TokenType.ILIKE,
        TokenType.LIMIT,
        TokenType.OFFSET,
    }
)
TYPES = frozenset({TokenType.DATE, TokenType.TIMESTAMP})

# Placeholders for the values, with three digits each. A text that contains them itself is its own shape.
TEXT_MARK, NUMBER_MARK, MOST = "ribbon~value~", "730451928", 1000


def without_literals(sql: str, dialect: str) -> str:
    """The SQL with `?` for every number and string, and without comments.

    Works on tokens, so the SQL need not parse; text that cannot be tokenized becomes empty.
    """
    try:
        tokens = Dialect.get_or_raise(dialect).tokenize(sql)
    except SqlglotError:
        return ""
    parts, place, before = [], 0, None
    for token in tokens:
        gap = sql[place : token.start]
        parts.append(gap if SPACE.fullmatch(gap) else " ")
        text = sql[token.start : token.end + 1]
        numbered = before is TokenType.PARAMETER and not gap  # $1 names a parameter
        parts.append("?" if token.token_type in LITERALS and not numbered else text)
        place, before = token.end + 1, token.token_type
    return "".join(parts).strip()


def lowered(sql: str, dialect: str) -> str:
    """The SQL in lower case, except for what is quoted."""
    parts, place = [], 0
    for token in Dialect.get_or_raise(dialect).tokenize(sql):
        text = sql[token.start : token.end + 1]
        quoted = token.token_type is TokenType.IDENTIFIER or token.token_type in LITERALS
        parts += [sql[place : token.start], text if quoted else text.lower()]
        place = token.end + 1
    return "".join([*parts, sql[place:]])


@dataclass(frozen=True, slots=True)
class Shape:
    """A text with placeholders for its values. values: by placeholder."""

    sql: str
    values: tuple[tuple[str, str], ...] = ()

    def filled(self, text: str) -> str:
        """The text with its values in place of the placeholders."""
        for mark, value in self.values:
            text = text.replace(mark, value)
        return text


def shape_of(sql: str, dialect: str) -> Shape:
    """The shape of a text; the text itself where it cannot be tokenized."""
    if TEXT_MARK in sql or NUMBER_MARK in sql:
        return Shape(sql)
    try:
        tokens = _tokenizer(dialect).tokenize(sql)
    except SqlglotError:
        return Shape(sql)
    parts: list[str] = []
    values: list[tuple[str, str]] = []
    place = 0
    for number, token in enumerate(tokens):
        if token.token_type in MARKS and _is_compared(tokens, number) and len(values) < MOST:
            mark = MARKS[token.token_type](len(values))
            parts += (sql[place : token.start], mark)
            place = token.end + 1
            values.append((mark, sql[token.start : place]))
    return Shape("".join((*parts, sql[place:])), tuple(values))


def _is_compared(tokens: Sequence[Token], number: int) -> bool:
    """Whether the token is compared with something, itself or as the text of a date."""
    before = [token.token_type for token in tokens[max(number - 2, 0) : number]]
    return bool(before) and (before[-1] in COMPARISONS or (before[-1] in TYPES and before[0] in COMPARISONS))


@cache
def _tokenizer(dialect: str) -> Tokenizer:
    """Made once: making one takes a quarter of the time of using it."""
    return Dialect.get_or_raise(dialect).tokenizer()


def _mark(start: str, end: str, number: int) -> str:
    return f"{start}{number:03}{end}"


MARKS: dict[TokenType, Callable[[int], str]] = {
    TokenType.STRING: partial(_mark, f"'{TEXT_MARK}", "'"),
    TokenType.NUMBER: partial(_mark, NUMBER_MARK, "7"),
}
