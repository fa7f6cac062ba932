"""What the value of an expression is made from."""

from collections.abc import Iterator

from sqlglot import exp

from ribbon.model import Role
from ribbon.sql.lineage.functions import UNITS, aggregates, unfolds
from ribbon.sql.lineage.scope import Scope
from ribbon.sql.lineage.shapes import element, field_of, fields
from ribbon.sql.lineage.values import AGGREGATED, COMPUTED, CONSTANT, Value, made_by

__all__ = ["evaluate", "name_parts"]

# What takes a part of a struct or an array.
TAKING = (exp.Dot, exp.Bracket, exp.StructExtract)

# What stands between a window and the function that it is of.
AROUND_FUNCTION = (exp.IgnoreNulls, exp.RespectNulls, exp.Filter, exp.WithinGroup)


def evaluate(node: exp.Expr, scope: Scope) -> Value:
    """The value of an expression. What cannot be resolved is in its troubles."""
    while isinstance(node, exp.Alias | exp.Paren):
        node = node.this
    if isinstance(node, exp.Column) and not isinstance(node.this, exp.Star):
        return scope.resolve(name_parts(node))
    if isinstance(node, exp.Columns) and scope.star is not None:
        return scope.star
    if isinstance(node, TAKING):
        found = field_of(node, scope)
        if found is not None:
            return found
    return _computed(node, scope)


def name_parts(column: exp.Expr) -> list[str]:
    """The parts of a name, outermost first."""
    return [part.name for key in ("catalog", "db", "table", "this") if (part := column.args.get(key)) is not None]


def _computed(node: exp.Expr, scope: Scope) -> Value:
    gathered = _Gathered(scope)
    gathered.walk(node)
    text = scope.context.sql(node)
    return made_by(text, gathered.parts, gathered.level, fields=fields(node, scope), element=element(node, scope))


class _Gathered:
    """All that an expression is made of, with what is done to each part."""

    def __init__(self, scope: Scope) -> None:
        self.parts: list[tuple[Value, int]] = []
        self.level = CONSTANT
        self._scope = scope

    def walk(self, node: exp.Expr, level: int = COMPUTED, bound: frozenset[str] = frozenset()) -> None:
        """Go through a tree; a stack, because conditions can be thousands of levels deep."""
        ahead = [(node, level, bound)]
        while ahead:
            here, done, names = ahead.pop()
            if isinstance(here, exp.Query):
                self._sub_query(here, done, rows_only=False)
            elif isinstance(here, exp.Exists) and isinstance(here.this, exp.Query):
                self._sub_query(here.this, done, rows_only=True)
            elif isinstance(here, exp.Column):
                self._column(here, done, names)
            elif isinstance(here, exp.Columns) and self._scope.star is not None:
                self.parts.append((self._scope.star, done))
            elif isinstance(here, exp.Window):
                ahead += ((child, done, names) for child in self._window(here))
            elif isinstance(here, TAKING) and (found := field_of(here, self._scope)) is not None:
                self.parts.append((found, done))
            else:
                ahead += self._children(here, done, names)

    def _children(
        self, node: exp.Expr, level: int, bound: frozenset[str]
    ) -> Iterator[tuple[exp.Expr, int, frozenset[str]]]:
        if aggregates(node) or isinstance(node, exp.Filter | exp.WithinGroup):
            level = self.level = AGGREGATED
        if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
            self.parts += ((value, level) for source in self._scope.sources for _, value in source.rows.listed())
        if isinstance(node, exp.Lambda):
            bound |= {parameter.name.lower() for parameter in node.expressions}
        if isinstance(node, exp.Comprehension):
            bound |= {name.name.lower() for name in (node.expression, node.args.get("position")) if name}
            yield from ((child, level, bound) for child in (node.this, node.args.get("condition")) if child)
            yield node.args["iterator"], level, bound - {node.expression.name.lower()}
            return
        if unfolds(node) and not isinstance(node.parent, exp.In):
            self._unfold(node)
        skipped = node.this if isinstance(node, exp.PropertyEQ | exp.Kwarg) and not _of_map(node) else None
        for child in node.iter_expressions():
            if child is not skipped:
                yield child, level, bound

    def _window(self, node: exp.Expr) -> Iterator[exp.Expr]:
        """All that a window function's value depends on: arguments, partition, order and frame."""
        named = node.args.get("alias")
        if named is not None and named.name.lower() in self._scope.windows:
            yield from self._window(self._scope.windows[named.name.lower()])
        function = node.this
        for key, child in node.args.items():
            if key not in {"this", "alias"}:
                yield from (
                    each for each in (child if isinstance(child, list) else [child]) if isinstance(each, exp.Expr)
                )
        while isinstance(function, AROUND_FUNCTION):
            yield from (child for child in function.iter_expressions() if child is not function.this)
            function = function.this
        if isinstance(function, exp.Expr) and not isinstance(function, exp.Identifier):
            yield from (child for child in function.iter_expressions() if not isinstance(child, exp.Star))

    def _column(self, node: exp.Expr, level: int, bound: frozenset[str]) -> None:
        names = name_parts(node)
        if names[0].lower() in bound | self._scope.bound:
            return
        if isinstance(node.this, exp.Star):
            source = self._scope.source(tuple(name.lower() for name in names[:-1]))
            listed = source.rows.listed() if source and not isinstance(node.parent, exp.Count) else []
            self.parts += ((value, level) for _, value in listed)
            return
        value = self._scope.resolve(names)
        if not (value.troubles and _may_be_a_word(node)):
            self.parts.append((value, level))

    def _sub_query(self, node: exp.Expr, level: int, *, rows_only: bool) -> None:
        """A sub-query's columns, and what decides its rows, all have a part in the value."""
        result = self._scope.context.query(node, self._scope)
        if not rows_only:
            self.parts += ((value, level) for _, value in result.columns)
            self.level = max([self.level, *(value.level for _, value in result.columns)])
            troubles = [f"the columns of {open_.label} are not known" for open_ in result.opens]
            self.parts += ((Value(troubles=(trouble,)), level) for trouble in troubles)
        rows = {leaf: (level, (text,) if text else ()) for leaf, _, text in result.rows}
        if isinstance(node.parent, exp.Array):
            self._order(node, level)
        self.parts.append((Value(rows, level if rows else CONSTANT, troubles=result.troubles), level))

    def _order(self, node: exp.Expr, level: int) -> None:
        """The order of the rows is the order of the array that is made of them."""
        order = node.args.get("order")
        if order is not None and not (node.args.get("limit") or node.args.get("offset")):
            ordered = node.copy()
            ordered.set("limit", exp.Limit(expression=exp.Literal.number(1)))
            result = self._scope.context.query(ordered, self._scope)
            keys = {leaf: (level, (text,)) for leaf, role, text in result.rows if role is Role.LIMITED}
            self.parts.append((Value(keys, level if keys else CONSTANT), level))

    def _unfold(self, node: exp.Expr) -> None:
        """An array in a select list makes as many rows as it has elements; a struct makes columns."""
        values = [evaluate(child, self._scope) for child in node.iter_expressions()]
        if not any(value.fields for value in values):
            for value in values:
                self._scope.depend(value, Role.JOINED, self._scope.context.sql(node))


def _of_map(node: exp.Expr) -> bool:
    """The keys of a map are values; those of a struct are names."""
    return node.parent is not None and isinstance(node.parent.parent, exp.ToMap | exp.Map)


def _may_be_a_word(node: exp.Expr) -> bool:
    """`day` in a function that sqlglot does not know is a part of a date where no column is called so."""
    return isinstance(node.parent, exp.Func) and not node.args.get("table") and node.name.lower() in UNITS
