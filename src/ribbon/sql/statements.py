"""The queries in a statement sent to a database: one, several, or none."""

import logging
import re

from sqlglot import Dialect, exp, parse
from sqlglot.errors import SqlglotError

from ribbon.errors import ConfigError

__all__ = ["check_dialect", "queries_in"]

# A plain single query is returned as it is, without parsing it twice.
PLAIN = re.compile(
    r"\s*+(?>(?:--[^\n]*\n|/\*.*?\*/)\s*+)*+\(*\s*(?:select|with|from)\b[^;]*;?\s*", re.IGNORECASE | re.DOTALL
)

# Statements that inspect or change a session or a schema and read no rows of a relation.
SILENT = (
    exp.Alter,
    exp.Analyze,
    exp.Command,
    exp.Comment,
    exp.Commit,
    exp.Declare,
    exp.Describe,
    exp.Drop,
    exp.Grant,
    exp.Kill,
    exp.Pragma,
    exp.Revoke,
    exp.Rollback,
    exp.Semicolon,
    exp.Set,
    exp.Show,
    exp.Summarize,
    exp.Transaction,
    exp.TruncateTable,
    exp.Use,
)
FILLING = (exp.Create, exp.Insert, exp.Copy, exp.Export, exp.Cache)
INSERT = re.compile(r"\binsert\b", re.IGNORECASE)  # may follow CTEs
EXPLAIN = re.compile(r"\s*explain\b", re.IGNORECASE)


def check_dialect(dialect: str) -> None:
    """Raise ConfigError where sqlglot does not know the dialect."""
    try:
        Dialect.get_or_raise(dialect)
    except ValueError as error:
        raise ConfigError(f"dialect {dialect}: {error}") from error


def queries_in(sql: str, dialect: str) -> tuple[str, ...]:
    """The queries in a text, those that fill a table included; none where it reads nothing.

    SQL that does not parse is returned whole, so that the analysis can report why.
    """
    if PLAIN.fullmatch(sql) and not INSERT.search(sql):
        return (sql,)
    if EXPLAIN.match(sql):
        return ()
    logging.getLogger("sqlglot").setLevel(logging.ERROR)  # its warnings would print the SQL
    try:
        statements = parse(sql, dialect=dialect)
    except (SqlglotError, RecursionError):
        return (sql,)
    read = [query for query in map(_query, statements) if query is not None]
    if len(read) == len(statements) == 1 and read[0] is statements[0]:
        return (sql,)
    return tuple(query.sql(dialect=dialect) for query in read)


def _query(statement: exp.Expr | None) -> exp.Expr | None:
    """The query of a statement; the statement itself where its kind is not known."""
    if statement is None or isinstance(statement, SILENT):
        return None
    return _filled_by(statement) if isinstance(statement, FILLING) else statement


def _filled_by(statement: exp.Expr) -> exp.Expr | None:
    """The query whose rows a statement writes, with the CTEs before the statement."""
    query = statement.args.get("expression") or statement.this
    if not isinstance(query, exp.Query):
        return None
    query = query.unnest()
    if ctes := statement.args.get("with_"):
        query.set("with_", ctes)
    return query
