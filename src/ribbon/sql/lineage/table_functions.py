"""Functions in a FROM: arrays that are unfolded into rows, series, files."""

from sqlglot import exp

from ribbon.model import Role
from ribbon.sql.lineage.relations import Open, Readable, Result, Source, TableRows
from ribbon.sql.lineage.scope import Scope
from ribbon.sql.lineage.tables import Table
from ribbon.sql.lineage.types import element_of
from ribbon.sql.lineage.values import COMPUTED, Value, made_by

__all__ = ["array_of", "is_function", "table_path", "unfolded"]

FUNCTIONS = (exp.Unnest, exp.Lateral, exp.TableFromRows, exp.GenerateSeries, exp.Values)

# Functions that give back the rows of something outside.
READERS = ("read_", "parquet_scan", "csv_scan", "delta_scan", "iceberg_scan", "sqlite_scan", "postgres_scan", "glob")
READING = (exp.ReadCSV, exp.ReadParquet)

# What dialects call the only column of a function that nobody gave a name.
DEFAULT_NAMES = {"generateseries": "generate_series", "explodinggenerateseries": "generate_series", "explode": "col"}


def table_path(node: exp.Expr) -> list[str]:
    """The name of a relation as the query writes it, part by part, outermost first."""
    return [part.name for part in _parts(node)]


def _parts(node: exp.Expr) -> list[exp.Expr]:
    """A name of more than three parts is a tree of dots."""
    return list(node.parts) if isinstance(node, exp.Table) else []


def is_function(node: exp.Expr) -> bool:
    """Whether an item of a FROM is a function over values, not a relation or a query."""
    if isinstance(node, exp.Lateral):
        return not isinstance(node.this, exp.Query)
    if isinstance(node, exp.Table):
        return isinstance(node.this, exp.Func)
    return isinstance(node, FUNCTIONS)


def array_of(node: exp.Expr, scope: Scope) -> exp.Expr | None:
    """BigQuery's `from t, t.items`: a path that begins with a source is an array to unfold."""
    if not isinstance(node, exp.Table) or not node.db or isinstance(node.this, exp.Func):
        return None
    parts = [part.copy() for part in _parts(node)]
    if scope.source((parts[0].name.casefold(),)) is None:
        return None
    keys = ("this", "table", "db", "catalog")
    column = exp.Column(**dict(zip(keys, reversed(parts), strict=False)))
    return exp.Unnest(expressions=[column], alias=exp.TableAlias(columns=[exp.to_identifier(node.alias_or_name)]))


def unfolded(node: exp.Expr, alias: exp.Expr | None, names: list[str], scope: Scope) -> Source:
    """The source that a function in a FROM makes. Its rows depend on the arrays that it unfolds."""
    own = node.args.get("alias")
    names = [column.name for column in own.columns] if isinstance(own, exp.TableAlias) and own.columns else names
    called = next((each.name for each in (alias, own) if each is not None), "")
    arguments = _arguments(node)
    values = [scope.context.evaluate(argument, scope) for argument in arguments]
    text = scope.context.sql(_bare(node))
    for value in values:
        scope.depend(value, Role.JOINED, text)
    rows = _file(node, text, scope) or _columns(node, values, names, called, text, scope)
    only = not called and len(names) == 1
    return Source(((names[0] if only else called).casefold(),), rows, scalar=only or _bare_alias(node, names))


def _bare_alias(node: exp.Expr, names: list[str]) -> bool:
    """`from range(3) as n`: n is the rows and their only column."""
    return not names and not isinstance(node, exp.Values)


def _bare(node: exp.Expr) -> exp.Expr:
    """The function without its alias."""
    inner = node.this if isinstance(node, exp.Table | exp.Lateral) else node
    if inner.args.get("alias") is None:
        return inner
    copied = inner.copy()
    copied.set("alias", None)
    return copied


def _arguments(node: exp.Expr) -> list[exp.Expr]:
    inner = node.this if isinstance(node, exp.Table | exp.Lateral) else node
    if isinstance(inner, exp.Unnest | exp.Anonymous):
        return list(inner.expressions)
    if isinstance(inner, (*READING, exp.Values)):
        return []
    return [
        child.expression if isinstance(child, exp.Kwarg) else child
        for child in inner.iter_expressions()
        if not isinstance(child, exp.TableAlias)
    ]


def _file(node: exp.Expr, text: str, scope: Scope) -> Readable | None:
    """A file is a relation that nobody described."""
    inner = node.this if isinstance(node, exp.Table) else node
    named = isinstance(inner, exp.Anonymous) and inner.name.casefold().startswith(READERS)
    if not (named or isinstance(inner, READING)):
        return None
    return TableRows(Table(text, (text,)), scope.context.asked, lambda _: False)


def _columns(node: exp.Expr, values: list[Value], names: list[str], called: str, text: str, scope: Scope) -> Result:
    if isinstance(node, exp.Values):
        return scope.context.query(node, scope)
    elements = [element_of(value, scope.context.dialect) for value in values]
    made = [_element(value, element, text) for value, element in zip(values, elements, strict=True)]
    offset = node.args.get("offset")
    together = made[0] if len(made) == 1 else made_by(text, ((value, COMPUTED) for value in values))
    columns: list[tuple[str, Value]] = []
    opens: tuple[Open, ...] = ()
    for place, name in enumerate(names):
        fits = len(made) == len(names) and len(made) > 1
        columns.append((name, made[place] if fits else together))
    if not names:
        columns.append((called or _default(node), together))
    return Result(columns + ([(offset.name, Value(text=text))] if isinstance(offset, exp.Identifier) else []), opens)


def _element(value: Value, element: Value | None, text: str) -> Value:
    plain = made_by(text, ((value, COMPUTED),))
    fields = (element.fields if element is not None else None) or None
    data_type = element.data_type if element is not None else None
    return Value(plain.origins, plain.level, text, fields, None, data_type, plain.troubles)


def _default(node: exp.Expr) -> str:
    inner = _bare(node)
    if isinstance(inner, exp.Anonymous):
        return str(inner.name)
    return DEFAULT_NAMES.get(type(inner).__name__.lower(), type(inner).__name__.lower())
