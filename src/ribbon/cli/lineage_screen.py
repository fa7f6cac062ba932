"""What `ribbon lineage` shows beside the tree: rows, columns of a relation, uses, what is unresolved."""

from collections.abc import Callable, Iterable, Sequence

from ribbon.cli.console import Console
from ribbon.cli.lineage_rows import show_rows
from ribbon.cli.lineage_tree import DOWN
from ribbon.cli.lineage_words import marked, missing, named
from ribbon.lineage.graph import LineageGraph
from ribbon.lineage.impact import Impact, Use
from ribbon.lineage.names import label
from ribbon.lineage.walks import Gap, gaps_of, sources
from ribbon.model import ColumnName, Layer

__all__ = ["show_columns", "show_following", "show_gaps", "show_readers", "show_uses"]


def show_columns(console: Console, graph: LineageGraph, columns: Sequence[ColumnName]) -> None:
    """Columns of a relation, one line each, with the source columns behind them."""
    _show_each(console, graph, columns, _behind)


def _behind(graph: LineageGraph, column: ColumnName) -> str:
    by_kind: dict[str, list[str]] = {}
    for source in sources(graph, column):
        if source.column != column:
            by_kind.setdefault(source.kind, []).append(marked(graph, source.column, named(graph, source.column)))
    told = [f"{kind} from {', '.join(names)}" for kind, names in by_kind.items()]
    told += [f"not resolved: {gap.reason}" for gap in gaps_of(graph, column)]
    return "; ".join(told) or _from_nothing(graph, column)


def _from_nothing(graph: LineageGraph, column: ColumnName) -> str:
    node = graph.nodes.get(column.relation)
    made = node.column(column.column) if node else None
    return missing(made.kind) if made else "as it is delivered"


def show_readers(console: Console, graph: LineageGraph, columns: Sequence[ColumnName]) -> None:
    """Columns of a relation, one line each, with what is made from them and whose rows they decide, one step down."""
    _show_each(console, graph, columns, _below)


def _show_each(
    console: Console,
    graph: LineageGraph,
    columns: Sequence[ColumnName],
    told: Callable[[LineageGraph, ColumnName], str],
) -> None:
    names = [marked(graph, column, column.column) for column in columns]
    width = max(map(len, names), default=0)
    for name, column in zip(names, columns, strict=True):
        console.say(f"  {name:<{width}}  {told(graph, column)}")


def _below(graph: LineageGraph, column: ColumnName) -> str:
    by_word: dict[str, dict[str, None]] = {}
    for reader in graph.readers(column):
        by_word.setdefault(DOWN[reader.kind], {})[marked(graph, reader.column, named(graph, reader.column))] = None
    for row in graph.row_readers(column):
        itself = row.relation == column.relation
        by_word.setdefault("decides rows of", {})["itself (incremental)" if itself else label(graph, row.relation)] = (
            None
        )
    return "; ".join(f"{word} {', '.join(names)}" for word, names in by_word.items()) or "no model reads it"


def show_following(console: Console, graph: LineageGraph, found: Impact) -> None:
    """The relations whose rows a column decides, and those that read them."""
    if found.rows:
        console.heading("Rows it decides")
        show_rows(console, graph, found.rows)
    if found.following:
        console.heading("Rows and aggregates that follow from these")
        console.say(f"  {', '.join(label(graph, relation) for relation in found.following)}")


def show_uses(console: Console, graph: LineageGraph, uses: Sequence[Use], reached: Iterable[str]) -> None:
    """The marts and exposures that are reached, and the use cases that they belong to."""
    nodes = [graph.nodes[relation].project for relation in reached if relation in graph.nodes]
    marts = dict.fromkeys(node.label for node in nodes if node.layer is Layer.MART)
    cases = {node.use_case for node in nodes} | {use.exposure.use_case for use in uses}
    if marts:
        console.heading("Marts")
        console.say(f"  {', '.join(marts)}")
    if uses:
        console.heading("Uses")
    for use in uses:
        console.say(f"  {_use(graph, use)}")
    if named_cases := sorted(case for case in cases if case):
        console.heading("Use cases")
        console.say(f"  {', '.join(named_cases)}")


def _use(graph: LineageGraph, use: Use) -> str:
    exposure = use.exposure
    through = ", ".join(label(graph, relation) for relation in use.relations)
    about = ", ".join(word for word in (exposure.type, exposure.owner) if word)
    return f"{exposure.name} ({about}): {'values' if use.by_values else 'rows alone'} of {through}"


def show_gaps(console: Console, graph: LineageGraph, found: Sequence[Gap]) -> None:
    """What could not be resolved, and why."""
    if found:
        console.heading(f"Not resolved: {len(found):,}")
    for relation, gap in found:
        where = f"{label(graph, relation)}.{gap.column}" if gap.column else label(graph, relation)
        console.say(f"  {where}: {gap.reason}")
