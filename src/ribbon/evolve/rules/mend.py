"""Fix the layers: models that break the layer rule, and use cases that have outgrown `exploring`."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from ribbon.evolve.edit_yaml import YamlText, without_breaches
from ribbon.evolve.evidence.declarations import DeclaredGroup
from ribbon.evolve.evidence.dependents import owners_of
from ribbon.evolve.evidence.project import ProjectEvidence
from ribbon.evolve.new_model import SourceColumn, SourceModel, free_name, has_contracts, has_pages, model_files
from ribbon.lineage import LineageNode
from ribbon.model import ColumnName, Delivery, Edit, Evidence, Gain, Kind, Layer, Proposal, ProposalKind

__all__ = ["find_layer_breaches", "find_outgrown_use_cases"]

BASELINE = "layer_baseline"
STAGE_OF_TRIAL = "exploring"
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class _Breach:
    """A model that reads what its layer must not. accepted: whether the baseline lists it."""

    reader: LineageNode
    read: LineageNode
    accepted: bool


def find_layer_breaches(seen: ProjectEvidence) -> Iterable[Proposal]:
    """A proposal for each source that marts read, and for each other breach of docs/handbook/layers.md."""
    of_sources: dict[str, list[_Breach]] = {}
    for breach in _breaches(seen):
        if breach.read.project.layer is Layer.LAKE:
            of_sources.setdefault(breach.read.project.unique_id, []).append(breach)
        else:
            yield _crossing(seen, breach)
    for breaches in of_sources.values():
        yield _of_source(seen, breaches)


def _breaches(seen: ProjectEvidence) -> Iterator[_Breach]:
    accepted = _baseline(seen)
    for node in seen.own.values():
        if node.project.resource_type not in {"model", "snapshot"}:
            continue
        for parent in node.project.parents:
            read = seen.graph.nodes.get(parent)
            if read and _is_breach(seen, node, read):
                yield _Breach(node, read, (node.project.name, read.project.name) in accepted)


def _is_breach(seen: ProjectEvidence, reader: LineageNode, read: LineageNode) -> bool:
    layer = reader.project.layer
    if layer is Layer.WAREHOUSE:
        return read.project.layer is Layer.MART and not read.project.layer_is_guessed
    if layer is not Layer.MART or reader.project.layer_is_guessed:
        return False
    if read.project.layer is Layer.MART:
        cases = {reader.project.use_case, read.project.use_case}
        return len(cases) > 1 and None not in cases
    return read.project.layer is Layer.LAKE and _stage(seen, reader) != STAGE_OF_TRIAL


def _stage(seen: ProjectEvidence, node: LineageNode) -> str | None:
    group = seen.declared.groups.get(node.project.group or "")
    return str(group.metadata.get("stage")) if group and group.metadata.get("stage") else None


def _baseline(seen: ProjectEvidence) -> frozenset[tuple[str, str]]:
    group = seen.declared.groups.get(BASELINE)
    entries = group.metadata.get("breaches") if group else None
    found = entries if isinstance(entries, list) else []
    return frozenset((str(each.get("model")), str(each.get("reads"))) for each in found if isinstance(each, dict))


def _crossing(seen: ProjectEvidence, breach: _Breach) -> Proposal:
    """A mart of another use case is read, or the warehouse reads a mart: people decide what both need."""
    reader, read = breach.reader.project, breach.read.project
    what = "the warehouse" if reader.layer is Layer.WAREHOUSE else f"the use case {reader.use_case}"
    needed = sorted(_columns_read(breach))
    reads = f"{reader.label} selects {', '.join(needed)} from it" if needed else f"{reader.label} reads it"
    return Proposal(
        kind=ProposalKind.MEND,
        subject=(reader.unique_id, read.unique_id),
        meaning="crossing",
        title=f"{reader.label} reads {read.label}, which {what} must not read: move what both need into the warehouse",
        evidence=(Evidence(reader.file, reads), *_accepted([breach])),
        gain=Gain(use_cases=len({reader.use_case, read.use_case} - {None})),
        risk="Its own use case may change or retire the mart at any time.",
        ask=tuple(dict.fromkeys([*owners_of(seen, reader.unique_id), *owners_of(seen, read.unique_id)])),
    )


def _of_source(seen: ProjectEvidence, breaches: list[_Breach]) -> Proposal:
    source = breaches[0].read
    name = f"{source.project.system}.{source.project.name}"
    needed = frozenset(column for breach in breaches for column in _columns_read(breach))
    there = _equivalent(seen, source, needed)
    readers = [breach.reader.project for breach in breaches]
    if there:
        remedy = f"read {there.project.label}, which has all that they need"
        edits = _reader_edits(seen, breaches, there.project.name)
    else:
        new = _missing_model(seen, source)
        remedy = f"add {f'the warehouse model {new.name}' if new else 'a warehouse model'} in between"
        edits = (*model_files(new.model), *_reader_edits(seen, breaches, new.name)) if new else ()
    return Proposal(
        kind=ProposalKind.MEND,
        subject=(*sorted(reader.unique_id for reader in readers), source.project.unique_id),
        meaning="reads the lake",
        title=f"{', '.join(reader.label for reader in readers)} read the lake ({name}): {remedy}",
        evidence=(
            *(Evidence(reader.file, f"{reader.label} reads source {name}") for reader in readers),
            Evidence("lineage", f"they need {', '.join(sorted(needed)) or 'all of it'}"),
            *_accepted(breaches),
        ),
        gain=Gain(use_cases=len({reader.use_case for reader in readers} - {None})),
        risk="Each mart still cleans the data itself; move that into the warehouse model next.",
        edits=edits,
        provable=bool(edits),
        ask=tuple(dict.fromkeys(name for reader in readers for name in owners_of(seen, reader.unique_id))),
    )


def _accepted(breaches: Iterable[_Breach]) -> Iterator[Evidence]:
    for breach in breaches:
        if breach.accepted:
            accepts = f"accepts that {breach.reader.project.name} reads {breach.read.project.name}"
            yield Evidence(f"expectations/{BASELINE}.yml", accepts)


def _columns_read(breach: _Breach) -> frozenset[str]:
    """The columns that the reader selects, or that decide its rows."""
    key, lineage = breach.read.project.unique_id, breach.reader.lineage
    origins = (origin.column for column in lineage.columns for origin in column.origins)
    rows = (row.column for row in lineage.rows)
    return frozenset(column.column for column in (*origins, *rows) if column.relation == key)


def _equivalent(seen: ProjectEvidence, source: LineageNode, needed: frozenset[str]) -> LineageNode | None:
    """A warehouse model with all rows of the source, and the needed columns under their own names."""
    key = source.project.unique_id
    for reader in seen.project.children(key):
        node = seen.own.get(reader)
        if not needed or not node or node.project.layer is not Layer.WAREHOUSE or node.lineage.rows or node.unresolved:
            continue
        if set(node.project.parents) == {key} and all(_is_copied(node, ColumnName(key, name)) for name in needed):
            return node
    return None


def _is_copied(node: LineageNode, column: ColumnName) -> bool:
    found = node.column(column.column)
    return found is not None and found.kind is Kind.COPIED and any(each.column == column for each in found.origins)


def _missing_model(seen: ProjectEvidence, source: LineageNode) -> SourceModel | None:
    """A warehouse model that selects all rows and columns of the source, so that readers see no difference."""
    project = source.project
    declared = seen.project.artifacts.nodes[project.unique_id].columns
    names = (str(project.system), project.name, *declared)
    if not declared or not all(PLAIN.fullmatch(name) for name in names):
        return None
    columns = [SourceColumn(name, column.data_type or "", exact=False) for name, column in declared.items()]
    return SourceModel(
        system=str(project.system),
        table=project.name,
        name=free_name(seen, str(project.system), project.name),
        columns=columns,
        delivery=Delivery.APPEND,
        contracts=has_contracts(seen),
        pages=has_pages(seen),
    )


def _reader_edits(seen: ProjectEvidence, breaches: Iterable[_Breach], model: str) -> tuple[Edit, ...]:
    """Readers that ref() the model, and the baseline without what is fixed; none if a reader cannot be edited."""
    edits = []
    fixed = []
    for breach in breaches:
        system, table, file = breach.read.project.system, breach.read.project.name, breach.reader.project.file
        before = seen.text(file) or ""
        call = rf"source\(\s*(['\"]){re.escape(str(system))}\1\s*,\s*(['\"]){re.escape(table)}\2\s*\)"
        after = re.sub(call, f"ref('{model}')", before)
        if after == before:
            return ()
        edits.append(Edit(file, before, after))
        fixed += [(breach.reader.project.name, table)] if breach.accepted else []
    return (*edits, *_baseline_edit(seen, fixed))


def _baseline_edit(seen: ProjectEvidence, fixed: list[tuple[str, str]]) -> Iterator[Edit]:
    group = seen.declared.groups.get(BASELINE)
    before = seen.text(group.original_file_path) if group and fixed else None
    if group and before is not None:
        yield Edit(group.original_file_path, before, without_breaches(before, BASELINE, fixed))


TRIAL, NEXT = "exploring", "growing"

# From so many queries, people and days on, a use case is no longer a trial.
QUERIES, PEOPLE, DAYS = 100, 3, 60


def find_outgrown_use_cases(seen: ProjectEvidence) -> Iterable[Proposal]:
    """A proposal for each use case in the stage `exploring` that many people have queried for long."""
    if seen.coverage.is_empty:
        return
    for group in seen.declared.groups.values():
        marts = [
            key
            for key, node in seen.own.items()
            if node.project.layer is Layer.MART and group.name in {node.project.group, node.project.use_case}
        ]
        if group.metadata.get("stage") == TRIAL and marts:
            yield from _outgrown(seen, group, marts)


def _outgrown(seen: ProjectEvidence, group: DeclaredGroup, marts: list[str]) -> Iterable[Proposal]:
    usage = (each for each in seen.usage.by_relation() if each.relation in marts)
    queried = [each for each in usage if seen.coverage.is_queried(each.relation)]
    people = {person.who for each in queried for person in seen.usage.by_person(each.relation)}
    queries = sum(each.queries for each in queried)
    days = [instant.date() for each in queried for instant in (each.first, each.last) if instant]
    if queries < QUERIES or len(people) < PEOPLE or max(days) - min(days) < timedelta(days=DAYS):
        return
    exposures = [use.label for use in seen.nodes.exposures if set(use.depends_on) & set(marts)]
    use = f"{queries:,} queries of {len(people):,} people from {min(days)} to {max(days)}"
    uses = (Evidence("exposures", f"read by {', '.join(exposures)}"),) if exposures else ()
    owner = group.owner.name if group.owner and group.owner.name else ""
    yield Proposal(
        kind=ProposalKind.MEND,
        subject=(group.unique_id, *sorted(marts)),
        meaning=f"outgrew {TRIAL}",
        title=f"{group.name} is {TRIAL}, but people rely on it: set its stage to {NEXT}",
        evidence=(Evidence("the query logs", use), *uses, Evidence(group.original_file_path, f"stage: {TRIAL}")),
        gain=Gain(use_cases=1, queries=queries),
        risk="From then on, each of its marts that reads the lake gets a warning.",
        edits=_stage_edits(seen, group),
        ask=(owner,) if owner else (),
    )


def _stage_edits(seen: ProjectEvidence, group: DeclaredGroup) -> tuple[Edit, ...]:
    path = group.original_file_path
    before = seen.text(path)
    yaml = YamlText(before or "")
    for place in (("config", "meta", "stage"), ("meta", "stage")):
        steps = ("groups", ("name", group.name), *place)
        if before and yaml.has(*steps):
            return (Edit(path, before, yaml.with_value(*steps, to=NEXT).text),)
    return ()
