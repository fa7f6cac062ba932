"""Follow: what a source delivers and nothing reads."""

from collections.abc import Iterable, Iterator, Sequence

from ribbon.evolve.evidence import Seen
from ribbon.evolve.right.used import unused_relations
from ribbon.lineage import LineageNode
from ribbon.model import ColumnName, Evidence, Proposal, ProposalKind

__all__ = ["find_unused_sources"]


def find_unused_sources(seen: Seen) -> Iterable[Proposal]:
    """A proposal for each source that no model reads, and for the columns of each system that nothing reads.

    What people ask for in the lake itself is used, and so is what an exposure reads.
    """
    exposed = {key for exposure in seen.nodes.exposures for key in exposure.depends_on}
    retired = unused_relations(seen)
    unread: dict[str, list[ColumnName]] = {}
    for key, node in seen.own.items():
        if node.project.resource_type != "source" or key in exposed or seen.cover.is_asked(key):
            continue
        if not seen.readers.get(key):
            if key not in retired:  # what the logs say more of is another rule's
                yield _table(seen, node)
        elif columns := [ColumnName(key, name) for name in _unread(seen, node)]:
            unread.setdefault(node.project.system or "", []).extend(columns)
    for system, columns in unread.items():
        yield _columns(seen, system, columns)


def _unread(seen: Seen, node: LineageNode) -> Iterator[str]:
    """The declared columns that lineage finds read by nothing; none where a reader is not understood whole."""
    key = node.project.unique_id
    if any(seen.graph.nodes[reader].unresolved for reader in seen.readers[key]):
        return
    asked, tested = seen.cover.asked_columns(key), seen.declared.words_of_tests_reading(key)
    for name in seen.artifacts.nodes[key].columns:
        column = ColumnName(key, name)
        if name.startswith("_") or name.casefold() in asked | tested:
            continue
        if not seen.graph.readers(column) and not seen.graph.row_readers(column):
            yield name


def _table(seen: Seen, node: LineageNode) -> Proposal:
    key, name = node.project.unique_id, f"{node.project.system}.{node.project.name}"
    return Proposal(
        kind=ProposalKind.FOLLOW,
        subject=(key,),
        meaning="unused table",
        title=f"{name} is delivered, and no model reads it: model it, or stop declaring it",
        evidence=(Evidence(node.project.file, "no model reads it, and no exposure names it"), *_asked(seen)),
        risk="Somebody may have asked for it, and not have come round to it yet.",
        ask=_owner(seen, key),
    )


def _columns(seen: Seen, system: str, columns: Sequence[ColumnName]) -> Proposal:
    by_table: dict[str, list[str]] = {}
    for column in columns:
        by_table.setdefault(column.relation, []).append(column.column)
    tables = [seen.nodes.nodes[key] for key in by_table]
    one = f"{system}.{tables[0].name}: its column {columns[0].column}"
    many = f"{system}: {len(columns):,} columns of {len(tables):,} {'table' if len(tables) == 1 else 'tables'}"
    return Proposal(
        kind=ProposalKind.FOLLOW,
        subject=tuple(map(str, columns)),
        meaning="unused columns",
        title=f"{one if len(columns) == 1 else many} no model reads: pass on what is wanted",
        evidence=(
            *(
                Evidence(
                    f"{system}.{table.name}", f"no value and no row depends on {', '.join(by_table[table.unique_id])}"
                )
                for table in tables
            ),
            *_asked(seen),
        ),
        risk="A column that the contract does not declare lands all the same, but no model can see it.",
        ask=_owner(seen, columns[0].relation),
    )


def _asked(seen: Seen) -> Iterator[Evidence]:
    if not seen.cover.is_empty and seen.cover.days:
        yield Evidence("the query logs", f"nobody asked for it from {seen.cover.days[0]} to {seen.cover.days[1]}")


def _owner(seen: Seen, key: str) -> tuple[str, ...]:
    owner = seen.declared.node(key).metadata.get("owner")
    return (str(owner),) if owner else ()
