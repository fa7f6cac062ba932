"""A table of a source system, as its contract declares that it is delivered."""

from dataclasses import dataclass
from enum import StrEnum

from ribbon.model.column import Column
from ribbon.model.expectation import Expectation

__all__ = ["Delivery", "SourceTable"]


class Delivery(StrEnum):
    """Append: each batch adds rows. Snapshot: each batch is the whole table as of then."""

    APPEND = "append"
    SNAPSHOT = "snapshot"


@dataclass(frozen=True)
class SourceTable:
    """Where a table comes from, how it arrives and what it promises.

    contract: path of the file that declares it. origin: a folder, or `package:<module>/<folder>`. files: a glob in it.
    batch_by: SQL over the columns whose values make the batches of an append table; None lands each delivery as one
    batch. batch_id: a format string that names the batch of such a value.
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
        """The source as people write it: system.table."""
        return f"{self.system}.{self.table}"
