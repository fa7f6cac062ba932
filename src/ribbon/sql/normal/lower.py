"""SQL in lower case, as people write it."""

from sqlglot import Dialect, TokenType

from ribbon.sql.literals import LITERALS

__all__ = ["lowered"]


def lowered(sql: str, dialect: str) -> str:
    """The SQL with all words in lower case but those in quotes."""
    parts, place = [], 0
    for token in Dialect.get_or_raise(dialect).tokenize(sql):
        text = sql[token.start : token.end + 1]
        quoted = token.token_type is TokenType.IDENTIFIER or token.token_type in LITERALS
        parts += [sql[place : token.start], text if quoted else text.lower()]
        place = token.end + 1
    return "".join([*parts, sql[place:]])
