"""Relations and their layers, columns, and source tables."""

from dataclasses import dataclass
from enum import StrEnum

from ribbon.model.expectations import Expectation

__all__ = ["Column", "Delivery", "Layer", "Relation", "SourceTable"]


class Layer(StrEnum):
    """Lake: raw data as delivered. Warehouse: cleaned, shared models. Mart: one per use case."""

    LAKE = "lake"
    WAREHOUSE = "warehouse"
    MART = "mart"


@dataclass(frozen=True)
class Relation:
    """A model, seed or snapshot, and its relation.

    unique_id: dbt's id of the node. schema: in the current target; public_schema: in production.
    path: of its SQL, relative to the project. use_case: None unless it is a mart. parents: unique ids of what it reads.
    """

    unique_id: str
    name: str
    schema: str
    public_schema: str
    identifier: str
    layer: Layer
    path: str
    use_case: str | None = None
    description: str = ""
    parents: tuple[str, ...] = ()

    def __str__(self) -> str:
        """schema.name."""
        return f"{self.schema}.{self.identifier}"


@dataclass(frozen=True)
class Column:
    """A declared column. data_type: in the engine's SQL. restricted: its values are never shown."""

    name: str
    data_type: str
    restricted: bool = False


class Delivery(StrEnum):
    """Append: each batch adds rows. Snapshot: each batch is the whole table as of then."""

    APPEND = "append"
    SNAPSHOT = "snapshot"


@dataclass(frozen=True)
class SourceTable:
    """A table of a source system, as its contract declares it: origin, delivery, columns, expectations.

    contract: path of the file that declares it. origin: a folder, or `package:<module>/<folder>`. files: a glob in it.
    batch_by: SQL over the columns; each value is one batch of an append table; None lands each delivery as one batch.
    batch_id: a format string for the name of such a batch.
    """

    system: str
    table: str
    contract: str
    origin: str
    files: str
    delivery: Delivery
    batch_by: str | None
    batch_id: str
    columns: tuple[Column, ...]
    expectations: tuple[Expectation, ...]

    def __str__(self) -> str:
        """system.table."""
        return f"{self.system}.{self.table}"
