"""Table functions in a FROM: unnested arrays, series, files."""

from sqlglot import exp

from ribbon.model import Role
from ribbon.sql.lineage.scope import Scope, TableRows
from ribbon.sql.lineage.values import COMPUTED, Value, element_of, made_by
from ribbon.sql.resolve import Column, ColumnList, Columns, FromItem, Open, alias_columns
from ribbon.sql.tables import Table

__all__ = ["array_of", "is_function", "table_path", "unfolded"]

FUNCTIONS = (exp.Unnest, exp.Lateral, exp.TableFromRows, exp.GenerateSeries, exp.Values)

# Functions that read files or other databases.
READERS = ("read_", "parquet_scan", "csv_scan", "delta_scan", "iceberg_scan", "sqlite_scan", "postgres_scan", "glob")
READING = (exp.ReadCSV, exp.ReadParquet)

# The columns of Snowflake's FLATTEN.
FLATTENED = ["seq", "key", "path", "index", "value", "this"]

# The default name of the only column of a function, by kind of function.
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
    parts = _parts(node)
    if scope.source((parts[0].name.lower(),)) is None:
        return None
    keys = ("this", "table", "db", "catalog")
    column = exp.Column(**dict(zip(keys, (part.copy() for part in reversed(parts)), strict=False)))
    return exp.Unnest(expressions=[column], alias=exp.TableAlias(columns=[exp.to_identifier(node.alias_or_name)]))


def unfolded(node: exp.Expr, alias: exp.Expr | None, names: list[str], scope: Scope) -> FromItem[Value]:
    """The source that a table function makes. Its rows depend on the arrays that it unnests."""
    own = node.args.get("alias")
    names = alias_columns(node) or names
    called = next((each.name for each in (alias, own) if each is not None), "")
    if not names and scope.dialect == "snowflake" and node.find(exp.Explode):
        names = FLATTENED
    values = [scope.evaluate(argument) for argument in _arguments(node)]
    text = scope.text(_bare(node))
    for value in values:
        scope.depend(value, Role.JOINED, text)
    file = _file(node, text, scope)
    if file is not None:
        return FromItem((called.lower(),), file)
    if isinstance(node, exp.Values):
        return FromItem((called.lower(),), scope.context.query(node, scope))
    return _Unfolding(node, called, names, values, text, scope).source()


def _bare(node: exp.Expr) -> exp.Expr:
    """The function without its alias."""
    inner = node.this if isinstance(node, exp.Table | exp.Lateral) else node
    if inner.args.get("alias") is None:
        return inner
    copied = inner.copy()
    copied.set("alias", None)
    copied.set("offset", None)
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


def _file(node: exp.Expr, text: str, scope: Scope) -> Columns[Value] | None:
    """A file is a relation whose columns are not known."""
    inner = node.this if isinstance(node, exp.Table) else node
    named = isinstance(inner, exp.Anonymous) and inner.name.lower().startswith(READERS)
    if not (named or isinstance(inner, READING)):
        return None
    function, rest = text.split("(", 1)
    key = f"{function.lower()}({rest}"
    return TableRows(Table(key, (key,)), scope.context.asked, has_pseudo=False)


class _Unfolding:
    """One function over values in a FROM: `called` is its alias, `names` are those of its columns."""

    def __init__(
        self, node: exp.Expr, called: str, names: list[str], values: list[Value], text: str, scope: Scope
    ) -> None:
        self._node, self._called, self._names, self._text = node, called, names, text
        self._dialect = scope.dialect
        elements = [element_of(value, self._dialect) for value in values]
        self._parts = [_element(*each, text) for each in zip(values, elements, strict=True)]
        self._all = self._parts[0] if len(self._parts) == 1 else made_by(text, ((value, COMPUTED) for value in values))
        self._known = not isinstance(_first(node), exp.Column) or elements[:1] != [None]

    def source(self) -> FromItem[Value]:
        """What it gives back, under the name that the query gives it."""
        if self._dialect == "bigquery" and isinstance(self._node, exp.Unnest):
            return self._of_values()
        columns = self._columns()
        whole = columns[0][1] if not self._names else None
        return FromItem((self._called.lower(),), ColumnList(columns + self._offset()), whole=whole)

    def _columns(self) -> list[Column[Value]]:
        if not self._names:
            return [(_default(self._node), self._all)]
        each = len(self._parts) == len(self._names)
        return [(name, self._parts[place] if each else self._all) for place, name in enumerate(self._names)]

    def _of_values(self) -> FromItem[Value]:
        """BigQuery: the alias is the element itself; the fields of a struct are columns too."""
        name = self._names[0] if self._names else self._called
        opens: tuple[Open[Value], ...] = ()
        columns = list((self._all.fields or {}).items())
        if not columns and self._known:
            columns = [(name or "f0_", self._all)]
        elif not columns:
            opens = (Open(self._text, lambda field: made_by(field, ((self._all, COMPUTED),))),)
        return FromItem((name.lower(),) if name else (), ColumnList(columns + self._offset(), opens), whole=self._all)

    def _offset(self) -> list[Column[Value]]:
        offset = self._node.args.get("offset")
        return [(offset.name, Value(text=self._text))] if isinstance(offset, exp.Identifier) else []


def _first(node: exp.Expr) -> exp.Expr | None:
    return next(iter(_arguments(node)), None)


def _element(value: Value, element: Value | None, text: str) -> Value:
    """An element of an array, with the parts that are known of it."""
    plain = made_by(text, ((value, COMPUTED),))
    if element is None:
        return plain
    return Value(plain.origins, plain.level, text, element.fields, None, element.data_type, plain.troubles)


def _default(node: exp.Expr) -> str:
    """The default name of the only column of a function."""
    inner = _bare(node)
    if isinstance(inner, exp.Anonymous):
        return str(inner.name)
    if isinstance(inner, exp.GenerateSeries) and inner.args.get("is_end_exclusive"):
        return "range"
    return DEFAULT_NAMES.get(type(inner).__name__.lower(), type(inner).__name__.lower())
