"""Usage: who queries which relations and columns."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

__all__ = [
    "AskedStatement",
    "ColumnUsage",
    "ColumnUse",
    "DayUsage",
    "LoggedQuery",
    "PersonUsage",
    "Reading",
    "RelationUsage",
    "Statement",
    "UseRole",
]


class UseRole(StrEnum):
    """What a query does with a column; READ is for the relation as a whole."""

    READ = "read"
    SELECTED = "selected"
    FILTERED = "filtered"
    JOINED = "joined"
    GROUPED = "grouped"
    LIMITED = "limited"


class Reading(StrEnum):
    """How far the SQL of a log was understood."""

    UNDERSTOOD = "understood"
    PARTLY = "partly understood"  # something in it could not be resolved
    NOTHING = "reads nothing"  # for example show, explain, set, select 1
    PIPELINE = "of dbt itself"  # building is not usage
    UNPARSED = "not parsed"


@dataclass(frozen=True, slots=True)
class LoggedQuery:
    """A row of a query log.

    log: the format. id: the log's own, or a hash of who, when and SQL. asked_at: UTC, None in a log of totals. seconds:
    for all calls together. use: the dashboard, chart or tab that sent it, as in the log. tables: read according to the
    log, as dotted names.
    """

    log: str
    id: str
    sql: str
    who: str | None = None
    asked_at: datetime | None = None
    seconds: float | None = None
    calls: int = 1
    bytes_read: int | None = None
    status: str = "done"
    use: str | None = None
    use_case: str | None = None
    tables: tuple[str, ...] = ()
    source_file: str = ""

    def of(self, source_file: str) -> "LoggedQuery":
        """The same query, with the file that it was read from."""
        return replace(self, source_file=source_file)


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A column that a query uses. relation: dbt's unique id, or the name in the SQL of an unknown relation.

    column: None for the relation as a whole. expression: the SQL around the column, `*` if `select *` selected it,
    empty if it is used unchanged.
    """

    relation: str
    column: str | None
    role: UseRole
    expression: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a SQL text means. sql: as stored, perhaps without literals. reasons: why it was not fully understood."""

    sql: str
    reading: Reading
    reasons: tuple[str, ...] = ()
    uses: tuple[ColumnUse, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedStatement:
    """A query, whatever the values in it. weeks: the weeks in which it was sent, by their Mondays, UTC."""

    sql: str
    dialect: str
    queries: int
    people: frozenset[str]
    weeks: frozenset[date]
    seconds: float


@dataclass(frozen=True, slots=True)
class RelationUsage:
    """Usage of a relation. failed: how many of the queries failed. seconds: in total."""

    relation: str
    queries: int
    people: int
    failed: int
    seconds: float
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class ColumnUsage:
    """Usage of a column in one role."""

    relation: str
    column: str
    role: UseRole
    queries: int
    people: int
    last: datetime | None


@dataclass(frozen=True, slots=True)
class PersonUsage:
    """Usage by one person. relations: how many different ones."""

    who: str
    queries: int
    relations: int
    seconds: float
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class DayUsage:
    """The queries of a day, UTC."""

    day: date
    queries: int
    people: int
