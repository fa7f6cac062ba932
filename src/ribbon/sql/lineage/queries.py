"""The lineage of a query of any kind: WITH, set operations, brackets, VALUES, pivots."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from ribbon.model import Role
from ribbon.sql.dialects import SILENTLY_RECURSIVE, values_name
from ribbon.sql.lineage.from_clause import read_item
from ribbon.sql.lineage.pivots import pivoted
from ribbon.sql.lineage.scope import Cte, Result, RowKey, Scope
from ribbon.sql.lineage.select import limit_rows, read_select
from ribbon.sql.lineage.values import Value, either
from ribbon.sql.resolve import Column, Open, alias_columns, numbered, renamed

__all__ = ["read_query"]

# After so many rounds a recursion adds no origins.
ROUNDS = 20


def read_query(node: exp.Expr, outer: Scope) -> Result:
    """The result of a query that stands in the scope `outer`."""
    if node.args.get("with_") is not None:
        outer = outer.inside(_with_ctes(node, outer))
    for kinds, read in _READERS:
        if isinstance(node, kinds):
            return read(node, outer)
    return Result([], troubles=(f"{type(node).__name__.upper()} is not a query that lineage supports",))


def _set_operation(node: exp.Expr, outer: Scope) -> Result:
    result = _combined(node, [read_query(branch, outer) for branch in _branches(node)])
    return _limited(node, result, outer)


def _limited(node: exp.Expr, result: Result, outer: Scope) -> Result:
    """ORDER BY with LIMIT around a whole query."""
    scope = Scope(outer.context, outer.ctes, outer=outer.outer, rows=result.rows)
    limit_rows(node, result.columns, scope)
    return Result(result.columns, result.opens, scope.rows, (*result.troubles, *scope.troubles))


def _wrapped(node: exp.Expr, outer: Scope) -> Result:
    """A query in brackets, which may have a WITH, a pivot or an order of its own."""
    if node.args.get("pivots") or node.args.get("joins") or isinstance(node.this, exp.Table):
        return _all_of(node, outer)
    result = read_query(node.this, outer)
    columns = renamed(result.columns, alias_columns(node))
    return _limited(node, Result(columns, result.opens, result.rows, result.troubles), outer)


def _all_of(node: exp.Expr, outer: Scope) -> Result:
    """Everything of one item of a FROM."""
    scope = Scope(outer.context, outer.ctes, outer=outer.outer)
    item = node.copy()
    for key in ("order", "limit", "offset", "with_"):
        item.set(key, None)
    read_item(item, scope)
    columns = [column for source in scope.sources for column in source.columns.listed()]
    opens = tuple(open_ for source in scope.sources for open_ in source.columns.opens)
    return _limited(node, Result(columns, opens, scope.rows, tuple(scope.troubles)), outer)


def _values(node: exp.Expr, outer: Scope) -> Result:
    rows = [each.expressions if isinstance(each, exp.Tuple) else [each] for each in node.expressions]
    width = max((len(row) for row in rows), default=0)
    given = alias_columns(node)
    columns: list[Column[Value]] = []
    for place in range(width):
        value = either(outer.evaluate(row[place]) for row in rows if place < len(row))
        columns.append((given[place] if place < len(given) else values_name(outer.dialect, place), value))
    return Result(columns)


def _pivot_statement(node: exp.Expr, outer: Scope) -> Result:
    """DuckDB's PIVOT and UNPIVOT as statements."""
    scope = Scope(outer.context, outer.ctes, outer=outer.outer)
    read_item(node.this, scope)
    return _limited(node, pivoted(node, scope), scope)


_READERS: tuple[tuple[tuple[type[exp.Expr], ...], Callable[[exp.Expr, Scope], Result]], ...] = (
    ((exp.Select,), read_select),
    ((exp.SetOperation,), _set_operation),
    ((exp.Subquery, exp.Paren), _wrapped),
    ((exp.Values,), _values),
    ((exp.Pivot,), _pivot_statement),
    ((exp.Table,), _all_of),
)


def _with_ctes(node: exp.Expr, scope: Scope) -> Mapping[str, Cte]:
    """The CTEs that a query can read: those around it, and its own, each of which sees the ones before it.

    scope: where the query stands. A CTE that dbt made of an ephemeral model is left to the tables.
    """
    clause = node.args.get("with_")
    if clause is None:
        return scope.ctes
    recursive = bool(clause.args.get("recursive")) or scope.dialect in SILENTLY_RECURSIVE
    visible: dict[str, Cte] = dict(scope.ctes)
    for cte in clause.expressions:
        if scope.context.tables.ephemeral(cte.alias) is None:
            made = _Cte(cte, dict(visible), scope, recursive=recursive)
            visible[cte.alias.lower()] = made
    if clause.args.get("recursive"):
        for made_cte in visible.values():
            if isinstance(made_cte, _Cte) and made_cte.node.parent is clause:
                made_cte.ctes = {**visible, **made_cte.ctes}
    return visible


@dataclass(slots=True)
class _Cte:
    """One query of a WITH."""

    node: exp.Expr
    ctes: dict[str, Cte]
    scope: Scope
    recursive: bool
    known: Result | None = None

    def result(self) -> Result:
        """Its result; during its own recursion, what is known so far."""
        if self.known is None:
            body = self.node.this
            if self.recursive and isinstance(body, exp.SetOperation) and self._reads_itself(body.expression):
                self._recur(body)
            else:
                self.known = self._named(self.scope.context.query(body, self._inside()))
        return self.known or Result([])

    def _recur(self, body: exp.Expr) -> None:
        """Repeat the recursive part until it adds nothing."""
        first = self._named(self._query(body, body.this))
        self.known = first
        self.ctes[self.node.alias.lower()] = self
        for _ in range(ROUNDS):
            again = self._named(self._query(body, body.expression))
            united = _combined(body, [first, again])
            if _same(united, self.known):
                break
            self.known = united

    def _query(self, body: exp.Expr, part: exp.Expr) -> Result:
        inside = self._inside()
        inside.ctes = _with_ctes(body, inside)
        return self.scope.context.query(part, inside)

    def _inside(self) -> Scope:
        return Scope(self.scope.context, self.ctes, outer=self.scope.outer)

    def _reads_itself(self, part: exp.Expr) -> bool:
        own = self.node.alias.lower()
        return any(not table.db and table.name.lower() == own for table in part.find_all(exp.Table))

    def _named(self, result: Result) -> Result:
        columns = numbered(renamed(result.columns, alias_columns(self.node)), self.scope.dialect)
        return Result(columns, result.opens, result.rows, result.troubles)


def _same(one: Result, other: Result) -> bool:
    return _shape(one) == _shape(other) and one.rows.keys() == other.rows.keys()


def _shape(result: Result) -> list[tuple[str, dict[tuple[str, str], int]]]:
    return [(name, _weights(value)) for name, value in result.columns]


def _weights(value: Value) -> dict[tuple[str, str], int]:
    return {leaf: made[0] for leaf, made in value.origins.items()}


def _branches(node: exp.Expr) -> list[exp.Expr]:
    """The queries that are set side by side by the same operation; a generated union has hundreds of them."""
    found: list[exp.Expr] = []
    here = node
    while type(here) is type(node) and _plain(here, node):
        found.append(here.expression)
        here = here.this
    return [here, *reversed(found)]


def _plain(node: exp.Expr, top: exp.Expr) -> bool:
    """Whether a nested operation can be read together with the top one: the same kind, without clauses of its own."""
    if node is top:
        return True
    own = any(node.args.get(key) for key in ("with_", "order", "limit", "offset"))
    return not own and all(
        node.args.get(key) == top.args.get(key) for key in ("distinct", "by_name", "side", "kind", "on")
    )


def _combined(node: exp.Expr, results: Sequence[Result]) -> Result:
    """What a set operation makes of the results of its branches. Columns that do not match in number are a trouble."""
    rows: dict[RowKey, None] = {}
    troubles = [trouble for result in results for trouble in result.troubles]
    for result in results:
        rows.update(result.rows)
    if isinstance(node, exp.Union):
        columns = _by_name(node, results) if node.args.get("by_name") else _by_position(results)
        if node.args.get("distinct"):
            rows.update(_row_keys(columns, Role.GROUPED, "union"))
    else:
        columns = list(results[0].columns)
        word = type(node).__name__.lower()
        rows.update(_row_keys([column for other in results[1:] for column in other.columns], Role.FILTERED, word))
        rows.update(_row_keys(columns, Role.GROUPED if node.args.get("distinct") else Role.FILTERED, word))
    return Result(columns, _opens(node, results), rows, tuple(dict.fromkeys(troubles)))


def _by_name(node: exp.Expr, results: Sequence[Result]) -> list[Column[Value]]:
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


def _by_position(results: Sequence[Result]) -> list[Column[Value]]:
    """The first query names the columns. Where their numbers differ, columns cannot be matched."""
    lengths = {len(result.columns) for result in results if not result.opens}
    if len(lengths) > 1:
        trouble = f"a union's queries give back different numbers of columns: {', '.join(map(str, sorted(lengths)))}"
        return [(name, Value(troubles=(trouble,))) for name, _ in results[0].columns]
    sides = [result.columns for result in results]
    return [
        (name, either(side[place][1] for side in sides if place < len(side)))
        for place, (name, _) in enumerate(results[0].columns)
    ]


def _opens(node: exp.Expr, results: Sequence[Result]) -> tuple[Open[Value], ...]:
    """By name, columns that are not listed still match; by position they do not."""
    opens = [open_ for result in results for open_ in result.opens]
    if not opens:
        return ()
    if node.args.get("by_name") or not isinstance(node, exp.Union):
        label = " and ".join(dict.fromkeys(open_.label for open_ in opens))
        return (Open(label, lambda name: either(open_.get(name) for open_ in opens)),)
    label = " and ".join(dict.fromkeys(open_.label for open_ in opens))
    trouble = f"a union by position of {label}, whose columns are not known"
    return (Open(label, lambda name: Value(troubles=(f"{name}: {trouble}",))),)


def _row_keys(columns: Iterable[Column[Value]], role: Role, text: str) -> dict[RowKey, None]:
    return {(leaf, role, text): None for _, value in columns for leaf in value.origins}
