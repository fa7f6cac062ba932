"""A table or view of one of the layers."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Layer", "Relation"]


class Layer(StrEnum):
    """Lake: raw, as it came. Warehouse: cleaned, shared meaning. Mart: one per use case."""

    LAKE = "lake"
    WAREHOUSE = "warehouse"
    MART = "mart"


@dataclass(frozen=True)
class Relation:
    """A model, seed or snapshot, and the relation that it makes.

    unique_id: dbt's name of the node. schema: where the target writes it; public_schema: where production does.
    path: of its SQL, relative to the project. use_case: None outside the marts. parents: unique ids of what it reads.
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
        """The relation as people write it: schema.name."""
        return f"{self.schema}.{self.identifier}"
