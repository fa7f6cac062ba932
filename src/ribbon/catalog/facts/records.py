"""A relation as it is documented, before anything was measured or traced."""

from dataclasses import dataclass
from datetime import timedelta

from ribbon.catalog.views import ExposureView

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
class RelationRecord:
    """What the project says of a relation; the names are those of `RelationView`.

    columns: in the order of the lineage graph, complete says whether they are all. freshness: what a source promises,
    as a sentence.
    """

    unique_id: str
    slug: str
    label: str
    name: str
    layer: str
    resource_type: str
    group: str
    materialized: str = ""
    database_name: str = ""
    file: str = ""
    patch_file: str = ""
    description: str = ""
    owner: str = ""
    email: str = ""
    tags: tuple[str, ...] = ()
    grain: tuple[str, ...] = ()
    columns: tuple[ColumnRecord, ...] = ()
    complete: bool = True
    exposures: tuple[ExposureView, ...] = ()
    sql: str = ""
    compiled: str = ""
    freshness: str = ""
