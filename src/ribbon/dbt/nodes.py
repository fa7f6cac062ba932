"""The records of dbt's artifacts, each with the fields that are asked for. What else dbt writes is skipped."""

from typing import Any

import msgspec

from ribbon.dbt.node_config import Config, DeclaredColumn, SeedConfig, SnapshotConfig

__all__ = [
    "CatalogColumn",
    "CatalogNode",
    "Exposure",
    "Macro",
    "Node",
    "Owner",
    "Seed",
    "Snapshot",
    "Written",
]

# Values hold no references to each other, so the garbage collector need not look at the hundred thousands of them.
# Fields that dbt leaves out or sets to null in some version have a default and may be None.


class Dependencies(msgspec.Struct, frozen=True, gc=False):
    """Unique ids of what is read or called."""

    nodes: tuple[str, ...] = ()
    called: tuple[str | None, ...] = msgspec.field(default=(), name="macros")

    @property
    def macros(self) -> tuple[str, ...]:
        """The macros that are called. One that dbt does not find is null in the manifest."""
        return tuple(macro for macro in self.called if macro)


class Checksum(msgspec.Struct, frozen=True, gc=False):
    """A file's checksum. name: the method."""

    name: str = ""
    checksum: str = ""


class Written(msgspec.Struct, frozen=True, gc=False):
    """Anything that is written in a file of a package, with what is kept of its text.

    checksum: a text where it is that of a unit test, which dbt 1 computes of more than the file.
    """

    resource_type: str = ""
    package_name: str = ""
    original_file_path: str = ""
    patch_path: str | None = None
    checksum: Checksum | str | None = None
    macro_sql: str | None = None
    block_contents: str | None = None


class EphemeralCte(msgspec.Struct, frozen=True, gc=False):
    """SQL of an ephemeral model that dbt puts in front of a reader's. id: the model's unique id."""

    id: str = ""
    sql: str | None = None


class Node(msgspec.Struct, frozen=True, gc=False):
    """A source, seed, snapshot or model.

    path: of its file in its folder; original_file_path: in its package. patch_path: of its YAML, `package://path`.
    """

    unique_id: str
    resource_type: str
    name: str
    package_name: str
    original_file_path: str
    path: str = ""
    patch_path: str | None = None
    fqn: tuple[str, ...] = ()
    database: str | None = None
    schema: str | None = None
    alias: str | None = None
    identifier: str | None = None
    relation_name: str | None = None
    source_name: str | None = None
    version: str | int | float | None = None
    latest_version: str | int | float | None = None
    language: str | None = "sql"
    raw_code: str | None = None
    compiled_code: str | None = None
    compiled: bool | None = None
    extra_ctes: tuple[EphemeralCte, ...] = ()
    config: Config = Config()
    meta: dict[str, Any] | None = None
    source_meta: dict[str, Any] | None = None
    columns: dict[str, DeclaredColumn] = {}
    depends_on: Dependencies = Dependencies()
    checksum: Checksum | None = None
    description: str | None = None
    root_path: str | None = None
    tags: Any = None

    @property
    def ephemeral(self) -> bool:
        """Whether it is no relation, but SQL that is put into its readers."""
        return self.config.materialized == "ephemeral"

    @property
    def all_tags(self) -> frozenset[str]:
        """Its tags, whichever of the places of dbt's versions they are written to."""
        lists = (tags if isinstance(tags, list) else [tags] for tags in (self.tags, self.config.tags) if tags)
        return frozenset(str(tag) for tags in lists for tag in tags)


class Seed(Node, frozen=True, gc=False):
    """A seed: a CSV file that dbt loads. root_path: the folder of its package."""

    config: SeedConfig = SeedConfig()


class Snapshot(Node, frozen=True, gc=False):
    """A snapshot: the versions of the rows of a query."""

    config: SnapshotConfig = SnapshotConfig()


class Owner(msgspec.Struct, frozen=True, gc=False):
    """Who answers for a use."""

    name: str | None = None
    email: str | list[str] | None = None


class Exposure(msgspec.Struct, frozen=True, gc=False):
    """A use of the project's relations."""

    unique_id: str
    name: str
    type: str = ""
    label: str | None = None
    url: str | None = None
    description: str | None = None
    original_file_path: str = ""
    fqn: tuple[str, ...] = ()
    owner: Owner | None = None
    depends_on: Dependencies = Dependencies()
    config: Config = Config()
    meta: dict[str, Any] | None = None


class Macro(msgspec.Struct, frozen=True, gc=False):
    """A macro, and those that it calls by name."""

    name: str
    package_name: str
    macro_sql: str
    depends_on: Dependencies = Dependencies()


class CatalogColumn(msgspec.Struct, frozen=True, gc=False):
    """A column of the database. index: its place, from 1."""

    name: str
    type: str | None = None
    index: int = 0


class CatalogNode(msgspec.Struct, frozen=True, gc=False):
    """A relation of the database."""

    columns: dict[str, CatalogColumn]

    @property
    def types(self) -> dict[str, str | None]:
        """Its columns in their order, with their types."""
        return {column.name: column.type for column in sorted(self.columns.values(), key=lambda column: column.index)}
