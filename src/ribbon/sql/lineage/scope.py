"""The scope of a SELECT for column lineage: names stand for values, and what the rows depend on is recorded."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from sqlglot import Dialect, Generator, exp

from ribbon.model import Role
from ribbon.sql.dialects import is_pseudo_column
from ribbon.sql.lineage.values import COMPUTED, PLAIN, Leaf, Value, made_by, struct_fields
from ribbon.sql.resolve import ColumnList, Open, Resolver
from ribbon.sql.tables import Table, Tables

__all__ = ["Context", "Cte", "Result", "RowKey", "Scope", "TableRows"]

# A column, what it decides, and the SQL in which it does.
RowKey = tuple[Leaf, Role, str]


@dataclass(slots=True)
class Result(ColumnList[Value]):
    """The result of a query: columns, and what its rows depend on.

    troubles: why some of what its rows depend on is not known.
    """

    rows: dict[RowKey, None] = field(default_factory=dict)
    troubles: tuple[str, ...] = ()


class TableRows:
    """The columns of a relation; records which of them the query needs."""

    def __init__(self, table: Table, asked: dict[str, set[str] | None], *, has_pseudo: bool = True) -> None:
        self._table, self._asked, self._has_pseudo = table, asked, has_pseudo
        self._names = {name.lower(): name for name in table.columns or ()}
        self._values: dict[str, Value] = {}
        asked.setdefault(table.key, set())

    @property
    def opens(self) -> tuple[Open[Value], ...]:
        """Itself, where its columns are not known."""
        if self._table.columns is not None:
            return ()
        self._asked[self._table.key] = None
        return (Open(self._table.key, self._column),)

    def get(self, name: str) -> Value | None:
        """The column of this name."""
        asked = self._asked[self._table.key]
        if asked is not None:
            asked.add(name.lower())
        known = self._names.get(name.lower())
        if known is None and self._table.columns is not None and self._has_pseudo and is_pseudo_column(name):
            known = name
        return None if known is None else self._column(known)

    def spelled(self, name: str) -> str | None:
        """The column's name as the schema writes it."""
        return self._names.get(name.lower())

    def listed(self) -> list[tuple[str, Value]]:
        """All described columns."""
        self._asked[self._table.key] = None
        return [(name, self._column(name)) for name in self._table.columns or ()]

    def _column(self, name: str) -> Value:
        folded = name.lower()
        if folded not in self._values:
            data_type = (self._table.columns or {}).get(name)
            self._values[folded] = Value({(self._table.key, name): (PLAIN, ())}, PLAIN, data_type=data_type)
        return self._values[folded]


class Cte(Protocol):
    """A query of a WITH, analysed when it is first read from."""

    def result(self) -> Result:
        """What it gives back."""


@dataclass(slots=True)
class Context:
    """What holds for the whole of one analysis.

    query: reads a query inside a scope. evaluate: reads an expression in one. Both are here because queries are made of
    expressions and expressions of queries. asked: the columns needed of each relation; None for all of them.
    picks: whether COLUMNS(…) occurs anywhere.
    """

    dialect: str
    tables: Tables
    query: "Callable[[exp.Expr, Scope], Result]"
    evaluate: "Callable[[exp.Expr, Scope], Value]"
    picks: bool = False
    asked: dict[str, set[str] | None] = field(default_factory=dict)
    _generator: Generator | None = None

    def sql(self, node: exp.Expr) -> str:
        """An expression as its dialect writes it."""
        if self._generator is None:
            self._generator = Dialect.get_or_raise(self.dialect).generator(comments=False, normalize_functions=False)
        # Writing SQL may rearrange queries, so they are copied first; expressions are not, which is far quicker.
        return self._generator.generate(node, copy=node.find(exp.Query) is not None)


@dataclass(slots=True)
class Scope(Resolver[Value]):
    """The inside of one SELECT.

    ctes: by name in lower case. bound: parameters of enclosing lambdas. star: the current column of COLUMNS. rows,
    troubles: what the rows depend on, and why some of it is not known. leaves_crossed: columns that inner queries name.
    """

    context: Context
    ctes: Mapping[str, Cte]
    bound: frozenset[str] = frozenset()
    star: Value | None = None
    rows: dict[RowKey, None] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    leaves_crossed: set[Leaf] = field(default_factory=set)

    @property
    def dialect(self) -> str:
        """The dialect, by its name in sqlglot."""
        return self.context.dialect

    def inside(self, ctes: Mapping[str, Cte]) -> "Scope":
        """The same names for a query in brackets, with more CTEs; what its rows depend on is its own."""
        return Scope(
            self.context,
            ctes,
            self.bound,
            self.star,
            leaves_crossed=self.leaves_crossed,
            outer=self.outer,
            sources=self.sources,
            merged=self.merged,
            aliases=self.aliases,
            windows=self.windows,
        )

    def depend(self, value: Value, role: Role, text: str) -> None:
        """Record that the rows depend on a value."""
        for leaf in value.origins:
            self.rows[(leaf, role, text)] = None
        self.troubles += value.troubles

    def absorb(self, result: Result) -> None:
        """Record that the rows depend on all that the rows of an inner query depend on."""
        self.rows.update(result.rows)
        self.troubles += result.troubles

    def resolve(self, parts: Sequence[str]) -> Value:
        """The value of a name of one part or more: [qualifiers…] column [fields…]."""
        return self.column(parts) or self.unresolved(self.unknown(parts))

    def text(self, node: exp.Expr) -> str:
        """An expression as its dialect writes it."""
        return self.context.sql(node)

    def evaluate(self, node: exp.Expr) -> Value:
        """The value of an expression. What cannot be resolved is in its troubles."""
        return self.context.evaluate(node, self)

    def unresolved(self, reason: str) -> Value:
        """An unknown value, with the reason."""
        return Value(troubles=(reason,))

    def unlisted(self, parts: Sequence[str], alias: Value | None) -> Value | None:
        """A guessed column, a whole row, or an alias. An alias wins over a guess unless it is made from that column."""
        found = self.guess(parts[0])
        if found is None and len(parts) == 1:
            found = self._row(parts[0])
        if found is None or alias is None:
            return alias if found is None else found
        is_its_own = found.troubles or alias.troubles or found.origins.keys() <= alias.origins.keys()
        return found if is_its_own else alias

    def crossed(self, value: Value) -> None:
        """Record that an inner query names a column of this one."""
        self.leaves_crossed.update(value.origins)

    def struct(self, value: Value) -> dict[str, Value] | None:
        """The fields of a struct; None where they are not known."""
        return dict(value.fields) if value.fields else struct_fields(value, self.context.dialect)

    def fields(self, value: Value, parts: Sequence[str], start: int) -> Value:
        """A field of a struct, with what is known of it."""
        for place in range(start, len(parts)):
            fields = value.fields or struct_fields(value, self.context.dialect) or {}
            known = next((part for name, part in fields.items() if name.lower() == parts[place].lower()), None)
            if known is None and fields:
                has = ", ".join(fields)
                return self.unresolved(f"{'.'.join(parts)}: the struct has no field {parts[place]}, only {has}")
            if known is None:
                return made_by(".".join(parts), ((value, COMPUTED),))
            taken = made_by(".".join(parts[: place + 1]), ((value, COMPUTED),))
            value = known if value.fields else replace(taken, data_type=known.data_type, fields=known.fields)
        return value

    def coalesced(self, values: tuple[Value, Value], text: str) -> Value:
        """A column of USING in a full join."""
        return made_by(text, ((value, COMPUTED) for value in values))

    def _row(self, name: str) -> Value | None:
        """The name of a source alone: its whole row, or its only column."""
        for source in self.sources:
            if source.called((name.lower(),)):
                if source.whole is not None:
                    return source.whole
                listed = source.columns.listed()
                fields = {column.lower(): value for column, value in listed}
                return made_by(name, ((value, COMPUTED) for _, value in listed), fields=fields)
        return None
