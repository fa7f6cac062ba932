"""Follow: columns of a source that are new, missing, renamed or retyped, and the edits that keep up with them."""

from collections.abc import Callable, Iterable, Iterator

from ribbon.evolve.edit_sql import with_column_beside, with_source_column_renamed
from ribbon.evolve.edit_yaml import ContractText, declared_type, declaring_model, declaring_source
from ribbon.evolve.evidence.changed_columns import ChangedColumns, Retyped, changed_columns
from ribbon.evolve.evidence.dependents import declared_owner
from ribbon.evolve.evidence.project import ProjectEvidence
from ribbon.lineage import LineageNode
from ribbon.lineage.dependents import dependents_of
from ribbon.model import ColumnName, Edit, Evidence, Gain, Kind, Layer, Proposal, ProposalKind, SourceTable

__all__ = ["find_changed_columns"]

TO_DESCRIBE = "Delivered since {today}; say what it means."


def find_changed_columns(seen: ProjectEvidence) -> Iterable[Proposal]:
    """A proposal for each column that differs between the newest delivery and the contract."""
    for key, deliveries in seen.deliveries.items():
        changed = changed_columns(deliveries)
        if changed:
            yield from _proposals(seen, key, deliveries.source, changed)


def _proposals(seen: ProjectEvidence, key: str, source: SourceTable, changed: ChangedColumns) -> Iterator[Proposal]:
    for name, data_type in changed.new.items():
        yield _new(seen, key, source, (name, data_type, changed.where))
    for old, (new, share) in changed.renamed.items():
        why = f"{old} is missing, {new} is new; {share:.0%} of its values were values of {old}"
        title = f"{source}.{old} is now delivered as {new}: map it"
        edits = tuple(_rename_edits(seen, key, source, old, new))
        risk = (
            "Expectations and SQL that name the column in other ways keep the old name. Older batches show their values"
            " under the new name, by `formerly`."
        )
        columns = ColumnName(key, old), ColumnName(key, new)
        yield _about(seen, columns, "renamed", title, Evidence(changed.where, why), edits, risk)
    for name in changed.missing:
        yield _missing(seen, ColumnName(key, name), source, changed.where)
    for each in changed.retyped:
        yield _retyped(seen, key, source, each, changed.where)


def _new(seen: ProjectEvidence, key: str, source: SourceTable, column: tuple[str, str, str]) -> Proposal:
    name, data_type, where = column
    return Proposal(
        kind=ProposalKind.FOLLOW,
        subject=(f"{key}.{name}",),
        meaning=f"new {data_type}",
        title=f"{source}.{name} is new: declare it and pass it on",
        evidence=(Evidence(where, f"has the column {name}, {data_type}, which {source.contract} does not declare"),),
        risk="Its name does not say what it means; ask whoever delivers it. Each model that passes it on promises it.",
        edits=tuple(_add_edits(seen, key, source, name, data_type)),
        ask=declared_owner(seen, key),
    )


def _missing(seen: ProjectEvidence, column: ColumnName, source: SourceTable, where: str) -> Proposal:
    why = f"lacks {column.column}, which earlier batches have; the table cannot land without it"
    used = dependents_of(seen.graph, [column]).relations
    remedy = "have it delivered again, or drop it" if used else "nothing reads it, so drop it"
    edits = () if used else tuple(_contract_edit(seen, source, lambda text: text.without_column(column.column)))
    title = f"{source}.{column.column} is no longer delivered: {remedy}"
    risk = "What depends on it has no values from now on."
    return _about(seen, (column,), "missing", title, Evidence(where, why), edits, risk)


def _retyped(seen: ProjectEvidence, key: str, source: SourceTable, changed: Retyped, where: str) -> Proposal:
    name, data_type = changed.column, declared_type(changed.delivered)
    title = f"{source}.{name} is delivered as {changed.delivered}, not {changed.declared}: declare that"
    why = f"{name} is {changed.delivered}; the table cannot land while another type is declared"
    edits = tuple(_contract_edit(seen, source, lambda text: text.with_column_value(name, "data_type", data_type)))
    risk = "Models that compute with it may need a cast. Older batches keep their type."
    meaning = f"{changed.declared} to {changed.delivered}"
    return _about(seen, (ColumnName(key, name),), meaning, title, Evidence(where, why), edits, risk)


def _about(  # noqa: PLR0913, PLR0917 - one for each part of a proposal
    seen: ProjectEvidence,
    columns: tuple[ColumnName, ...],
    meaning: str,
    title: str,
    why: Evidence,
    edits: tuple[Edit, ...],
    risk: str,
) -> Proposal:
    """A proposal about columns, the first of which is declared, with what depends on it."""
    dependents = dependents_of(seen.graph, columns[:1])
    return Proposal(
        kind=ProposalKind.FOLLOW,
        subject=tuple(map(str, columns)),
        meaning=meaning,
        title=title,
        evidence=(why, Evidence("lineage", dependents.told())),
        gain=Gain(use_cases=len(dependents.use_cases)),
        risk=risk,
        edits=edits,
        ask=(*declared_owner(seen, columns[0].relation), *dependents.owners),
    )


def _add_edits(seen: ProjectEvidence, key: str, source: SourceTable, name: str, data_type: str) -> Iterator[Edit]:
    """The column in the contract of the source, and in the warehouse model that selects the source if there is one."""
    column = name, declared_type(data_type), TO_DESCRIBE.format(today=seen.today)
    declared = list(_contract_edit(seen, source, lambda contract: contract.with_column(*column)))
    yield from declared
    readers = [seen.own[each] for each in seen.project.children(key) if each in seen.own]
    models = [node for node in readers if _is_warehouse_model(node)]
    if declared and len(models) == 1:
        yield from _pass_on_edits(seen, key, models[0], column)


def _pass_on_edits(seen: ProjectEvidence, key: str, node: LineageNode, column: tuple[str, str, str]) -> Iterator[Edit]:
    """The column beside one that the model selects from the source unchanged, in its SQL and its contract."""
    copied = [
        each.name
        for each in node.lineage.columns
        if each.kind is Kind.COPIED and any(origin.column == ColumnName(key, each.name) for origin in each.origins)
    ]
    anchors = [name for name in copied if not name.startswith("_")]
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


def _rename_edits(seen: ProjectEvidence, key: str, source: SourceTable, old: str, new: str) -> Iterator[Edit]:
    """The new name in the contract, with `formerly`; models read the new name and return the old one."""
    yield from _contract_edit(seen, source, lambda contract: _renamed(contract, old, new))
    for each in seen.project.children(key):
        node = seen.own.get(each)
        text = seen.text(node.project.file) if node else None
        after = with_source_column_renamed(text, (source.system, source.table), old, new) if text else None
        if node and after:
            yield Edit(node.project.file, text, after)


def _renamed(contract: ContractText, old: str, new: str) -> ContractText | None:
    formerly = contract.with_column_formerly(old)
    return formerly.with_column_value(old, "name", new) if formerly else None


def _contract_edit(
    seen: ProjectEvidence, source: SourceTable, change: Callable[[ContractText], ContractText | None]
) -> Iterator[Edit]:
    before = seen.text(source.contract)
    changed = change(declaring_source(before, source.system, source.table)) if before else None
    if changed:
        yield Edit(source.contract, before, changed.text)


def _is_warehouse_model(node: LineageNode) -> bool:
    return node.project.resource_type == "model" and node.project.layer is Layer.WAREHOUSE
