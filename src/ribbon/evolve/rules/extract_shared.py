"""The change that takes out what several models share of their queries: the groups, or the joins and filters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ribbon.engines.duckdb_file import quoted
from ribbon.evolve.editing.moving import with_query_replaced
from ribbon.evolve.evidence import Seen
from ribbon.evolve.middle import Level, Place, Recurring, load_blocks
from ribbon.evolve.rules.extract_places import (
    Extraction,
    Found,
    columns_of,
    folder_of,
    found_at,
    may_be_modelled,
    name_for,
    says,
)
from ribbon.evolve.rules.model_files import ModelFiles, files_of
from ribbon.model import Edit
from ribbon.sql.canonical import (
    Block,
    ExpressionQueries,
    Shared,
    Statement,
    Unreadable,
    logic_of,
    share_columns,
    share_groups,
    share_rows,
    write,
)

__all__ = ["shared_extraction"]


@dataclass(frozen=True)
class Sharing:
    """What places share. name: of the model that it becomes. places: in the order of what is left of them."""

    seen: Seen
    name: str
    places: Sequence[Found]
    shared: Shared
    expression_queries: ExpressionQueries

    def written(self, block: Block) -> Statement:
        """The SQL of a block. Raises Unreadable where it cannot be written."""
        return write(block, self.expression_queries, self.seen.nodes.dialect)


def shared_extraction(seen: Seen, group: Recurring) -> Extraction | None:
    """A new model of the groups, rows or columns that the places share, and what its readers become.

    None where a part of that cannot be written, or where the database cannot be asked for types.
    """
    if not seen.project.build_file.is_file() or not may_be_modelled(seen, group.places[0]):
        return None
    found = [each for each in (found_at(seen, place) for place in group.places) if each is not None]
    if len(found) < len(group.places):
        return None
    found.sort(key=lambda each: (not says(each.place), -len(each.place.query.name)))
    name = name_for(seen, found[0].place)
    try:
        edits = _edits(_sharing(seen, group.level, name, found))
    except Unreadable:
        return None
    return Extraction(name, edits) if edits else None


def _sharing(seen: Seen, level: Level, name: str, found: Sequence[Found]) -> Sharing:
    inner, blocks = ExpressionQueries(), []
    for each in found:
        read = load_blocks(seen.graph, each.place.model, seen.nodes.dialect)
        block = read.find(each.place.query)
        if block is None:
            raise Unreadable(f"{each.path}: {each.place.query.name} cannot be found again")
        inner.update(read.expression_queries)
        blocks.append(block)
    label = f"model.{seen.nodes.name}.{name}"
    return Sharing(seen, name, found, _shared(level, found[0].place, blocks, label), inner)


def _shared(level: Level, place: Place, blocks: Sequence[Block], label: str) -> Shared:
    if level is Level.GROUPING:
        return share_groups(blocks, label)
    chosen = place.logic.later and not place.logic.keys
    return (share_rows if chosen else share_columns)(blocks, label)


def _edits(sharing: Sharing) -> tuple[Edit, ...] | None:
    files = _files(sharing)
    if files is None:
        return None
    readers: list[Edit] = []
    for found, block in zip(sharing.places, sharing.shared.readers, strict=True):
        instead = sharing.written(block).naming(lambda _: f"{{{{ ref('{sharing.name}') }}}}")
        text = with_query_replaced(found.sql, found.query, instead)
        if text is None:
            return None
        readers.append(Edit(found.path, found.sql.text, text))
    return (*files, *readers)


def _files(sharing: Sharing) -> tuple[Edit, ...] | None:
    seen, statement = sharing.seen, sharing.written(sharing.shared.model)
    types = seen.types_of(statement.naming(lambda key: quoted(*seen.nodes.nodes[key].path)))
    outputs = logic_of(sharing.shared.model).outputs
    columns = columns_of(seen, outputs, {name.lower(): data_type for name, data_type in types.items()})
    if columns is None:
        return None
    text = statement.naming(lambda key: _reference(seen, key)) + "\n"
    folder = folder_of(seen, sharing.places[0].place)
    return files_of(seen, ModelFiles(sharing.name, folder, text, columns, sharing.shared.keys))


def _reference(seen: Seen, key: str) -> str:
    """A relation as a model names it, in Jinja. Raises Unreadable where that takes more than its name."""
    node = seen.nodes.nodes[key]
    if not key.endswith(f".{node.name}") or not re.fullmatch(r"[\w.-]+", f"{node.system or ''}{node.name}"):
        raise Unreadable(f"{key} is a version of a model, or its name is no word")
    if node.resource_type == "source":
        return f"{{{{ source('{node.system}', '{node.name}') }}}}"
    package = "" if node.package == seen.nodes.name else f"'{node.package}', "
    return f"{{{{ ref({package}'{node.name}') }}}}"
