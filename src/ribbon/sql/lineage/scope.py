"""The names that an expression can use, and what they mean."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from sqlglot import Dialect, Generator, exp

from ribbon.model import Role
from ribbon.sql.lineage.relations import Open, Result, RowKey, Source
from ribbon.sql.lineage.tables import Tables
from ribbon.sql.lineage.types import struct_fields
from ribbon.sql.lineage.values import COMPUTED, Leaf, Value, made_by

__all__ = ["Context", "Cte", "Scope"]


class Cte(Protocol):
    """A query of a WITH, read when somebody first reads it."""

    def result(self) -> Result:
        """What it gives back."""


@dataclass(slots=True)
class Context:
    """What holds for the whole of one analysis.

    query: reads a query inside a scope. evaluate: reads an expression in one. Both are here because queries are made of
    expressions and expressions of queries. asked: what was asked of which relation; None stands for its whole list.
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
class Scope:
    """The inside of one SELECT.

    ctes: by folded name. outer: the query around it, for correlation. merged: columns of USING. aliases: of the select
    list, as far as it is read. windows: named ones. star: what COLUMNS stands for just now. crossed: columns of this
    query that a query inside it named.
    """

    context: Context
    ctes: Mapping[str, Cte]
    outer: "Scope | None" = None
    sources: list[Source] = field(default_factory=list)
    merged: dict[str, Value] = field(default_factory=dict)
    aliases: dict[str, Value] = field(default_factory=dict)
    windows: dict[str, exp.Expr] = field(default_factory=dict)
    bound: frozenset[str] = frozenset()
    star: Value | None = None
    rows: dict[RowKey, None] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    crossed: set[Leaf] = field(default_factory=set)

    def inside(self, ctes: Mapping[str, Cte]) -> "Scope":
        """The same names for a query in brackets, with more CTEs; what its rows depend on is its own."""
        return replace(self, ctes=ctes, rows={}, troubles=[])

    def depend(self, value: Value, role: Role, text: str) -> None:
        """Note that which rows there are depends on a value."""
        for leaf in value.origins:
            self.rows[(leaf, role, text)] = None
        self.troubles += value.troubles

    def absorb(self, result: Result) -> None:
        """Note that rows depend on whatever the rows of a query depend on that is read here."""
        self.rows.update(result.rows)
        self.troubles += result.troubles

    def resolve(self, parts: Sequence[str]) -> Value:
        """The value of a name of one part or more: [qualifiers…] column [fields…]."""
        here: Scope | None = self
        while here is not None:
            found = here._qualified(parts) or here._unqualified(parts)
            if found is not None:
                if here is not self:
                    here.crossed.update(found.origins)
                return found
            here = here.outer
        return Value(troubles=(self._unknown(parts),))

    def source(self, path: tuple[str, ...]) -> Source | None:
        """The source of this name, here or around here."""
        here: Scope | None = self
        while here is not None:
            for source in here.sources:
                if source.called(path):
                    return source
            here = here.outer
        return None

    def spelled(self, parts: Sequence[str]) -> str:
        """A column's name as the source spells it that it is of."""
        path = tuple(part.lower() for part in parts[:-1])
        names = (source.rows.spelled(parts[-1]) for source in self.sources if not path or source.called(path))
        return next((name for name in names if name is not None), parts[-1])

    def lookup(self, name: str, sources: Sequence[Source] | None = None) -> Value | None:
        """The column of this name in the FROM, or in some sources of it."""
        if sources is None:
            if name.lower() in self.merged:
                return self.merged[name.lower()]
            sources = self.sources
        hits = [(source, value) for source in sources if (value := source.rows.get(name)) is not None]
        if len(hits) > 1:
            several = " and ".join(".".join(filter(None, source.path)) or "a sub-query" for source, _ in hits)
            return Value(troubles=(f"{name} is ambiguous: {several} have it",))
        return hits[0][1] if hits else _guess(name, [open_ for source in sources for open_ in source.rows.opens])

    def _qualified(self, parts: Sequence[str]) -> Value | None:
        """The longest leading part that names a source wins."""
        folded = tuple(part.lower() for part in parts)
        for length in range(len(parts) - 1, 0, -1):
            for source in self.sources:
                if source.called(folded[:length]):
                    found = self._of_source(source, parts[length])
                    if found is not None:
                        return self._fields(found, parts, length + 1)
                    if source.whole is not None and length == 1:
                        return self._fields(source.whole, parts, length)
                    if self._unqualified(parts) is None:
                        name = ".".join(parts[: length + 1])
                        return Value(troubles=(f"{name}: {'.'.join(parts[:length])} has no such column",))
        return None

    def _of_source(self, source: Source, name: str) -> Value | None:
        found = source.rows.get(name)
        return found if found is not None else _guess(name, source.rows.opens)

    def _unqualified(self, parts: Sequence[str]) -> Value | None:
        alias = self.aliases.get(parts[0].lower())
        found = self.lookup(parts[0])
        if found is None and len(parts) == 1:
            found = self._row(parts[0])
        if found is None or (alias is not None and self._rather(alias, found)):
            found = alias
        return None if found is None else self._fields(found, parts, 1)

    def _rather(self, alias: Value, found: Value) -> bool:
        """Whether a name means the alias, not a column that is only guessed: the alias is not made from that column."""
        guessed = any(source.rows.opens for source in self.sources) and not alias.troubles
        return guessed and not found.troubles and not found.origins.keys() <= alias.origins.keys()

    def _row(self, name: str) -> Value | None:
        """The name of a source alone: its whole row, or its only column."""
        for source in self.sources:
            if source.called((name.lower(),)):
                if source.whole is not None:
                    return source.whole
                listed = source.rows.listed()
                fields = {column.lower(): value for column, value in listed}
                return made_by(name, ((value, COMPUTED) for _, value in listed), fields=fields)
        return None

    def _fields(self, value: Value, parts: Sequence[str], start: int) -> Value:
        for place in range(start, len(parts)):
            fields = value.fields or struct_fields(value, self.context.dialect) or {}
            known = next((part for name, part in fields.items() if name.lower() == parts[place].lower()), None)
            if known is None and fields:
                has = ", ".join(fields)
                return Value(troubles=(f"{'.'.join(parts)}: the struct has no field {parts[place]}, only {has}",))
            if known is None:
                return made_by(".".join(parts), ((value, COMPUTED),))
            taken = made_by(".".join(parts[: place + 1]), ((value, COMPUTED),))
            value = known if value.fields else replace(taken, data_type=known.data_type, fields=known.fields)
        return value

    def _unknown(self, parts: Sequence[str]) -> str:
        name = ".".join(parts)
        read = ", ".join(dict.fromkeys(".".join(source.path) for source in self.sources if source.path))
        return f"no relation here has a column {name}" + (f" (there are: {read})" if read else "")


def _guess(name: str, opens: Sequence[Open]) -> Value | None:
    """The column of a relation that nobody described: only where there is but one it can be of."""
    can = [open_ for open_ in opens if name.lower() not in open_.without]
    if len(can) > 1:
        several = " or ".join(open_.label for open_ in can)
        return Value(troubles=(f"{name} can be of {several}, whose columns are not known",))
    return can[0].get(name) if can else None
