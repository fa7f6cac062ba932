"""Column lineage of a SQL text."""

from collections.abc import Sequence

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

from ribbon.model import Asked, ColumnLineage, ColumnName, Kind, Origin, QueryLineage, RowOrigin, Unresolved
from ribbon.sql.lineage.expressions import evaluate
from ribbon.sql.lineage.queries import read_query
from ribbon.sql.lineage.scope import Context, Result, Scope
from ribbon.sql.lineage.values import AGGREGATED, COMPUTED, PLAIN, Leaf, Made, Value
from ribbon.sql.tables import Tables

__all__ = ["analyse"]


def analyse(sql: str, dialect: str, tables: Tables, names: Sequence[str] = ()) -> QueryLineage:
    """The lineage of the one query in `sql`.

    dialect: sqlglot's name, for most engines that of dbt's adapter. names: the columns the result is known to have,
    for a dynamic pivot or a `select *` from an unknown relation. Never raises on account of the SQL: what cannot be
    parsed or resolved is in `unresolved`, with the reason.
    """
    try:
        query = _parsed(sql, dialect)
    except (SqlglotError, RecursionError) as error:
        return _nothing(f"it cannot be parsed: {_first_line(error)}")
    except ValueError as error:
        return _nothing(str(error))
    context = Context(dialect, tables, read_query, evaluate, picks="columns" in sql.lower())
    try:
        result = read_query(query, Scope(context, {}))
    except RecursionError:
        return _nothing("it is nested too deeply")
    return _lineage(result, context, names)


def _parsed(sql: str, dialect: str) -> exp.Expr:
    statements = [
        each for each in parse(sql, dialect=dialect) if each is not None and not isinstance(each, exp.Semicolon)
    ]
    if len(statements) != 1:
        raise ValueError(f"it holds {len(statements)} statements, not one query")
    query = statements[0]
    if not isinstance(query, exp.Query | exp.Pivot | exp.Values):
        raise ValueError(f"{type(query).__name__.upper()} is not a query")
    return query


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else "it is nested too deeply"


def _nothing(reason: str) -> QueryLineage:
    return QueryLineage(unresolved=(Unresolved(None, reason),), complete=False)


def _lineage(result: Result, context: Context, names: Sequence[str]) -> QueryLineage:
    columns, complete = _completed(result, names)
    unresolved = [Unresolved(name, trouble) for name, value in columns for trouble in value.troubles]
    unresolved += (Unresolved(None, trouble) for trouble in result.troubles)
    if not complete:
        labels = " and ".join(dict.fromkeys(open_.label for open_ in result.opens))
        unresolved.append(Unresolved(None, f"it takes all columns of {labels}, which are not known"))
    return QueryLineage(
        tuple(_column(name, value) for name, value in columns),
        tuple(RowOrigin(ColumnName(*leaf), role, text) for leaf, role, text in result.rows),
        tuple(dict.fromkeys(unresolved)),
        tuple(
            Asked(relation, None if asked is None else tuple(sorted(asked)))
            for relation, asked in sorted(context.asked.items())
        ),
        complete,
    )


def _completed(result: Result, names: Sequence[str]) -> tuple[list[tuple[str, Value]], bool]:
    """The columns, with those that only `names` has."""
    if not result.opens or not names:
        return result.columns, not result.opens
    known = {name.lower() for name, _ in result.columns}
    found = list(result.columns)
    for name in names:
        if name.lower() not in known:
            can = [open_ for open_ in result.opens if name.lower() not in open_.without]
            trouble = f"{name} can be of {' or '.join(open_.label for open_ in can) or 'nothing that is read'}"
            found.append((name, can[0].get(name) if len(can) == 1 else Value(troubles=(trouble,))))
    places = {name.lower(): place for place, name in enumerate(names)}
    return sorted(found, key=lambda column: places.get(column[0].lower(), len(places))), True


def _column(name: str, value: Value) -> ColumnLineage:
    origins = tuple(_origin(name, leaf, made) for leaf, made in value.origins.items())
    kinds = {origin.kind for origin in origins}
    if value.level == AGGREGATED:
        kinds.add(Kind.AGGREGATED)
    return ColumnLineage(name, max(kinds, key=lambda kind: kind.weight, default=Kind.CONSTANT), origins, value.text)


def _origin(name: str, leaf: Leaf, made: Made) -> Origin:
    weight, expressions = made
    if weight <= PLAIN:
        kind = Kind.COPIED if leaf[1].lower() == name.lower() else Kind.RENAMED
    else:
        kind = Kind.COMPUTED if weight == COMPUTED else Kind.AGGREGATED
    return Origin(ColumnName(*leaf), kind, expressions)
