"""Relations and their layers, columns, and source tables."""

from dataclasses import dataclass
from enum import StrEnum

from ribbon.model.expectations import Expectation

__all__ = ["Column", "Delivery", "FileFormat", "FileKind", "Layer", "Relation", "SourceTable"]


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
    """A declared column. data_type: in the engine's SQL. restricted: its values are never shown.

    delivered_as: names under which files bring it, besides its own: earlier ones, and headers that are no names.
    notation: how text writes its dates or times, as for strptime.
    """

    name: str
    data_type: str
    restricted: bool = False
    delivered_as: tuple[str, ...] = ()
    notation: str | None = None


class Delivery(StrEnum):
    """What a delivery is to the table.

    Append: its rows are added. Snapshot: it is the whole table as of then. Upsert: its rows replace those of their key.
    """

    APPEND = "append"
    SNAPSHOT = "snapshot"
    UPSERT = "upsert"


class FileKind(StrEnum):
    """What the files of a source are. All but Parquet are text, which the contract gives types."""

    PARQUET = "parquet"
    CSV = "csv"
    JSONL = "jsonl"
    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


@dataclass(frozen=True)
class FileFormat:
    """How the files of a source are read.

    delimiter, quote, header: of CSV; without header, columns come in the contract's order. encoding: Python's name.
    decimal, thousands: the characters in numbers. null_tokens: texts that mean null. time_zone: of times that are
    written without an offset; they land in UTC. table: of a database.
    """

    kind: FileKind = FileKind.PARQUET
    delimiter: str = ","
    quote: str = '"'
    header: bool = True
    encoding: str = "utf-8"
    decimal: str = "."
    thousands: str | None = None
    null_tokens: tuple[str, ...] = ()
    time_zone: str | None = None
    table: str | None = None


@dataclass(frozen=True)
class SourceTable:
    """A table of a source system, as its contract declares it: origin, delivery, columns, expectations.

    contract: path of the file that declares it. origin: a folder, or `package:<module>/<folder>`. files: a glob in it.
    batch_by: SQL over the columns; each value is one batch; None lands each delivery as one batch.
    batch_id: a format string for the name of such a batch. key: of an upsert table, the columns that identify a row.
    format: of the files. max_misfits: the share of a delivery's rows above which rows that do not fit stop all of it.
    marker: the name of the file beside a delivered one, as a format of its name, that says that it is complete.
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
    key: tuple[str, ...] = ()
    format: FileFormat = FileFormat()
    max_misfits: float = 0.5
    marker: str | None = None

    def __str__(self) -> str:
        """system.table."""
        return f"{self.system}.{self.table}"

    @property
    def restricts(self) -> bool:
        """Whether it has a column whose values are never shown."""
        return any(column.restricted for column in self.columns)

    @property
    def where(self) -> str:
        """How messages name it: the contract's file and the source."""
        return f"{self.contract}: source {self}"
