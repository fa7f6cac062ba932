"""The queries in what people send to a database, which is more than one query at times, or none."""

import logging
import re

from sqlglot import Dialect, exp, parse
from sqlglot.errors import SqlglotError

from ribbon.errors import ConfigError

__all__ = ["check_dialect", "queries_in"]

# A single query of the common kind is taken as it is, without parsing it a second time.
PLAIN = re.compile(r"\s*(?:(?:--[^\n]*\n|/\*.*?\*/)\s*)*\(*\s*(?:select|with|from)\b[^;]*;?\s*", re.IGNORECASE | re.DOTALL)

# What looks around or changes a session or a schema, and reads no rows of a relation for anybody.
SILENT = (
    exp.Alter,
    exp.Analyze,
    exp.Command,
    exp.Comment,
    exp.Commit,
    exp.Describe,
    exp.Drop,
    exp.Grant,
    exp.Kill,
    exp.Pragma,
    exp.Revoke,
    exp.Rollback,
    exp.Set,
    exp.Show,
    exp.Summarize,
    exp.Transaction,
    exp.TruncateTable,
    exp.Use,
)
FILLING = (exp.Create, exp.Insert, exp.Copy, exp.Export, exp.Cache)
EXPLAIN = re.compile(r"\s*explain\b", re.IGNORECASE)


def check_dialect(dialect: str) -> None:
    """Raise ConfigError where sqlglot knows no such dialect."""
    try:
        Dialect.get_or_raise(dialect)
    except ValueError as error:
        raise ConfigError(f"dialect {dialect}: {error}") from error


def queries_in(sql: str, dialect: str) -> tuple[str, ...]:
    """The queries whose rows somebody gets, those that fill a table included; none where nothing is read.

    SQL that does not parse is given back whole, for the analysis to say why.
    """
    if PLAIN.fullmatch(sql):
        return (sql,)
    if EXPLAIN.match(sql):
        return ()
    logging.getLogger("sqlglot").setLevel(logging.ERROR)  # what it falls back on would be told with the SQL itself
    try:
        statements = parse(sql, dialect=dialect)
    except (SqlglotError, RecursionError):
        return (sql,)
    found = [_query(statement) for statement in statements if statement is not None]
    read = [query for query in found if query is not None]
    return (sql,) if len(read) == len(statements) == 1 and _is_query(read[0]) else tuple(_text(each, dialect) for each in read)


def _is_query(statement: exp.Expr) -> bool:
    return isinstance(statement, exp.Query | exp.Pivot | exp.Values)


def _query(statement: exp.Expr) -> exp.Expr | None:
    """The query of a statement; the statement itself where it is none of the known ones."""
    if isinstance(statement, SILENT | exp.Semicolon):
        return None
    if isinstance(statement, FILLING):
        inner = statement.args.get("expression") or statement.this
        return inner.unnest() if isinstance(inner, exp.Query) else None
    return statement


def _text(query: exp.Expr, dialect: str) -> str:
    return query.sql(dialect=dialect)
