"""Follow: what a source delivers and nothing reads."""

from collections.abc import Iterable, Iterator

from ribbon.evolve.evidence import Seen
from ribbon.evolve.right.used import unused_relations
from ribbon.lineage import LineageNode
from ribbon.model import ColumnName, Evidence, Proposal, ProposalKind

__all__ = ["find_unused_sources"]


def find_unused_sources(seen: Seen) -> Iterable[Proposal]:
    """A proposal for each source that no model reads, and each of whose columns some are read by nothing.

    What people ask for in the lake itself is used, and so is what an exposure reads.
    """
    exposed = {key for exposure in seen.nodes.exposures for key in exposure.depends_on}
    retired = unused_relations(seen)
    for key, node in seen.own.items():
        if node.project.resource_type != "source" or key in exposed or seen.cover.is_asked(key):
            continue
        if not seen.readers.get(key):
            if key not in retired:  # what the logs say more of is another rule's
                yield _table(seen, node)
        elif columns := tuple(_unread(seen, node)):
            yield _columns(seen, node, columns)


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


def _columns(seen: Seen, node: LineageNode, columns: tuple[str, ...]) -> Proposal:
    key, name = node.project.unique_id, f"{node.project.system}.{node.project.name}"
    told = f"{len(columns)} of its columns" if len(columns) > 1 else f"its column {columns[0]}"
    return Proposal(
        kind=ProposalKind.FOLLOW,
        subject=tuple(f"{key}.{column}" for column in columns),
        meaning="unused columns",
        title=f"{name}: {told} no model reads: pass on what is wanted, or say that the rest is not",
        evidence=(Evidence("lineage", f"no value and no row depends on {', '.join(columns)}"), *_asked(seen)),
        risk="A column that the contract does not declare lands all the same, but no model can see it.",
        ask=_owner(seen, key),
    )


def _asked(seen: Seen) -> Iterator[Evidence]:
    if not seen.cover.is_empty and seen.cover.days:
        yield Evidence("the query logs", f"nobody asked for it from {seen.cover.days[0]} to {seen.cover.days[1]}")


def _owner(seen: Seen, key: str) -> tuple[str, ...]:
    owner = seen.declared.node(key).metadata.get("owner")
    return (str(owner),) if owner else ()
