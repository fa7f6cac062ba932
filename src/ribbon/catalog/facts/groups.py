"""What a relation belongs to: the system of a source, the subject of a warehouse model, the use case of a mart."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from ribbon.dbt.nodes import Node
from ribbon.lineage.nodes import ProjectNode
from ribbon.model import Layer

__all__ = ["group_of", "title_of"]

# Folders that say what is done to data, not what it is about.
_STEPS = frozenset(
    {"base", "core", "int", "intermediate", "mart", "marts", "prep", "staging", "stg", "transform", "warehouse"}
)
_LETTERS = 2  # a name this short is an abbreviation
_KINDS = {"seed": "seeds", "snapshot": "snapshots"}


def group_of(node: ProjectNode, record: Node, project: str) -> str:
    """By the folder where dbt's own words do not say it."""
    if node.layer is Layer.LAKE and node.system:
        return node.system
    if node.use_case:
        return node.use_case
    folders = _folders(record) or _folders_of_patch(record)
    return _telling(folders) or _without_folder(node, project)


def title_of(name: str) -> str:
    """A group's name as a heading: `store_sales` is Store sales, `ml` is ML."""
    words = name.replace("_", " ").strip()
    return words.upper() if len(words) <= _LETTERS else words[:1].upper() + words[1:]


def _folders(record: Node) -> tuple[str, ...]:
    """A snapshot's file counts as a folder in dbt's name of it."""
    folders, file = record.fqn[1:-1], record.original_file_path.rpartition("/")[2]
    return folders[:-1] if folders and file.startswith(f"{folders[-1]}.") else folders


def _folders_of_patch(record: Node) -> tuple[str, ...]:
    """`package://expectations/warehouse/product/package_unit.yml`: without the root of the path and the file."""
    return PurePosixPath((record.patch_path or "").partition("://")[2]).parts[1:-1]


def _telling(folders: Sequence[str]) -> str:
    """The first folder that is no step; where all are steps, the last."""
    return next((folder for folder in folders if folder not in _STEPS), folders[-1] if folders else "")


def _without_folder(node: ProjectNode, project: str) -> str:
    if node.package and node.package != project:
        return node.package
    return _KINDS.get(node.resource_type, "models")
