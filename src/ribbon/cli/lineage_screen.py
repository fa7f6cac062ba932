"""What `ribbon lineage` prints: the tree of a column, rows, the columns of a relation, uses, gaps."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from rich.text import Text
from rich.tree import Tree

from ribbon.cli.console import Console
from ribbon.lineage.graph import LineageGraph
from ribbon.lineage.impact import Impact, Use
from ribbon.lineage.names import label
from ribbon.lineage.walks import Gap, RowStep, Step, folded, gaps_of, sources
from ribbon.model import ColumnName, Kind, Layer, Role

__all__ = [
    "is_restricted",
    "named",
    "show_columns",
    "show_following",
    "show_gaps",
    "show_readers",
    "show_rows",
    "show_uses",
    "tree_of",
]

UP = {kind: f"{kind} from" for kind in Kind}
DOWN = {
    Kind.COPIED: "copied to",
    Kind.RENAMED: "renamed to",
    Kind.COMPUTED: "computed into",
    Kind.AGGREGATED: "aggregated into",
    Kind.CONSTANT: "constant in",
}
STYLES = {Kind.COPIED: "dim", Kind.RENAMED: "dim", Kind.COMPUTED: "cyan", Kind.AGGREGATED: "magenta"}

# SQL that is only a column, with or without its relation.
NAME = re.compile(r"""[\w$."`\[\]]+""")
SHOWN = 10


def named(graph: LineageGraph, column: ColumnName) -> str:
    """A column as it is typed on the command line."""
    return f"{label(graph, column.relation)}.{spelled(graph, column)}"


def spelled(graph: LineageGraph, column: ColumnName) -> str:
    """A column's own name, in the spelling of its relation."""
    node = graph.nodes.get(column.relation)
    return (node.spelled(column.column) if node else None) or column.column


def is_restricted(graph: LineageGraph, column: ColumnName) -> bool:
    """Whether the column is restricted: its values are never shown."""
    node = graph.nodes.get(column.relation)
    return node is not None and column.column.casefold() in node.project.restricted


def marked(graph: LineageGraph, column: ColumnName, text: str) -> str:
    """The text, marked if the column is restricted."""
    return f"{text} (restricted)" if is_restricted(graph, column) else text


def one_line(sql: str) -> str:
    """SQL without its line breaks."""
    return " ".join(sql.split())


def without_origin(kind: Kind) -> str:
    """What a column without origins is made from."""
    return "aggregated from no column" if kind is Kind.AGGREGATED else "constant"


def line(*parts: tuple[str, str]) -> Text:
    """A line of parts, each with its style, cut at the width of the screen."""
    return Text.assemble(*parts, no_wrap=True, overflow="ellipsis")


def tree_of(graph: LineageGraph, start: ColumnName, steps: Sequence[Step], *, down: bool) -> Tree:
    """The walk from `start` as a tree. A column that several paths reach is expanded only the first time."""
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
    """Steps, each with whether it does the same as the step before, so that its SQL is not repeated."""
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
        sql = "the same" if again else " ← ".join(one_line(each) for each in step.expressions)
        parts.append((f" by {sql}", "dim"))
    return line(*parts)


def _marks(graph: LineageGraph, column: ColumnName) -> list[tuple[str, str]]:
    marks = [(" (restricted)", "yellow")] if is_restricted(graph, column) else []
    return marks + [(f" (not resolved: {gap.reason})", "red") for gap in gaps_of(graph, column)]


def _add_origin(graph: LineageGraph, branch: Tree, column: ColumnName) -> None:
    """Add a leaf for a column that is not made from other columns."""
    node = graph.nodes.get(column.relation)
    made = node.column(column.column) if node else None
    if made and not made.origins and not gaps_of(graph, column):
        branch.add(
            line((without_origin(made.kind), "dim"), (f": {one_line(made.expression)}" if made.expression else "", ""))
        )


def show_rows(console: Console, graph: LineageGraph, rows: Sequence[RowStep]) -> None:
    """What decides the rows, relation by relation, nearest first."""
    by_relation: dict[str, list[RowStep]] = {}
    for row in rows:
        by_relation.setdefault(row.relation, []).append(row)
    for relation, own in list(by_relation.items())[:SHOWN]:
        console.say(f"  {label(graph, relation)}")
        _show_conditions(console, graph, own)
    if len(by_relation) > SHOWN:
        console.say(f"  and {len(by_relation) - SHOWN:,} more relations; --json lists all")


def _show_conditions(console: Console, graph: LineageGraph, rows: Sequence[RowStep]) -> None:
    by_condition: dict[tuple[Role, str], list[RowStep]] = {}
    for row in rows:
        condition = "" if NAME.fullmatch(row.expression) else one_line(row.expression)
        by_condition.setdefault((row.role, condition), []).append(row)
    for (role, condition), deciding in by_condition.items():
        deciders = f"    {role} {_deciding(graph, deciding)}"
        if not condition:
            console.say(deciders)
        elif len(deciders) + len(condition) + 2 <= console.width:
            console.cut(line((deciders, ""), (f": {condition}", "dim")))
        else:
            console.say(deciders)
            console.cut(line((f"        {condition}", "dim")))


def _deciding(graph: LineageGraph, rows: Sequence[RowStep]) -> str:
    """The columns, grouped by relation."""
    by_relation: dict[str, dict[ColumnName, None]] = {}
    for row in rows:
        by_relation.setdefault(row.column.relation, {})[row.column] = None
    return ", ".join(
        f"{label(graph, relation)}{_listed(graph, list(columns))}{_itself(relation, rows[0])}"
        for relation, columns in by_relation.items()
    )


def _listed(graph: LineageGraph, columns: Sequence[ColumnName]) -> str:
    names = [marked(graph, each, spelled(graph, each)) for each in columns]
    return f".{names[0]}" if len(names) == 1 else f" ({', '.join(names)})"


def _itself(relation: str, row: RowStep) -> str:
    return " (itself, incremental)" if relation == row.relation else ""


def show_columns(console: Console, graph: LineageGraph, columns: Sequence[ColumnName]) -> None:
    """Columns of a relation, one per line, with the source columns behind them."""
    _show_each(console, graph, columns, _behind)


def _behind(graph: LineageGraph, column: ColumnName) -> str:
    by_kind: dict[str, list[str]] = {}
    for source in sources(graph, column):
        if source.column != column:
            by_kind.setdefault(source.kind, []).append(marked(graph, source.column, named(graph, source.column)))
    parts = [f"{kind} from {', '.join(names)}" for kind, names in by_kind.items()]
    parts += [f"not resolved: {gap.reason}" for gap in gaps_of(graph, column)]
    return "; ".join(parts) or _without_sources(graph, column)


def _without_sources(graph: LineageGraph, column: ColumnName) -> str:
    node = graph.nodes.get(column.relation)
    made = node.column(column.column) if node else None
    return without_origin(made.kind) if made else "as delivered"


def show_readers(console: Console, graph: LineageGraph, columns: Sequence[ColumnName]) -> None:
    """Columns of a relation, one per line, with what is made from them and whose rows they decide, one step down."""
    _show_each(console, graph, columns, _below)


def _show_each(
    console: Console,
    graph: LineageGraph,
    columns: Sequence[ColumnName],
    describe: Callable[[LineageGraph, ColumnName], str],
) -> None:
    names = [marked(graph, column, column.column) for column in columns]
    width = max(map(len, names), default=0)
    for name, column in zip(names, columns, strict=True):
        console.say(f"  {name:<{width}}  {describe(graph, column)}")


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
    """The marts and exposures that are reached, and their use cases."""
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
