"""The catalog as one document: the list of its tables."""

import msgspec

from ribbon.catalog.exports.project_rows import (
    ExposureReadRow,
    ExposureRow,
    ExposureUseRow,
    RunRow,
    ServiceLevelRow,
    SourceRow,
    SubjectRow,
    UseCaseRow,
)
from ribbon.catalog.exports.rows import (
    ColumnEdgeRow,
    ColumnRow,
    ColumnUseRow,
    DayUseRow,
    FrequentValueRow,
    PersonUseRow,
    PromiseRow,
    ReadRow,
    RelationRow,
    RelationRunRow,
    RowEdgeRow,
    UnresolvedRow,
    UsageRow,
    VerdictRow,
)

__all__ = ["Document", "Head"]


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What is said before the tables. version: of this form; it grows where something that was there is another.

    project: the name in dbt_project.yml. adapter: the kind of database. built_at: when dbt wrote its manifest.
    """

    format: str = "ribbon.catalog"
    version: int = 1
    project: str
    adapter: str
    built_at: str
    notes: tuple[str, ...]


class Document(Head, frozen=True, kw_only=True):
    """The catalog of a dbt project: what it is of, and its tables."""

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
