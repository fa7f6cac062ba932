"""Mend the layers: what reads across them, with the model that is missing in between."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ribbon.evolve.editing.baseline import without_breaches
from ribbon.evolve.evidence import Seen
from ribbon.evolve.rules.follow_tables import model_name
from ribbon.evolve.rules.people import owners_of
from ribbon.evolve.rules.scaffolding import Scaffold, warehouse_files
from ribbon.lineage import LineageNode
from ribbon.model import ColumnName, Delivery, Edit, Evidence, Gain, Kind, Layer, Proposal, ProposalKind

__all__ = ["find_breaches"]

BASELINE = "layer_baseline"
STAGE_OF_TRIAL = "exploring"
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class _Breach:
    """reader reads what its layer must not. accepted: the baseline lists it."""

    reader: LineageNode
    read: LineageNode
    accepted: bool


def find_breaches(seen: Seen) -> Iterable[Proposal]:
    """A proposal for each source that marts read, and each other breach of the rule in docs/handbook/layers.md."""
    of_sources: dict[str, list[_Breach]] = {}
    for breach in _breaches(seen):
        if breach.read.project.layer is Layer.LAKE:
            of_sources.setdefault(breach.read.project.unique_id, []).append(breach)
        else:
            yield _crossing(seen, breach)
    for breaches in of_sources.values():
        yield _of_source(seen, breaches)


def _breaches(seen: Seen) -> Iterator[_Breach]:
    accepted = _baseline(seen)
    for node in seen.own.values():
        if node.project.resource_type not in {"model", "snapshot"}:
            continue
        for parent in node.project.parents:
            read = seen.graph.nodes.get(parent)
            if read and _is_breach(seen, node, read):
                yield _Breach(node, read, (node.project.name, read.project.name) in accepted)


def _is_breach(seen: Seen, reader: LineageNode, read: LineageNode) -> bool:
    layer = reader.project.layer
    if layer is Layer.WAREHOUSE:
        return read.project.layer is Layer.MART and not read.project.layer_is_guessed
    if layer is not Layer.MART or reader.project.layer_is_guessed:
        return False
    if read.project.layer is Layer.MART:
        cases = {reader.project.use_case, read.project.use_case}
        return len(cases) > 1 and None not in cases
    return read.project.layer is Layer.LAKE and _stage(seen, reader) != STAGE_OF_TRIAL


def _stage(seen: Seen, node: LineageNode) -> str | None:
    group = seen.declared.groups.get(node.project.group or "")
    return str(group.metadata.get("stage")) if group and group.metadata.get("stage") else None


def _baseline(seen: Seen) -> frozenset[tuple[str, str]]:
    group = seen.declared.groups.get(BASELINE)
    entries = group.metadata.get("breaches") if group else None
    found = entries if isinstance(entries, list) else []
    return frozenset((str(each.get("model")), str(each.get("reads"))) for each in found if isinstance(each, dict))


def _crossing(seen: Seen, breach: _Breach) -> Proposal:
    """A mart of another use case is read, or the warehouse reads a mart: what both need, a person has to pick."""
    reader, read = breach.reader.project, breach.read.project
    what = "the warehouse" if reader.layer is Layer.WAREHOUSE else f"the use case {reader.use_case}"
    needed = sorted(_columns_read(breach))
    told = f"{reader.label} takes {', '.join(needed)} from it" if needed else f"{reader.label} reads it"
    return Proposal(
        kind=ProposalKind.MEND,
        subject=(reader.unique_id, read.unique_id),
        meaning="crossing",
        title=f"{reader.label} reads {read.label}, which {what} must not: move what both need into the warehouse",
        evidence=(Evidence(reader.file, told), *_accepted([breach])),
        gain=Gain(use_cases=len({reader.use_case, read.use_case} - {None})),
        risk="The mart may be changed or retired by its own use case without asking.",
        ask=tuple(dict.fromkeys([*owners_of(seen, reader.unique_id), *owners_of(seen, read.unique_id)])),
    )


def _of_source(seen: Seen, breaches: list[_Breach]) -> Proposal:
    source = breaches[0].read
    name = f"{source.project.system}.{source.project.name}"
    needed = frozenset(column for breach in breaches for column in _columns_read(breach))
    there = _handing_on(seen, source, needed)
    readers = [breach.reader.project for breach in breaches]
    if there:
        remedy = f"read {there.project.label}, which hands on all that they need"
        edits = _edits(seen, breaches, there.project.name)
    else:
        new = _missing_model(seen, source)
        remedy = f"build the warehouse model {new.model if new else ''}".rstrip() + " in between"
        edits = (*warehouse_files(new), *_edits(seen, breaches, new.model)) if new else ()
    return Proposal(
        kind=ProposalKind.MEND,
        subject=(*sorted(reader.unique_id for reader in readers), source.project.unique_id),
        meaning="reads the lake",
        title=f"{', '.join(reader.label for reader in readers)} read the lake ({name}): {remedy}",
        evidence=(
            *(Evidence(reader.file, f"{reader.label} reads source {name}") for reader in readers),
            Evidence("lineage", f"they take {', '.join(sorted(needed)) or 'all of it'}"),
            *_accepted(breaches),
        ),
        gain=Gain(use_cases=len({reader.use_case for reader in readers} - {None})),
        risk="The cleaning that each mart does for itself stays where it is; move it into the warehouse model next.",
        edits=edits,
        provable=bool(edits),
        ask=tuple(dict.fromkeys(name for reader in readers for name in owners_of(seen, reader.unique_id))),
    )


def _accepted(breaches: Iterable[_Breach]) -> Iterator[Evidence]:
    for breach in breaches:
        if breach.accepted:
            told = f"accepts that {breach.reader.project.name} reads {breach.read.project.name}"
            yield Evidence(f"expectations/{BASELINE}.yml", told)


def _columns_read(breach: _Breach) -> frozenset[str]:
    """The columns of what is read that the reader takes, or that decide its rows."""
    key, lineage = breach.read.project.unique_id, breach.reader.lineage
    origins = (origin.column for column in lineage.columns for origin in column.origins)
    rows = (row.column for row in lineage.rows)
    return frozenset(column.column for column in (*origins, *rows) if column.relation == key)


def _handing_on(seen: Seen, source: LineageNode, needed: frozenset[str]) -> LineageNode | None:
    """A warehouse model that has all rows of the source, and the columns that are needed under their own names."""
    key = source.project.unique_id
    for reader in seen.readers.get(key, ()):
        node = seen.own.get(reader)
        if not needed or not node or node.project.layer is not Layer.WAREHOUSE or node.lineage.rows or node.unresolved:
            continue
        if set(node.project.parents) == {key} and all(_is_copied(node, ColumnName(key, name)) for name in needed):
            return node
    return None


def _is_copied(node: LineageNode, column: ColumnName) -> bool:
    found = node.column(column.column)
    return found is not None and found.kind is Kind.COPIED and any(each.column == column for each in found.origins)


def _missing_model(seen: Seen, source: LineageNode) -> Scaffold | None:
    """A warehouse model that hands on the source as it is, all rows and columns, so that readers see no difference."""
    project = source.project
    declared = seen.artifacts.nodes[project.unique_id].columns
    names = (str(project.system), project.name, *declared)
    if not declared or not all(PLAIN.fullmatch(name) for name in names):
        return None
    columns: Mapping[str, str] = {name: column.data_type or "" for name, column in declared.items()}
    return Scaffold(
        system=str(project.system),
        table=project.name,
        model=model_name(seen, str(project.system), project.name),
        columns=columns,
        delivery=Delivery.APPEND,
        contracts=(seen.project.project_dir / "expectations").is_dir(),
        docs=(seen.project.project_dir / "docs" / "warehouse").is_dir(),
        exact=False,
    )


def _edits(seen: Seen, breaches: Iterable[_Breach], model: str) -> tuple[Edit, ...]:
    """Readers that ref() the model, and a baseline without what is mended; nothing where one cannot be edited."""
    edits = []
    mended = []
    for breach in breaches:
        system, table, file = breach.read.project.system, breach.read.project.name, breach.reader.project.file
        before = seen.text(file) or ""
        call = rf"source\(\s*(['\"]){re.escape(str(system))}\1\s*,\s*(['\"]){re.escape(table)}\2\s*\)"
        after = re.sub(call, f"ref('{model}')", before)
        if after == before:
            return ()
        edits.append(Edit(file, before, after))
        mended += [(breach.reader.project.name, table)] if breach.accepted else []
    return (*edits, *_baseline_edit(seen, mended))


def _baseline_edit(seen: Seen, mended: list[tuple[str, str]]) -> Iterator[Edit]:
    group = seen.declared.groups.get(BASELINE)
    before = seen.text(group.original_file_path) if group and mended else None
    if group and before is not None:
        yield Edit(group.original_file_path, before, without_breaches(before, BASELINE, mended))
