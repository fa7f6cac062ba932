"""Promise more: columns that people filter, join or group by, and that promise nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ribbon.errors import RibbonError
from ribbon.evolve.editing.contract_text import declaring_model
from ribbon.evolve.evidence import Seen
from ribbon.evolve.rules.people import owners_of
from ribbon.expectations.contract_yaml import flow, lines_of_test
from ribbon.expectations.suggestions import Written, suggest_for_columns
from ribbon.lineage import LineageNode
from ribbon.model import ColumnUsage, Edit, Evidence, Gain, Proposal, ProposalKind, UseRole

__all__ = ["find_missing_promises"]

# Roles in which a wrong value changes which rows an answer has, or what it is of.
DECIDING = (UseRole.FILTERED, UseRole.JOINED, UseRole.GROUPED)

# So many queries have to use it, or so many people, before a promise is worth its place.
QUERIES, PEOPLE = 10, 2

KINDS = {"model": "models", "seed": "seeds", "snapshot": "snapshots"}


@dataclass(frozen=True)
class _Wanted:
    """A column, and how it is used in each role, the most first."""

    name: str
    uses: tuple[ColumnUsage, ...]

    @property
    def queries(self) -> int:
        """In the role in which it is used most."""
        return max(use.queries for use in self.uses)


def find_missing_promises(seen: Seen) -> Iterable[Proposal]:
    """A proposal for each column that decides what people are told, and of which nothing is promised."""
    if seen.cover.is_empty:
        return
    uses: dict[str, list[ColumnUsage]] = {}
    for use in seen.usage.by_column():
        if use.role in DECIDING:
            uses.setdefault(use.relation, []).append(use)
    for key, used in uses.items():
        node = seen.own.get(key)
        if node and node.project.resource_type in KINDS:
            yield from _of_relation(seen, node, used)


def _of_relation(seen: Seen, node: LineageNode, used: Sequence[ColumnUsage]) -> Iterator[Proposal]:
    key = node.project.unique_id
    tested = seen.declared.tested_columns(key)
    by_name: dict[str, list[ColumnUsage]] = {}
    for use in used:
        if use.column.casefold() not in tested and node.spelled(use.column):
            by_name.setdefault(use.column.casefold(), []).append(use)
    wanted = [_Wanted(node.spelled(name) or name, tuple(uses)) for name, uses in by_name.items() if _is_enough(uses)]
    if wanted:
        measured = _measured(seen, node, [each.name for each in wanted])
        for each in wanted:
            yield _proposal(seen, node, each, measured.get(each.name, ()))


def _is_enough(uses: Sequence[ColumnUsage]) -> bool:
    return any(use.queries >= QUERIES or use.people >= PEOPLE for use in uses)


def _measured(seen: Seen, node: LineageNode, names: Sequence[str]) -> dict[str, tuple[Written, ...]]:
    """What holds of these columns today, in the build file; nothing where it is not built there, or held."""
    if not seen.project.build_file.is_file() or seen.artifacts.metadata.adapter_type != "duckdb":
        return {}
    try:
        return dict(suggest_for_columns(seen.project, seen.model, node.project.unique_id, names))
    except RibbonError:
        return {}


def _proposal(seen: Seen, node: LineageNode, wanted: _Wanted, holds: tuple[Written, ...]) -> Proposal:
    key, label = node.project.unique_id, f"{node.project.label}.{wanted.name}"
    roles = ", ".join(f"{use.role.value} by {use.queries:,} queries of {use.people:,} people" for use in wanted.uses)
    promise = holds[0] if holds else None
    said = (
        f"promise {promise if isinstance(promise, str) else next(iter(promise))}" if promise else "promise what holds"
    )
    told = [
        Evidence("the query logs", f"{wanted.name} is {roles}"),
        Evidence(_where(seen, node), "promises nothing of it"),
    ]
    if promise:
        told.append(Evidence(seen.project.build_file.name, f"it holds today: {flow(promise)}"))
    return Proposal(
        kind=ProposalKind.PROMISE,
        subject=(f"{key}.{wanted.name}",),
        meaning="missing",
        title=f"{label} decides what {wanted.queries:,} queries answer, and promises nothing: {said}",
        evidence=tuple(told),
        gain=Gain(use_cases=int(bool(node.project.use_case)), queries=wanted.queries),
        risk="What holds today may break for a good reason; then a build stops until somebody looks.",
        edits=_edits(seen, node, wanted.name, promise) if promise else (),
        ask=owners_of(seen, key),
    )


def _edits(seen: Seen, node: LineageNode, column: str, promise: Written) -> tuple[Edit, ...]:
    path = seen.declared.node(node.project.unique_id).contract
    before = seen.text(path) if path else None
    if not path or before is None:
        return ()
    contract = declaring_model(before, node.project.name, KINDS[node.project.resource_type])
    changed = contract.with_test(column, lines_of_test(promise, 0), flow(promise))
    return (Edit(path, before, changed.text),) if changed else ()


def _where(seen: Seen, node: LineageNode) -> str:
    return seen.declared.node(node.project.unique_id).contract or node.project.file
