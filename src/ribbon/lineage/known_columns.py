"""Which columns a relation has, from the best source there is."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ribbon.dbt.nodes import CatalogNode, Node, Seed
from ribbon.dbt.relations import identifier_of
from ribbon.engines.duckdb_file import table_columns
from ribbon.errors import WorldError
from ribbon.lineage.nodes import ColumnsFrom
from ribbon.settings import Settings

__all__ = ["Columns", "KnownColumns", "known_columns"]

Columns = Mapping[str, str | None]
LEAVES = frozenset({"source", "seed"})


@dataclass(frozen=True)
class KnownColumns:
    """Columns by dbt's catalog, the database, contracts, seeds' headers and YAML, in this order.

    database: columns by schema and table in lower case. note: why the database could not be read, if so.
    """

    settings: Settings
    catalog: Mapping[str, CatalogNode]
    database: Mapping[tuple[str, str], Columns]
    note: str | None = None

    def of(self, node: Node) -> tuple[Columns | None, ColumnsFrom]:
        """The columns of a node with their types, None where they are unknown, and where they are known from."""
        if node.unique_id in self.catalog:
            return self.catalog[node.unique_id].types, ColumnsFrom.CATALOG
        built = self.database.get(((node.schema or "").lower(), identifier_of(node).lower()))
        if built:
            return built, ColumnsFrom.DATABASE
        return self._by_project(node)

    def _by_project(self, node: Node) -> tuple[Columns | None, ColumnsFrom]:
        declared = {column.name: column.data_type for column in node.columns.values()}
        if declared and node.config.contract and node.config.contract.enforced:
            return declared, ColumnsFrom.CONTRACT
        header = _header(node, self.settings) if isinstance(node, Seed) else None
        if header:
            return header, ColumnsFrom.HEADER
        return (declared, ColumnsFrom.DECLARED) if declared else (None, ColumnsFrom.NOBODY)


def known_columns(
    nodes: Mapping[str, Node], catalog: Mapping[str, CatalogNode], settings: Settings, build_file: Path | None
) -> KnownColumns:
    """Gather what is known. build_file: read only where the catalog lacks a source or a seed."""
    lacking = any(node.resource_type in LEAVES and key not in catalog for key, node in nodes.items())
    if not (lacking and build_file and build_file.is_file()):
        return KnownColumns(settings, catalog, {})
    try:
        return KnownColumns(settings, catalog, table_columns(build_file))
    except WorldError as error:
        return KnownColumns(settings, catalog, {}, f"{error} Columns are as the project declares them.")


def _header(seed: Seed, settings: Settings) -> dict[str, str | None] | None:
    """The names in the first line of a seed's file, with the types that its configuration gives them."""
    types = {name.casefold(): kind for name, kind in (seed.config.column_types or {}).items()}
    names = _first_line(seed, settings)
    return {name: types.get(name.casefold()) for name in names} if names else None


def _first_line(seed: Seed, settings: Settings) -> list[str]:
    """Looked for where dbt does: in the project or the package, then in the folder that the manifest names."""
    for folder in (settings.package_dir(seed.package_name), Path(seed.root_path or settings.path.parent)):
        try:
            with (folder / seed.original_file_path).open(encoding="utf-8-sig", newline="") as lines:
                return next(csv.reader(lines, delimiter=seed.config.delimiter or ","), [])
        except (OSError, UnicodeDecodeError, csv.Error, TypeError):
            continue
    return []
