"""The formats that a catalog can be exported in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ribbon.catalog.exports.catalog import Catalog
from ribbon.catalog.exports.dataset_names import unknown_namespace
from ribbon.catalog.exports.json_document import BEGINS as JSON_BEGINS
from ribbon.catalog.exports.json_document import write_json
from ribbon.catalog.exports.odcs import write_odcs
from ribbon.catalog.exports.openlineage import BEGINS as EVENTS_BEGIN
from ribbon.catalog.exports.openlineage import write_openlineage
from ribbon.catalog.exports.parquet import write_parquet

__all__ = ["JSON", "ODCS", "OPENLINEAGE", "PARQUET", "Format", "openlineage_in"]


def _no_notes(_: Catalog) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class Format:
    """name: as it is typed. begins: how a file of it does; empty where it is a folder.

    write: puts a catalog to a path that is not there yet, or into an empty folder, and counts what it wrote. The same
    facts make the same bytes. notes: what the user should know of such an export, as sentences.
    """

    name: str
    write: Callable[[Catalog, Path], Mapping[str, int]]
    begins: bytes = b""
    notes: Callable[[Catalog], tuple[str, ...]] = _no_notes

    @property
    def folder(self) -> bool:
        """Whether it is a folder of files."""
        return not self.begins


JSON = Format("json", write_json, JSON_BEGINS)
PARQUET = Format("parquet", write_parquet)
OPENLINEAGE = Format("openlineage", write_openlineage, EVENTS_BEGIN, unknown_namespace)
ODCS = Format("odcs", write_odcs)


def openlineage_in(namespace: str | None) -> Format:
    """Events whose datasets are in this namespace; None: in that of OpenLineage's naming for their database."""
    if namespace is None:
        return OPENLINEAGE
    return replace(OPENLINEAGE, write=partial(write_openlineage, namespace=namespace), notes=_no_notes)
