"""The tables of an export, the same for JSON and for Parquet.

The names are those of the views. A field that ends a table's key refers to the table of that name: `relation` to
relations, `promise` to promises. Times are UTC. What is not known is null, or empty where it is text.
"""

from datetime import date, datetime

import msgspec

__all__ = [
    "ColumnEdgeRow",
    "ColumnRow",
    "ColumnUseRow",
    "DayUseRow",
    "Document",
    "ExposureReadRow",
    "ExposureRow",
    "ExposureUseRow",
    "FrequentValueRow",
    "Head",
    "PersonUseRow",
    "PromiseRow",
    "ReadRow",
    "RelationRow",
    "RelationRunRow",
    "RowEdgeRow",
    "RunRow",
    "ServiceLevelRow",
    "SourceRow",
    "SubjectRow",
    "UnresolvedRow",
    "UsageRow",
    "UseCaseRow",
    "VerdictRow",
]


class RelationRow(msgspec.Struct, frozen=True):
    """A source table, seed, snapshot or model. Key: relation, dbt's unique id.

    source, subject, use_case: the one of the three that it belongs to, by its layer. grain: the columns of which there
    is one row each. sql: as written; compiled_sql: as dbt sent it. complete: whether all its columns are known.
    status, state: the verdict on it, fail, warn, pass or never, and in words.
    """

    relation: str
    label: str
    name: str
    layer: str
    resource_type: str
    source: str | None
    subject: str | None
    use_case: str | None
    materialized: str
    database_name: str
    file: str
    description: str
    owner: str
    email: str
    tags: tuple[str, ...]
    grain: tuple[str, ...]
    complete: bool
    row_count: int | None
    quarantined: int
    loaded_at: datetime | None
    freshness: str
    status: str
    state: str
    sql: str
    compiled_sql: str


class ColumnRow(msgspec.Struct, frozen=True):
    """A column. Key: relation, column. position: from 1. kind, expression: how its own query makes it.

    rows, nulls, distinct: as last measured. smallest, largest: null for a restricted column.
    """

    relation: str
    column: str
    position: int
    data_type: str | None
    description: str
    restricted: bool
    key: bool
    kind: str
    expression: str
    rows: int | None
    nulls: int | None
    distinct: int | None
    smallest: str | None
    largest: str | None


class FrequentValueRow(msgspec.Struct, frozen=True):
    """One of the most frequent values of a column. Key: relation, column, position. None of a restricted column."""

    relation: str
    column: str
    position: int
    value: str
    rows: int


class PromiseRow(msgspec.Struct, frozen=True):
    """A dbt test with its last verdict. Key: promise, dbt's unique id, and relation: a singular test may have several.

    arguments: as written. status: pass, warn, fail, error, or never. gated: whether readers wait for it.
    """

    promise: str
    relation: str
    column: str | None
    expectation: str
    arguments: msgspec.Raw
    words: str
    where: str
    severity: str
    description: str
    file: str
    line: int | None
    gated: bool | None
    status: str
    judged_at: datetime | None
    elements: int | None
    unexpected: int | None
    observed: str | None
    message: str | None


class VerdictRow(msgspec.Struct, frozen=True):
    """A verdict of a promise. Key: promise, place: 0 is the last; at most thirty are kept.

    elements: rows measured; unexpected: those that fail it. observed, message: null where they could show a restricted
    value.
    """

    promise: str
    place: int
    run: str
    judged_at: datetime
    status: str
    elements: int | None
    unexpected: int | None
    quarantined: int
    observed: str | None
    message: str | None


class ReadRow(msgspec.Struct, frozen=True):
    """A relation that another reads, one step up. Key: relation, reads."""

    relation: str
    reads: str


class ColumnEdgeRow(msgspec.Struct, frozen=True):
    """A column that the values of another are made from, one step up. kind: copied, renamed, computed, aggregated.

    Key: relation, column, from_relation, from_column. expressions: the SQL that does it, from the outermost select in.
    """

    relation: str
    column: str
    from_relation: str
    from_column: str
    kind: str
    expressions: tuple[str, ...]


class RowEdgeRow(msgspec.Struct, frozen=True):
    """A column that decides which rows a relation has, one step up.

    role: filtered by, joined on, grouped by, limited by. A column may be there more than once, by another expression.
    """

    relation: str
    from_relation: str
    from_column: str
    role: str
    expression: str


class UnresolvedRow(msgspec.Struct, frozen=True):
    """What lineage could not resolve of a relation, and why."""

    relation: str
    reason: str


class RelationRunRow(msgspec.Struct, frozen=True):
    """How a relation ended in a run, of its last thirty. Key: relation, run. status: dbt's own."""

    relation: str
    run: str
    status: str
    seconds: float
    finished_at: datetime | None
    message: str


class UsageRow(msgspec.Struct, frozen=True):
    """How often a relation was queried, by the query logs that were imported. Key: relation."""

    relation: str
    queries: int
    failed: int
    first_at: datetime | None
    last_at: datetime | None


class PersonUseRow(msgspec.Struct, frozen=True):
    """Who queries a relation: the fifty with the most queries. Key: relation, who."""

    relation: str
    who: str
    queries: int
    last_at: datetime | None


class DayUseRow(msgspec.Struct, frozen=True):
    """The queries of a day, UTC. Key: relation, day."""

    relation: str
    day: date
    queries: int


class ColumnUseRow(msgspec.Struct, frozen=True):
    """How often queries use a column: selected, filtered, joined, grouped, limited. Key: relation, column, role."""

    relation: str
    column: str
    role: str
    queries: int


class RunRow(msgspec.Struct, frozen=True):
    """A run of dbt, of the last thirty. Key: run. finished_at: null where it was interrupted. failed: nodes."""

    run: str
    command: str
    target: str
    started_at: datetime
    finished_at: datetime | None
    status: str
    failed: int


class SourceRow(msgspec.Struct, frozen=True):
    """A source system. Key: source."""

    source: str
    description: str


class SubjectRow(msgspec.Struct, frozen=True):
    """A subject of the warehouse. Key: subject."""

    subject: str
    label: str


class UseCaseRow(msgspec.Struct, frozen=True):
    """A use of the data. Key: use_case. met, broken, unmeasured: how many promises of its marts passed last time.

    status, state: the verdict on its marts, fail, warn, pass or never, and in words.
    """

    use_case: str
    label: str
    description: str
    owner: str
    email: str
    stage: str
    audience: str
    decision: str
    met: int
    broken: int
    unmeasured: int
    status: str
    state: str


class ServiceLevelRow(msgspec.Struct, frozen=True):
    """A promise to a use case. Key: use_case, name."""

    use_case: str
    name: str
    words: str


class ExposureRow(msgspec.Struct, frozen=True):
    """A dashboard, notebook, application or export. Key: exposure."""

    exposure: str
    name: str
    label: str
    type: str
    description: str
    owner: str
    email: str
    maturity: str
    url: str


class ExposureReadRow(msgspec.Struct, frozen=True):
    """A relation that an exposure reads. Key: exposure, relation."""

    exposure: str
    relation: str


class ExposureUseRow(msgspec.Struct, frozen=True):
    """A use case that an exposure serves. Key: exposure, use_case."""

    exposure: str
    use_case: str


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The head of the document. version: of this format; it grows when an existing field changes.

    project: the name in dbt_project.yml. adapter: the kind of database. built_at: when dbt wrote its manifest.
    """

    format: str = "ribbon.catalog"
    version: int = 1
    project: str
    adapter: str
    built_at: str
    notes: tuple[str, ...]


class Document(Head, frozen=True, kw_only=True):
    """The catalog of a dbt project: the head and its tables."""

    relations: tuple[RelationRow, ...]
    columns: tuple[ColumnRow, ...]
    frequent_values: tuple[FrequentValueRow, ...]
    promises: tuple[PromiseRow, ...]
    verdicts: tuple[VerdictRow, ...]
    reads: tuple[ReadRow, ...]
    column_lineage: tuple[ColumnEdgeRow, ...]
    row_lineage: tuple[RowEdgeRow, ...]
    unresolved: tuple[UnresolvedRow, ...]
    runs: tuple[RunRow, ...]
    relation_runs: tuple[RelationRunRow, ...]
    usage: tuple[UsageRow, ...]
    usage_people: tuple[PersonUseRow, ...]
    usage_days: tuple[DayUseRow, ...]
    usage_columns: tuple[ColumnUseRow, ...]
    sources: tuple[SourceRow, ...]
    subjects: tuple[SubjectRow, ...]
    use_cases: tuple[UseCaseRow, ...]
    service_levels: tuple[ServiceLevelRow, ...]
    exposures: tuple[ExposureRow, ...]
    exposure_reads: tuple[ExposureReadRow, ...]
    exposure_use_cases: tuple[ExposureUseRow, ...]
