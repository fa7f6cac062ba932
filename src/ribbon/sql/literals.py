"""SQL without its literals, so that no value of a person is kept."""

import re

from sqlglot import Dialect, TokenType
from sqlglot.errors import SqlglotError

__all__ = ["LITERALS", "without_literals"]

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

# Between two tokens there is space, or a comment, which may say anything.
SPACE = re.compile(r"\s*")


def without_literals(sql: str, dialect: str) -> str:
    """The SQL with `?` for every number and string, and without comments.

    Works on words, so it needs no SQL that parses; of a text that cannot even be split into words nothing is left.
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
