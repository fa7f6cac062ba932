"""A relation as it is documented, before anything was measured or traced."""

from dataclasses import dataclass
from datetime import timedelta

from ribbon.catalog.views import DocumentedRelation

__all__ = ["ColumnRecord", "Freshness", "Reference", "RelationRecord"]


@dataclass(frozen=True, slots=True)
class ColumnRecord:
    """A column: its description, its type, whether no value of it is ever shown."""

    name: str
    data_type: str | None = None
    description: str = ""
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old the newest data of a source may get before dbt warns, and before it fails."""

    warn_after: timedelta | None = None
    error_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """Columns that hold a key of another relation. relation: its unique id. test_id: empty for a constraint."""

    columns: tuple[str, ...]
    relation: str
    fields: tuple[str, ...]
    test_id: str = ""


@dataclass(frozen=True, slots=True)
class RelationRecord(DocumentedRelation):
    """With its columns in the order of the lineage graph."""

    columns: tuple[ColumnRecord, ...] = ()
