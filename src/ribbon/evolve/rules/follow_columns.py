"""Follow: columns of a source that are new, gone, renamed or of another type."""

from collections.abc import Iterable, Iterator

from ribbon.evolve.evidence import Seen
from ribbon.evolve.left.changed_columns import ChangedColumns, Retyped, changed_columns
from ribbon.evolve.rules.dependents import dependents_of
from ribbon.evolve.rules.follow_edits import column_added, column_dropped, column_renamed, column_retyped
from ribbon.model import ColumnName, Edit, Evidence, Gain, Proposal, ProposalKind, SourceTable

__all__ = ["find_changed_columns"]


def find_changed_columns(seen: Seen) -> Iterable[Proposal]:
    """A proposal for each column that differs between the newest delivery and the contract."""
    for key, deliveries in seen.deliveries.items():
        changed = changed_columns(deliveries)
        if changed:
            yield from _proposals(seen, key, deliveries.source, changed)


def _proposals(seen: Seen, key: str, source: SourceTable, changed: ChangedColumns) -> Iterator[Proposal]:
    for name, data_type in changed.new.items():
        yield _new(seen, key, source, (name, data_type, changed.where))
    for old, (new, share) in changed.renamed.items():
        seen_as = Evidence(
            changed.where, f"{old} is gone, {new} is new; {share:.0%} of its values were values of {old}"
        )
        title = f"{source}.{old} is delivered as {new}: map it"
        edits = column_renamed(seen, key, source, old, new)
        risk = (
            "Expectations and SQL that name the column in other ways keep the old name. Batches that landed before show"
            " their values under the new name by `formerly`."
        )
        yield _about(seen, (ColumnName(key, old), ColumnName(key, new)), "renamed", title, (seen_as,), edits, risk)
    for name in changed.missing:
        yield _missing(seen, ColumnName(key, name), source, changed.where)
    for each in changed.retyped:
        yield _retyped(seen, key, source, each, changed.where)


def _new(seen: Seen, key: str, source: SourceTable, column: tuple[str, str, str]) -> Proposal:
    name, data_type, where = column
    return Proposal(
        kind=ProposalKind.FOLLOW,
        subject=(f"{key}.{name}",),
        meaning=f"new {data_type}",
        title=f"{source}.{name} is new: declare it, and pass it through",
        evidence=(Evidence(where, f"has the column {name}, {data_type}, that {source.contract} does not declare"),),
        risk="What it means is not known from its name; ask who delivers it. Each model that passes it on promises it.",
        edits=column_added(seen, key, source, name, data_type),
        ask=_deliverer(seen, key),
    )


def _missing(seen: Seen, column: ColumnName, source: SourceTable, where: str) -> Proposal:
    told = Evidence(where, f"lacks {column.column}, which earlier batches have; the table does not land without it")
    used = dependents_of(seen, [column]).relations
    remedy = "have it delivered again, or let it go" if used else "nothing reads it, so let it go"
    edits = () if used else column_dropped(seen, source, column.column)
    title = f"{source}.{column.column} is not delivered any more: {remedy}"
    return _about(seen, (column,), "missing", title, (told,), edits, "What depends on it has no values from now on.")


def _retyped(seen: Seen, key: str, source: SourceTable, changed: Retyped, where: str) -> Proposal:
    title = f"{source}.{changed.column} is delivered as {changed.delivered}, not {changed.declared}: declare it"
    told = Evidence(
        where, f"{changed.column} is {changed.delivered}; the table does not land while it is declared otherwise"
    )
    edits = column_retyped(seen, source, changed.column, changed.delivered)
    risk = "Models that compute with it may need a cast, and batches that landed before keep the type they have."
    meaning = f"{changed.declared} to {changed.delivered}"
    return _about(seen, (ColumnName(key, changed.column),), meaning, title, (told,), edits, risk)


def _about(  # noqa: PLR0913, PLR0917 - one for each part of a proposal
    seen: Seen,
    columns: tuple[ColumnName, ...],
    meaning: str,
    title: str,
    told: tuple[Evidence, ...],
    edits: tuple[Edit, ...],
    risk: str,
) -> Proposal:
    """A proposal about columns, the first of which is declared, with what depends on it."""
    dependents = dependents_of(seen, columns[:1])
    return Proposal(
        kind=ProposalKind.FOLLOW,
        subject=tuple(map(str, columns)),
        meaning=meaning,
        title=title,
        evidence=(*told, *dependents.evidence(seen)),
        gain=Gain(use_cases=len(dependents.use_cases)),
        risk=risk,
        edits=edits,
        ask=(*_deliverer(seen, columns[0].relation), *dependents.owners),
    )


def _deliverer(seen: Seen, source: str) -> tuple[str, ...]:
    owner = seen.declared.node(source).metadata.get("owner")
    return (str(owner),) if owner else ()
