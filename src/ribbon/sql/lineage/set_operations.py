"""UNION, EXCEPT and INTERSECT."""

from collections.abc import Iterable, Sequence

from sqlglot import exp

from ribbon.model import Role
from ribbon.sql.lineage.relations import Open, Result, RowKey
from ribbon.sql.lineage.values import Value, either

__all__ = ["branches", "combined"]


def branches(node: exp.Expr) -> list[exp.Expr]:
    """The queries that are set side by side by the same operation; a generated union has hundreds of them."""
    found: list[exp.Expr] = []
    here = node
    while type(here) is type(node) and _plain(here, node):
        found.append(here.expression)
        here = here.this
    return [here, *reversed(found)]


def _plain(node: exp.Expr, top: exp.Expr) -> bool:
    """Whether a nested operation is one with the top: nothing of its own, and the same in all that matters."""
    if node is top:
        return True
    own = any(node.args.get(key) for key in ("with_", "order", "limit", "offset"))
    return not own and all(
        node.args.get(key) == top.args.get(key) for key in ("distinct", "by_name", "side", "kind", "on")
    )


def combined(node: exp.Expr, results: Sequence[Result]) -> Result:
    """What a set operation makes of the results of its branches. Columns that do not match in number are a trouble."""
    rows: dict[RowKey, None] = {}
    troubles = [trouble for result in results for trouble in result.troubles]
    for result in results:
        rows.update(result.rows)
    if isinstance(node, exp.Union):
        columns = _by_name(node, results) if node.args.get("by_name") else _by_position(results)
        if node.args.get("distinct"):
            rows.update(_keys(columns, Role.GROUPED, "union"))
    else:
        columns = list(results[0].columns)
        word = type(node).__name__.lower()
        rows.update(_keys([column for other in results[1:] for column in other.columns], Role.FILTERED, word))
        rows.update(_keys(columns, Role.GROUPED if node.args.get("distinct") else Role.FILTERED, word))
    return Result(columns, _opens(node, results), rows, tuple(dict.fromkeys(troubles)))


def _by_name(node: exp.Expr, results: Sequence[Result]) -> list[tuple[str, Value]]:
    """Columns that have one name are one; BigQuery's LEFT keeps those of the first query, INNER those of every one."""
    found: dict[str, tuple[str, list[Value]]] = {}
    for result in results:
        for name, value in result.columns:
            found.setdefault(name.lower(), (name, []))[1].append(value)
    words = {str(node.args.get(key) or "").upper() for key in ("side", "kind")}
    if "INNER" in words:
        found = {key: each for key, each in found.items() if len(each[1]) == len(results)}
    if "LEFT" in words:
        found = {key: each for key, each in found.items() if results[0].get(key) is not None}
    return [(name, either(values)) for name, values in found.values()]


def _by_position(results: Sequence[Result]) -> list[tuple[str, Value]]:
    """The first query names the columns. Where the queries differ in number of columns, nobody can say what is what."""
    lengths = {len(result.columns) for result in results if not result.opens}
    if len(lengths) > 1:
        trouble = f"a union's queries give back different numbers of columns: {', '.join(map(str, sorted(lengths)))}"
        return [(name, Value(troubles=(trouble,))) for name, _ in results[0].columns]
    sides = [result.columns for result in results]
    return [
        (name, either(side[place][1] for side in sides if place < len(side)))
        for place, (name, _) in enumerate(results[0].columns)
    ]


def _opens(node: exp.Expr, results: Sequence[Result]) -> tuple[Open, ...]:
    """By name, columns that are not listed still match; by position nobody can say which is which."""
    opens = [open_ for result in results for open_ in result.opens]
    if not opens:
        return ()
    if node.args.get("by_name") or not isinstance(node, exp.Union):
        label = " and ".join(dict.fromkeys(open_.label for open_ in opens))
        return (Open(label, lambda name: either(open_.get(name) for open_ in opens)),)
    label = " and ".join(dict.fromkeys(open_.label for open_ in opens))
    trouble = f"a union by position of {label}, whose columns are not known"
    return (Open(label, lambda name: Value(troubles=(f"{name}: {trouble}",))),)


def _keys(columns: Iterable[tuple[str, Value]], role: Role, text: str) -> dict[RowKey, None]:
    return {(leaf, role, text): None for _, value in columns for leaf in value.origins}
