"""What the value of an expression is made from; of structs and arrays only the part that is used."""

from collections.abc import Iterator

from sqlglot import exp

from ribbon.model import Role
from ribbon.sql.dialects import UNITS, aggregates, unfolds
from ribbon.sql.lineage.scope import Scope
from ribbon.sql.lineage.values import AGGREGATED, COMPUTED, CONSTANT, Value, either, made_by
from ribbon.sql.resolve import name_parts
from ribbon.sql.stars import matched

__all__ = ["columns_of", "evaluate"]

# Aggregates that give back one of the values they are given, whole.
PICKING = (exp.ArgMax, exp.ArgMin, exp.AnyValue, exp.First, exp.Last)

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
        found = _field_of(node, scope)
        if found is not None:
            return found
    return _computed(node, scope)


def columns_of(node: exp.Expr, scope: Scope) -> Iterator[str]:
    """Once for each column that a COLUMNS(…) in the expression stands for, which it means meanwhile; else just once."""
    picked = node.find(exp.Columns) if scope.context.picks else None
    if picked is None:
        yield ""
        return
    for name, value in list(matched(picked, scope)):
        scope.star = value
        yield name
    scope.star = None


def _computed(node: exp.Expr, scope: Scope) -> Value:
    gathered = _Gathered(scope)
    gathered.walk(node)
    text = scope.text(node)
    return made_by(text, gathered.parts, gathered.level, fields=_fields(node, scope), element=_element(node, scope))


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
            elif isinstance(here, TAKING) and (found := _field_of(here, self._scope)) is not None:
                self.parts.append((found, done))
            else:
                ahead += self._children(here, done, names)

    def _children(
        self, node: exp.Expr, level: int, bound: frozenset[str]
    ) -> Iterator[tuple[exp.Expr, int, frozenset[str]]]:
        if aggregates(node) or isinstance(node, exp.Filter | exp.WithinGroup):
            level = self.level = AGGREGATED
        if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
            self.parts += ((value, level) for source in self._scope.sources for _, value in source.columns.listed())
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
            listed = source.columns.listed() if source and not isinstance(node.parent, exp.Count) else []
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
                self._scope.depend(value, Role.JOINED, self._scope.text(node))


def _of_map(node: exp.Expr) -> bool:
    """The keys of a map are values; those of a struct are names."""
    return node.parent is not None and isinstance(node.parent.parent, exp.ToMap | exp.Map)


def _may_be_a_word(node: exp.Expr) -> bool:
    """`day` in a function that sqlglot does not know is a part of a date where no column is called so."""
    return isinstance(node.parent, exp.Func) and not node.args.get("table") and node.name.lower() in UNITS


def _field_of(node: exp.Expr, scope: Scope) -> Value | None:
    """The part that `a.b`, `a['b']` or `a[1]` takes; None where the parts of `a` are not known."""
    name = _field_name(node)
    if isinstance(node, exp.Bracket) and name is None:
        return scope.evaluate(node.this).element
    if name is None or (isinstance(node.this, exp.Identifier) and node.this.name.lower() in scope.bound):
        return None
    return (scope.evaluate(node.this).fields or {}).get(name.lower())


def _field_name(node: exp.Expr) -> str | None:
    if isinstance(node, exp.Dot):
        return node.expression.name if isinstance(node.expression, exp.Identifier) else None
    key = node.expression if isinstance(node, exp.StructExtract) else (node.expressions or [None])[0]
    return key.name if isinstance(key, exp.Literal) and key.is_string else None


def _fields(node: exp.Expr, scope: Scope) -> dict[str, Value] | None:
    """The parts of a struct that is put together here, by folded name."""
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Struct) and node.to.expressions:
        values = (_fields(node.this, scope) or {}).values()
        return {part.name.lower(): value for part, value in zip(node.to.expressions, values, strict=False)}
    if isinstance(node, PICKING):
        return _picked(node, scope)
    if not isinstance(node, exp.Struct):
        return None
    found: dict[str, Value] = {}
    for place, part in enumerate(node.expressions):
        named = isinstance(part, exp.PropertyEQ)
        name = part.this.name if named else part.alias_or_name or f"_field_{place + 1}"
        found[name.lower()] = scope.evaluate(part.expression if named else part)
    return found


def _picked(node: exp.Expr, scope: Scope) -> dict[str, Value] | None:
    """The parts of the one struct that an aggregate picks; which it is, its other arguments decide."""
    text = scope.text(node)
    others = [child for child in node.iter_expressions() if child is not node.this]
    by = [(scope.evaluate(child), AGGREGATED) for child in others]
    parts = (scope.evaluate(node.this).fields or {}).items()
    return {name: made_by(text, [(part, AGGREGATED), *by]) for name, part in parts} or None


def _element(node: exp.Expr, scope: Scope) -> Value | None:
    """The elements of an array that is put together here; None where it is none."""
    if isinstance(node, exp.ArrayAgg):
        return _gathered(node, scope)
    if not isinstance(node, exp.Array) or not node.expressions:
        return None
    first = node.expressions[0]
    if not isinstance(first, exp.Query):
        return either(scope.evaluate(part) for part in node.expressions)
    result = scope.context.query(first, scope)
    return _row(dict(result.columns), first, scope) if first.args.get("kind") == "STRUCT" else None


def _row(columns: dict[str, Value], node: exp.Expr, scope: Scope) -> Value:
    """One row of `array(select as struct …)`."""
    text = scope.text(node)
    parts = {name.lower(): made_by(text, ((value, COMPUTED),)) for name, value in columns.items()}
    return made_by(text, ((value, COMPUTED) for value in columns.values()), fields=parts)


def _gathered(node: exp.Expr, scope: Scope) -> Value:
    """One of the values that an aggregate puts into an array; which it is, its order decides."""
    text = scope.text(node)
    inner, order = node.this, []
    while isinstance(inner, exp.Limit | exp.Order | exp.Distinct):
        if isinstance(inner, exp.Order):
            order = [(scope.evaluate(key.this), AGGREGATED) for key in inner.expressions]
        inner = inner.expressions[0] if isinstance(inner, exp.Distinct) else inner.this
    value = scope.evaluate(inner)
    parts = {name: made_by(text, [(part, AGGREGATED), *order]) for name, part in (value.fields or {}).items()}
    return made_by(text, [(value, AGGREGATED), *order], fields=parts or None)
