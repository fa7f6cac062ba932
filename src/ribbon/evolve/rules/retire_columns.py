"""Retire: columns of marts that nobody asks for and nothing is made from, while the mart itself is asked for."""

from collections.abc import Iterable, Iterator

from ribbon.evolve.evidence import Seen
from ribbon.evolve.right.used import ASKING
from ribbon.evolve.rules.people import owners_of
from ribbon.lineage import LineageNode
from ribbon.model import ColumnName, Evidence, Layer, Proposal, ProposalKind

__all__ = ["find_unused_columns"]

# Of a mart that is asked for less often, little is known of its columns.
QUERIES = 30


def find_unused_columns(seen: Seen) -> Iterable[Proposal]:
    """A proposal for each mart that has such columns; its keys, and what it promises across columns, are left out."""
    if seen.cover.wanting:
        return
    queries = {each.relation: each.queries for each in seen.usage.by_relation()}
    unseen = {key for use in seen.nodes.exposures if use.type not in ASKING for key in use.depends_on}
    for key, node in seen.own.items():
        is_asked = seen.cover.is_asked(key) and queries.get(key, 0) >= QUERIES
        if node.project.layer is Layer.MART and is_asked and key not in unseen and not _is_read_in_doubt(seen, key):
            columns = tuple(_unused(seen, node))
            if columns:
                yield _proposal(seen, node, columns)


def _is_read_in_doubt(seen: Seen, key: str) -> bool:
    """Whether something that reads it is not understood whole."""
    return any(seen.graph.nodes[reader].unresolved for reader in seen.readers.get(key, ()))


def _unused(seen: Seen, node: LineageNode) -> Iterator[str]:
    key, cutoff = node.project.unique_id, seen.cover.cutoff
    asked, needed = seen.cover.asked_columns(key), _needed(seen, key)
    for name in node.columns or ():
        column = ColumnName(key, name)
        if name.startswith("_") or name.casefold() in asked | needed:
            continue
        if seen.graph.readers(column) or seen.graph.row_readers(column):
            continue
        if cutoff and seen.ages.column_was_there(key, name, cutoff):
            yield name


def _needed(seen: Seen, key: str) -> frozenset[str]:
    """The columns that tell rows apart, and those that a promise about several columns names."""
    found = set(seen.declared.words_of_tests_reading(key))
    for test in seen.declared.tests(key):
        arguments = test.test_metadata.kwargs if test.test_metadata else {}
        if test.test_metadata and test.test_metadata.name == "unique" and test.column_name:
            found.add(test.column_name.casefold())
        listed = (value for name, value in arguments.items() if isinstance(value, list) and name != "value_set")
        found.update(str(each).casefold() for value in listed for each in value)
    return frozenset(found)


def _proposal(seen: Seen, node: LineageNode, columns: tuple[str, ...]) -> Proposal:
    key, cover = node.project.unique_id, seen.cover
    of = f"{len(columns):,} of {len(node.columns or ()):,} columns"
    days = f"from {cover.cutoff} to {cover.days[1]}" if cover.days else ""
    return Proposal(
        kind=ProposalKind.RETIRE,
        subject=tuple(f"{key}.{column}" for column in columns),
        meaning="columns",
        title=f"{node.project.label}: nobody asks for {of}; let them go, or say who needs them",
        evidence=(
            Evidence("the query logs", f"no query {days} names {', '.join(columns)}; others of the mart are asked for"),
            Evidence("lineage", "nothing is made from them"),
        ),
        risk="A reader that takes all columns of an export, or a query that no imported log shows, may need one.",
        ask=owners_of(seen, key),
    )
