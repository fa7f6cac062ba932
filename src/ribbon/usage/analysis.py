"""What the SQL of logged queries means: which relations and columns it uses, and in which roles."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ribbon.lineage.scheduling import Progress
from ribbon.model import ColumnUse, QueryLineage, Reading, Role, Statement, UseRole
from ribbon.sql.lineage import analyse
from ribbon.sql.literals import Shape, shape_of, without_literals
from ribbon.sql.statements import check_dialect, queries_in
from ribbon.sql.tables import Table, Tables
from ribbon.usage.known import KnownProject, KnownRelation
from ribbon.usage.store import Understood, meaning_of

__all__ = ["Analyst", "Text", "filled", "understand"]

# An optional part in Metabase: `[[and day > {{since}}]]`.
OPTIONAL = re.compile(r"\[\[((?:(?!\]\]).)*?\{\{.*?)\]\]", re.DOTALL)

# A placeholder in Metabase, Redash and Superset; inside a string literal it is part of the string.
PLACEHOLDER = re.compile(r"('(?:[^']|'')*')|\{\{.*?\}\}", re.DOTALL)


def filled(sql: str) -> str:
    """The SQL of a BI tool with a string for each placeholder, and with its optional parts, so that it parses."""
    if "{{" not in sql:
        return sql
    return PLACEHOLDER.sub(lambda found: found[1] or "'{{}}'", OPTIONAL.sub(r"\1", sql))


# Progress is reported at most this often, because reporting takes time too.
REPORT_EVERY = 50


class Text(NamedTuple):
    """SQL in a log. tables: those that it reads according to the log."""

    sql: str
    dialect: str
    tables: tuple[str, ...] = ()


def understand(
    known: KnownProject, texts: Iterable[Text], drop_literals: bool, progress: Progress
) -> dict[Text, Understood]:
    """The meaning of each text, analysed once. progress: gets how many are done, of how many.

    Raises ConfigError for an unknown dialect.
    """
    from ribbon.usage.analysis import Analyst  # noqa: PLC0415 - brings sqlglot, which `ribbon --help` does without

    once = dict.fromkeys(texts)
    analysts = {
        dialect: Analyst(known, dialect, drop_literals) for dialect in dict.fromkeys(text.dialect for text in once)
    }
    understood: dict[Text, Understood] = {}
    for text in once:
        understood[text] = analysts[text.dialect].read(text.sql, text.tables)
        if len(understood) % REPORT_EVERY == 0 or len(understood) == len(once):
            progress(len(understood), len(once))
    return understood


ROLES = {
    Role.FILTERED: UseRole.FILTERED,
    Role.JOINED: UseRole.JOINED,
    Role.GROUPED: UseRole.GROUPED,
    Role.LIMITED: UseRole.LIMITED,
}

# The comment in SQL that dbt sends.
BY_DBT = re.compile(r'/\*\s*\{[^*]*"app":\s*"dbt"')

# Relations that describe the database.
SYSTEM = re.compile(
    r"(^|\.)(information_schema|pg_catalog)\.|(^|\.)(pg_(stat\w*|tables|views|class|namespace|attribute|type|roles|settings"
    r"|database|indexes)|duckdb_\w+|sqlite_(master|schema))$",
    re.IGNORECASE,
)

# The position and the text of a syntax error would make every reason unique.
PLACE = re.compile(r" Line \d+, Col: \d+\.?|(?<=Error tokenizing).*", re.DOTALL)

WORD = re.compile(r"\w+")

# pg_stat_statements turns `date '2026-01-01'` into `date $1`, which is not valid SQL.
NUMBERED = re.compile(r"\$(\d+)")


class Analyst:
    """Analyses queries against one project. drop_literals: whether to remove all literals."""

    def __init__(self, known: KnownProject, dialect: str, drop_literals: bool = False) -> None:
        check_dialect(dialect)
        self._dialect, self._drop = dialect, drop_literals
        self._relations = {relation.key: relation for relation in known.relations}
        self._whole = _tables(known.relations, open_ended=False)
        self._open = _tables(known.relations, open_ended=True)
        self._by_shape: dict[tuple[str, tuple[str, ...]], Understood] = {}
        self._restricted_names = frozenset(name for relation in known.relations for name in relation.restricted)
        self._restricts = bool(self._restricted_names)

    def read(self, sql: str, tables: tuple[str, ...] = ()) -> Understood:
        """The meaning of a text. tables: those that it reads according to the log, for a text that cannot be parsed."""
        shape = shape_of(sql, self._dialect)
        key = shape.sql, tables
        known = self._by_shape.get(key)
        if known is None:
            known = self._by_shape[key] = self._understood(shape, tables)
        return Understood(shape.filled(known.sql), known.meaning)

    def _understood(self, shape: Shape, tables: Sequence[str]) -> Understood:
        """A shape, and its meaning as that of this text."""
        marked = self._cleaned(self._try(shape.sql, tables))
        return Understood(marked.sql, meaning_of(marked, _filled(marked, shape), self._dialect))

    def _try(self, sql: str, tables: Sequence[str]) -> Statement:
        try:
            return self._read(sql, tables)
        except Exception as error:  # one text that Ribbon cannot handle must not stop a whole import
            reason = f"Ribbon's analysis stopped with {type(error).__name__}. Please report this query."
            return Statement(sql, Reading.UNPARSED, (reason,))

    def _read(self, sql: str, tables: Sequence[str]) -> Statement:
        if BY_DBT.search(sql):
            return Statement(sql, Reading.PIPELINE)
        lineages = [self._analyse(query) for query in queries_in(filled(sql), self._dialect)]
        reasons = tuple(dict.fromkeys(_reason(gap.reason) for lineage in lineages for gap in lineage.unresolved))
        uses = tuple(dict.fromkeys(use for lineage in lineages for use in _uses(lineage, sql.casefold())))
        reading = _reading(lineages, reasons, [use for use in uses if not self._is_system(use)])
        if reading is Reading.NOTHING:
            uses = ()
        elif reading is Reading.UNPARSED:
            uses = tuple(ColumnUse(self._named(table), None, UseRole.READ) for table in tables)
        return Statement(sql, reading, reasons, uses)

    def _is_system(self, use: ColumnUse) -> bool:
        return use.relation not in self._relations and SYSTEM.search(use.relation) is not None

    def _analyse(self, query: str) -> QueryLineage:
        """With the known columns; where a contract leaves out one, as if that relation's columns were unknown."""
        lineage = analyse(query, self._dialect, self._whole)
        if lineage.unresolved and not lineage.asked and NUMBERED.search(query):
            lineage = analyse(NUMBERED.sub(r"'$\1'", query), self._dialect, self._whole)
        partial = (each for each in lineage.asked if not self._is_complete(each.relation))
        if lineage.unresolved and any(partial):
            other = analyse(query, self._dialect, self._open)
            return other if len(other.unresolved) < len(lineage.unresolved) else lineage
        return lineage

    def _is_complete(self, relation: str) -> bool:
        known = self._relations.get(relation)
        return known is None or known.columns is None or known.complete

    def _named(self, table: str) -> str:
        """A table of the log, as the project calls it."""
        found = self._whole.find(table.split("."))
        return found.key if found else table

    def _cleaned(self, statement: Statement) -> Statement:
        """Without literals if all are dropped, or if one may be the value of a restricted column."""
        if not (self._drop or self._may_reveal(statement)):
            return statement
        uses = tuple(
            ColumnUse(use.relation, use.column, use.role, self._clean(use.expression)) for use in statement.uses
        )
        reasons = tuple(self._clean_reason(reason) for reason in statement.reasons)
        return Statement(self._clean(statement.sql), statement.reading, reasons, tuple(dict.fromkeys(uses)))

    def _may_reveal(self, statement: Statement) -> bool:
        """Whether a restricted column is used or named, or could be where the query is not fully understood.

        Some places of a query are no use of a column, such as the order of rows that are all returned.
        """
        if statement.reading in {Reading.UNPARSED, Reading.PIPELINE, Reading.NOTHING}:
            return self._restricts
        understood = statement.reading is Reading.UNDERSTOOD
        words = set(WORD.findall(statement.sql.casefold()))
        return any(self._is_restricted(use, understood, words) for use in statement.uses)

    def _is_restricted(self, use: ColumnUse, understood: bool, words: set[str]) -> bool:
        known = self._relations.get(use.relation)
        restricted = known.restricted if known else self._restricted_names
        named = any(words.issuperset(WORD.findall(name)) for name in restricted)
        return (
            named
            or (use.column or "").casefold() in restricted
            or (known is not None and bool(restricted) and not understood)
        )

    def _clean(self, sql: str) -> str:
        return "*" if sql == "*" else without_literals(sql, self._dialect)

    def _clean_reason(self, reason: str) -> str:
        return re.sub(r"'[^']*('|$)", "?", reason)


def _filled(statement: Statement, shape: Shape) -> Statement:
    """The meaning of a shape as that of one of its texts."""
    uses = tuple(
        ColumnUse(use.relation, use.column, use.role, shape.filled(use.expression)) if use.expression else use
        for use in statement.uses
    )
    reasons = tuple(map(shape.filled, statement.reasons))
    return Statement(shape.filled(statement.sql), statement.reading, reasons, uses)


def _tables(relations: Sequence[KnownRelation], *, open_ended: bool) -> Tables:
    return Tables(
        Table(each.key, each.path, None if open_ended and not each.complete else each.columns) for each in relations
    )


def _reason(reason: str) -> str:
    return PLACE.sub("", reason)


def _reading(lineages: Sequence[QueryLineage], reasons: Sequence[str], uses: Sequence[ColumnUse]) -> Reading:
    """uses: of relations that hold data."""
    if uses:
        return Reading.PARTLY if reasons else Reading.UNDERSTOOD
    unparsed = any(lineage.unresolved and not lineage.asked for lineage in lineages)
    return Reading.UNPARSED if unparsed else Reading.NOTHING


def _uses(lineage: QueryLineage, text: str) -> list[ColumnUse]:
    """The columns that a query uses. text: its SQL in lower case; a column that it does not name comes from a star."""
    found = [ColumnUse(asked.relation, None, UseRole.READ) for asked in lineage.asked]
    for column in lineage.columns:
        for origin in column.origins:
            name = origin.column
            plain = "" if name.column.casefold() in text else "*"
            expressions = origin.expressions or (plain,)
            found += (ColumnUse(name.relation, name.column, UseRole.SELECTED, each) for each in expressions)
    found += (
        ColumnUse(row.column.relation, row.column.column, ROLES[row.role], row.expression) for row in lineage.rows
    )
    return found
