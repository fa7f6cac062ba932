"""The exact changes with which contracts and models follow their source."""

from collections.abc import Callable, Iterator

from ribbon.evolve.editing.contract_text import ContractText, declaring_model, declaring_source
from ribbon.evolve.editing.model_columns import with_column_beside, with_source_column_renamed
from ribbon.evolve.evidence import Seen
from ribbon.lineage import LineageNode
from ribbon.model import ColumnName, Edit, Kind, Layer, SourceTable

__all__ = ["column_added", "column_dropped", "column_renamed", "column_retyped", "declared_type"]

# As contracts write DuckDB's types; others are written as DuckDB does.
TYPES = {"VARCHAR": "string", "TIMESTAMP WITH TIME ZONE": "timestamptz"}

TO_DESCRIBE = "Delivered since {today}; say what it means."


def declared_type(data_type: str) -> str:
    """A type of DuckDB's as contracts write it."""
    return TYPES.get(data_type, data_type.lower())


def column_added(seen: Seen, key: str, source: SourceTable, name: str, data_type: str) -> tuple[Edit, ...]:
    """The column in the contract of the source, and in the one warehouse model that hands on what the source has."""
    told, description = declared_type(data_type), TO_DESCRIBE.format(today=seen.today)
    edits = list(_contract(seen, source, lambda contract: contract.with_column(name, told, description)))
    readers = [seen.own[each] for each in seen.readers.get(key, ()) if each in seen.own]
    models = [node for node in readers if _is_model_of_warehouse(node)]
    if edits and len(models) == 1:
        edits += _passed_through(seen, key, models[0], (name, told, description))
    return tuple(edits)


def column_renamed(seen: Seen, key: str, source: SourceTable, old: str, new: str) -> tuple[Edit, ...]:
    """The new name in the contract, with what it was called before; models read the new one and give the old one."""
    edits = list(_contract(seen, source, lambda contract: _renamed(contract, old, new)))
    for each in seen.readers.get(key, ()):
        node = seen.own.get(each)
        text = seen.text(node.project.file) if node else None
        after = with_source_column_renamed(text, (source.system, source.table), old, new) if text else None
        if node and after:
            edits.append(Edit(node.project.file, text, after))
    return tuple(edits)


def column_dropped(seen: Seen, source: SourceTable, name: str) -> tuple[Edit, ...]:
    """The contract without the column."""
    return tuple(_contract(seen, source, lambda contract: contract.without_column(name)))


def column_retyped(seen: Seen, source: SourceTable, name: str, data_type: str) -> tuple[Edit, ...]:
    """The contract with the type that is delivered."""
    told = declared_type(data_type)
    return tuple(_contract(seen, source, lambda contract: contract.with_column_value(name, "data_type", told)))


def _renamed(contract: ContractText, old: str, new: str) -> ContractText | None:
    kept = contract.with_column_formerly(old)
    return kept.with_column_value(old, "name", new) if kept else None


def _contract(seen: Seen, source: SourceTable, change: Callable[[ContractText], ContractText | None]) -> Iterator[Edit]:
    before = seen.text(source.contract)
    changed = change(declaring_source(before, source.system, source.table)) if before else None
    if changed:
        yield Edit(source.contract, before, changed.text)


def _is_model_of_warehouse(node: LineageNode) -> bool:
    return node.project.resource_type == "model" and node.project.layer is Layer.WAREHOUSE


def _passed_through(seen: Seen, key: str, node: LineageNode, column: tuple[str, str, str]) -> Iterator[Edit]:
    """The column beside one that the model hands on from the source as it is, in its SQL and in its contract."""
    handed_on = [
        each.name
        for each in node.lineage.columns
        if each.kind is Kind.COPIED and any(origin.column == ColumnName(key, each.name) for origin in each.origins)
    ]
    anchors = [name for name in handed_on if not name.startswith("_")]
    path, contract = node.project.file, seen.declared.node(node.project.unique_id).contract
    text, declared = seen.text(path), seen.text(contract) if contract else None
    _, _, system, table = key.split(".", 3)
    after = with_column_beside(text, anchors, column[0], (system, table)) if text else None
    if not after:
        return
    yield Edit(path, text, after)
    changed = declaring_model(declared, node.project.name).with_column(*column) if declared else None
    if contract and changed:
        yield Edit(contract, declared, changed.text)
