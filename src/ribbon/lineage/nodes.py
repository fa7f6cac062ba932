"""What there is to analyse in a dbt project: relations, their queries, and the exposures that read them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ribbon.model import Layer

__all__ = ["ColumnsFrom", "Exposure", "ProjectNode", "ProjectNodes"]


class ColumnsFrom(StrEnum):
    """Where the columns of a relation are known from."""

    CATALOG = "catalog.json"
    DATABASE = "the database"
    CONTRACT = "its contract"
    DECLARED = "its YAML"  # which may leave columns out
    HEADER = "the seed's header"
    NOBODY = "nobody"

    @property
    def complete(self) -> bool:
        """Whether the columns are all there are."""
        return self not in {ColumnsFrom.DECLARED, ColumnsFrom.NOBODY}


@dataclass(frozen=True, slots=True)
class ProjectNode:
    """A source, seed, snapshot or model.

    resource_type: dbt's: source, seed, snapshot, model. label: what people type and read, `mart.store_daily`: the
    layer and the name, or the schema and the identifier where that would mean two nodes. system: the source's name in
    dbt, None for others. file: its SQL or YAML, relative to the project. path: of its relation, as `Table` takes it.
    parents: unique ids of what it reads, without itself. queries: compiled SQL, one for each branch of an incremental
    model, the branch of the first build first where both are known; empty for what has none. columns: name to type
    (None where it is unknown), None where they are unknown. restricted: columns whose values are never shown, in lower
    case: those declared so, and in a graph also those made from them (ribbon.lineage.restricted). treated: columns that
    a contract takes out of that. unresolved: why its queries are missing, or one of them. layer_is_guessed: no pattern
    of the project gives it.
    """

    unique_id: str
    name: str
    resource_type: str
    label: str
    layer: Layer
    schema: str
    identifier: str
    file: str
    path: tuple[str, ...]
    parents: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()
    columns: Mapping[str, str | None] | None = None
    columns_from: ColumnsFrom = ColumnsFrom.NOBODY
    restricted: frozenset[str] = frozenset()
    treated: frozenset[str] = frozenset()
    unresolved: tuple[str, ...] = ()
    use_case: str | None = None
    group: str | None = None
    system: str | None = None
    materialized: str = ""
    package: str = ""
    description: str = ""
    layer_is_guessed: bool = False

    @property
    def ephemeral(self) -> bool:
        """Whether it is no relation, but SQL that is put into its readers."""
        return self.materialized == "ephemeral"


@dataclass(frozen=True, slots=True)
class Exposure:
    """A use of the project's relations: a dashboard, a notebook. depends_on: unique ids of what it reads."""

    unique_id: str
    name: str
    type: str
    label: str
    owner: str = ""
    url: str = ""
    depends_on: tuple[str, ...] = ()
    use_case: str | None = None


@dataclass(frozen=True)
class ProjectNodes:
    """A project as its artifacts tell it.

    name: the project's. dialect: sqlglot's name of the database's SQL. nodes: by unique id, in the manifest's order.
    generated_at: when dbt wrote the manifest, ISO 8601 in UTC.
    """

    name: str
    dialect: str
    nodes: Mapping[str, ProjectNode]
    exposures: tuple[Exposure, ...] = ()
    generated_at: str = ""
    notes: tuple[str, ...] = field(default=())
