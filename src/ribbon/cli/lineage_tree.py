"""A walk through columns as a tree of lines."""

from collections import defaultdict
from collections.abc import Sequence

from rich.text import Text
from rich.tree import Tree

from ribbon.cli.lineage_words import is_restricted, missing, named, one_line
from ribbon.lineage.graph import LineageGraph
from ribbon.lineage.walks import Step, folded, gaps_of
from ribbon.model import ColumnName, Kind

__all__ = ["DOWN", "line", "tree_of"]

UP = {kind: f"{kind} from" for kind in Kind}
DOWN = {
    Kind.COPIED: "copied to",
    Kind.RENAMED: "renamed to",
    Kind.COMPUTED: "computed into",
    Kind.AGGREGATED: "aggregated into",
    Kind.CONSTANT: "constant in",
}
STYLES = {Kind.COPIED: "dim", Kind.RENAMED: "dim", Kind.COMPUTED: "cyan", Kind.AGGREGATED: "magenta"}


def line(*parts: tuple[str, str]) -> Text:
    """A line of parts, each with its style, that is cut where the screen ends."""
    return Text.assemble(*parts, no_wrap=True, overflow="ellipsis")


def tree_of(graph: LineageGraph, start: ColumnName, steps: Sequence[Step], *, down: bool) -> Tree:
    """The walk from `start`; what lies beyond a column that several ways reach is shown where it is met first."""
    edges: dict[tuple[str, str], list[Step]] = defaultdict(list)
    for step in steps:
        edges[folded(step.of)].append(step)
    root = Tree(line((named(graph, start), "bold"), *_marks(graph, start)))
    ahead, met = [(root, start)], {folded(start)}
    while ahead:
        branch, column = ahead.pop()
        if not down:
            _add_origin(graph, branch, column)
        beyond = []
        for step, again in _with_repeats(edges[folded(column)]):
            repeated = folded(step.column) in met
            twig = branch.add(_edge(graph, step, down=down, again=again, repeated=repeated and _leads_on(edges, step)))
            beyond += [] if repeated else [(twig, step.column)]
            met.add(folded(step.column))
        ahead += reversed(beyond)
    return root


def _leads_on(edges: dict[tuple[str, str], list[Step]], step: Step) -> bool:
    return not step.within and bool(edges.get(folded(step.column)))


def _with_repeats(steps: Sequence[Step]) -> list[tuple[Step, bool]]:
    """Steps with whether the one before does the same, so that it need not be written again."""
    befores = (None, *steps)
    return [
        (step, before is not None and (before.kind, before.expressions) == (step.kind, step.expressions))
        for before, step in zip(befores, steps, strict=False)
    ]


def _edge(graph: LineageGraph, step: Step, *, down: bool, again: bool, repeated: bool) -> Text:
    words = (DOWN if down else UP)[step.kind]
    parts = [(f"{words} ", STYLES.get(step.kind, "")), (named(graph, step.column), ""), *_marks(graph, step.column)]
    if step.within:
        parts.append((" (itself, incremental)", "dim"))
    if repeated:
        parts.append((" (shown elsewhere)", "dim"))
    if step.expressions:
        told = "the same" if again else " ← ".join(one_line(sql) for sql in step.expressions)
        parts.append((f" by {told}", "dim"))
    return line(*parts)


def _marks(graph: LineageGraph, column: ColumnName) -> list[tuple[str, str]]:
    marks = [(" (restricted)", "yellow")] if is_restricted(graph, column) else []
    return marks + [(f" (not resolved: {gap.reason})", "red") for gap in gaps_of(graph, column)]


def _add_origin(graph: LineageGraph, branch: Tree, column: ColumnName) -> None:
    """A leaf for what a column is made from where that is no column."""
    node = graph.nodes.get(column.relation)
    made = node.column(column.column) if node else None
    if made and not made.origins and not gaps_of(graph, column):
        branch.add(line((missing(made.kind), "dim"), (f": {one_line(made.expression)}" if made.expression else "", "")))
