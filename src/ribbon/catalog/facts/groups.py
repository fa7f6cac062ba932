"""Groups of relations: the system of a source, the subject of a warehouse model, the use case of a mart."""

from pathlib import PurePosixPath
from typing import NamedTuple

from ribbon.dbt.nodes import Node
from ribbon.lineage.nodes import ProjectNode
from ribbon.model import Layer
from ribbon.project import subject_of

__all__ = ["NO_USE", "SIDE_OF_LAYER", "SOURCE", "SUBJECT", "USE", "Group", "group_of", "title_of"]

SOURCE, SUBJECT, USE = "source", "subject", "use"

# By the layer whose relations they hold, from left to right.
SIDE_OF_LAYER = {Layer.LAKE: SOURCE, Layer.WAREHOUSE: SUBJECT, Layer.MART: USE}

# The group of the marts that no pattern, dbt group or folder gives a use case.
NO_USE = "no use case"

_ABBREVIATION = 2  # a name this short is an abbreviation

_KINDS = {"seed": "seeds", "snapshot": "snapshots"}


class Group(NamedTuple):
    """A source system, a subject or a use case. name: as dbt's sources, folders and groups spell it."""

    side: str
    name: str

    @property
    def key(self) -> str:
        """Unique among all groups."""
        return f"{self.side}/{self.name}"


def group_of(node: ProjectNode, record: Node, project: str) -> str:
    """A source's system, a mart's use case, and of others the folder."""
    if node.layer is Layer.LAKE and node.system:
        return node.system
    if node.layer is Layer.MART:
        return node.use_case or NO_USE
    folders = _folders(record) or _folders_of_patch(record)
    return subject_of(folders) or (folders[-1] if folders else _without_folder(node, project))


def title_of(name: str) -> str:
    """A group's name as a heading: `store_sales` is Store sales, `ml` is ML."""
    words = name.replace("_", " ").strip()
    return words.upper() if len(words) <= _ABBREVIATION else words[:1].upper() + words[1:]


def _folders(record: Node) -> tuple[str, ...]:
    """A snapshot's file counts as a folder in dbt's name of it."""
    folders, file = record.fqn[1:-1], record.original_file_path.rpartition("/")[2]
    return folders[:-1] if folders and file.startswith(f"{folders[-1]}.") else folders


def _folders_of_patch(record: Node) -> tuple[str, ...]:
    """`package://expectations/warehouse/product/package_unit.yml`: without the root of the path and the file."""
    return PurePosixPath((record.patch_path or "").partition("://")[2]).parts[1:-1]


def _without_folder(node: ProjectNode, project: str) -> str:
    if node.package and node.package != project:
        return node.package
    return _KINDS.get(node.resource_type, "models")
