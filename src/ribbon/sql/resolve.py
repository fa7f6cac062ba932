"""Resolves names in a query: columns of the items of FROM, columns merged by USING, aliases, names of outer queries.

Column lineage and the canonical form share it. What a column stands for is up to them (`V`): the origins of its values,
or a term.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, Protocol, TypeVar

from sqlglot import exp

__all__ = [
    "Column",
    "ColumnList",
    "Columns",
    "FromItem",
    "Open",
    "Resolver",
    "alias_columns",
    "name_parts",
    "numbered",
    "renamed",
]

V = TypeVar("V")

# A column under its name.
Column = tuple[str, V]


@dataclass(frozen=True, slots=True)
class Open(Generic[V]):
    """Columns that exist but are not listed: those of a relation without a description, or of a dynamic pivot.

    label: for messages. get: the column of a name. without: names it does not have, in lower case.
    """

    label: str
    get: Callable[[str], V]
    without: frozenset[str] = frozenset()

    def lacking(self, names: Iterable[str]) -> "Open[V]":
        """The same without some names."""
        return Open(self.label, self.get, self.without | frozenset(names))


class Columns(Protocol[V]):
    """A relation, or the result of a query, by its columns."""

    @property
    def opens(self) -> tuple[Open[V], ...]:
        """Where columns may be that are not listed."""

    def get(self, name: str) -> V | None:
        """The listed column of this name, whatever its case; None where there is none."""

    def spelled(self, name: str) -> str | None:
        """The name of the listed column as it was first written; None where there is none."""

    def listed(self) -> list[Column[V]]:
        """All listed columns in their order."""


@dataclass(slots=True)
class ColumnList(Generic[V]):
    """The columns that a query gives back."""

    columns: list[Column[V]]
    opens: tuple[Open[V], ...] = ()
    _by_name: dict[str, list[Column[V]]] | None = field(default=None, init=False, repr=False, compare=False)

    def get(self, name: str) -> V | None:
        """The column of this name; where two differ in case alone, the one that is written like it."""
        found = self._called(name)
        if not found:
            return None
        return next((value for written, value in found if written == name), found[0][1])

    def spelled(self, name: str) -> str | None:
        """The column's name as the query that made it writes it."""
        found = self._called(name)
        return found[0][0] if found else None

    def listed(self) -> list[Column[V]]:
        """All columns."""
        return self.columns

    def _called(self, name: str) -> list[Column[V]]:
        if self._by_name is None:
            self._by_name = {}
            for column in self.columns:
                self._by_name.setdefault(column[0].lower(), []).append(column)
        return self._by_name.get(name.lower(), [])


@dataclass(slots=True)
class FromItem(Generic[V]):
    """A table, sub-query or function in a FROM, under its alias.

    path: the names it can be qualified by, in lower case, outermost first; empty where it has none. hidden: columns
    that USING merged into those of an earlier item. whole: what the alias alone means where that is one value, as for
    an unnested array.
    """

    path: tuple[str, ...]
    columns: Columns[V]
    hidden: set[str] = field(default_factory=set)
    whole: V | None = None

    def called(self, path: tuple[str, ...]) -> bool:
        """Whether a qualifier in the query means this item."""
        return bool(path) and self.path[-len(path) :] == path


@dataclass(slots=True, kw_only=True)
class Resolver(ABC, Generic[V]):
    """The names inside one SELECT.

    outer: the query around it, for correlation. merged: columns of USING. aliases: of the select list, as far as it has
    been read. windows: those with a name.
    """

    outer: "Resolver[V] | None" = None
    sources: list[FromItem[V]] = field(default_factory=list)
    merged: dict[str, V] = field(default_factory=dict)
    aliases: dict[str, V] = field(default_factory=dict)
    windows: dict[str, exp.Expr] = field(default_factory=dict)

    @property
    @abstractmethod
    def dialect(self) -> str:
        """The dialect, by its name in sqlglot."""

    @abstractmethod
    def text(self, node: exp.Expr) -> str:
        """An expression as its dialect writes it."""

    @abstractmethod
    def evaluate(self, node: exp.Expr) -> V:
        """What an expression means here."""

    @abstractmethod
    def unresolved(self, reason: str) -> V:
        """What stands for a name that cannot be resolved; may raise instead."""

    @abstractmethod
    def unlisted(self, parts: Sequence[str], alias: V | None) -> V | None:
        """A name that no source lists. alias: the column of the select list with that name."""

    @abstractmethod
    def fields(self, value: V, parts: Sequence[str], start: int) -> V:
        """The field that the parts of a name from `start` on take from the value of the parts before."""

    @abstractmethod
    def struct(self, value: V) -> "dict[str, V] | None":
        """The fields of a struct; None where they are not known."""

    @abstractmethod
    def coalesced(self, values: tuple[V, V], text: str) -> V:
        """A column of USING in a full join. text: the expression that it stands for."""

    def crossed(self, value: V) -> None:
        """Called when an inner query names a column of this one."""

    def column(self, parts: Sequence[str]) -> V | None:
        """The column of [qualifiers…] column [fields…]; None where neither this query nor an outer one has it."""
        here: Resolver[V] | None = self
        while here is not None:
            found = here._qualified(parts)
            if found is None:
                found = here._unqualified(parts)
            if found is not None:
                if here is not self:
                    here.crossed(found)
                return found
            here = here.outer
        return None

    def source(self, path: tuple[str, ...]) -> FromItem[V] | None:
        """The item of FROM of this name, in this query or an outer one."""
        here: Resolver[V] | None = self
        while here is not None:
            for source in here.sources:
                if source.called(path):
                    return source
            here = here.outer
        return None

    def unknown(self, parts: Sequence[str]) -> str:
        """The reason to give for a name that cannot be resolved."""
        name, path = ".".join(parts), tuple(part.lower() for part in parts[:-1])
        if any(source.called(path) for source in self.sources):
            return f"{name}: {'.'.join(parts[:-1])} has no such column"
        read = ", ".join(dict.fromkeys(".".join(source.path) for source in self.sources if source.path))
        return f"no relation here has a column {name}" + (f" (there are: {read})" if read else "")

    def spelled(self, parts: Sequence[str]) -> str:
        """A column's name in the spelling of its source."""
        path = tuple(part.lower() for part in parts[:-1])
        names = (source.columns.spelled(parts[-1]) for source in self.sources if not path or source.called(path))
        return next((name for name in names if name is not None), parts[-1])

    def guess(self, name: str, sources: Sequence[FromItem[V]] | None = None) -> V | None:
        """The column of a relation whose columns are not known, if there is only one such relation."""
        opens = [open_ for source in (self.sources if sources is None else sources) for open_ in source.columns.opens]
        can = [open_ for open_ in opens if name.lower() not in open_.without]
        if len(can) > 1:
            several = " or ".join(open_.label for open_ in can)
            return self.unresolved(f"{name} can be of {several}, whose columns are not known")
        return can[0].get(name) if can else None

    def merge(self, name: str, before: Sequence[FromItem[V]], added: Sequence[FromItem[V]], kind: str) -> tuple[V, V]:
        """Merge a column of USING; returns its values on both sides. kind: of the join, in lower case."""
        folded = name.lower()
        left, right = self.merged.get(folded), self._of(name, added)
        if left is None:
            left = self._of(name, before)
        missing = f"no relation here has the joined column {name}"
        left = self.unresolved(missing) if left is None else left
        right = self.unresolved(missing) if right is None else right
        if kind not in ("semi", "anti"):
            kept = right if kind == "right" else left
            if kind == "full":
                names = (".".join([*source.path, name]) for side in (before, added) for source in _first(name, side))
                kept = self.coalesced((left, right), f"COALESCE({', '.join(names)})")
            self.merged[folded] = kept
            for source in added:
                source.hidden.add(folded)
        return left, right

    def common(self, before: Sequence[FromItem[V]], added: Sequence[FromItem[V]]) -> list[str]:
        """The columns that a natural join is on."""
        theirs = {name.lower() for source in added for name, _ in source.columns.listed()}
        ours = [name for source in before for name, _ in source.columns.listed() if name.lower() not in source.hidden]
        return [name for name in dict.fromkeys(ours) if name.lower() in theirs]

    def _qualified(self, parts: Sequence[str]) -> V | None:
        """The longest qualifier that names a source wins."""
        folded = tuple(part.lower() for part in parts)
        for length in range(len(parts) - 1, 0, -1):
            for source in self.sources:
                if source.called(folded[:length]):
                    found = self._of(parts[length], (source,))
                    if found is not None:
                        return self.fields(found, parts, length + 1)
                    if source.whole is not None and length == 1:
                        return self.fields(source.whole, parts, length)
        return None

    def _unqualified(self, parts: Sequence[str]) -> V | None:
        folded = parts[0].lower()
        found = self.merged.get(folded)
        if found is None:
            found = self._listed(parts[0], self.sources)
        if found is None:
            found = self.unlisted(parts, self.aliases.get(folded))
        return None if found is None else self.fields(found, parts, 1)

    def _of(self, name: str, sources: Sequence[FromItem[V]]) -> V | None:
        found = self._listed(name, sources)
        return self.guess(name, sources) if found is None else found

    def _listed(self, name: str, sources: Sequence[FromItem[V]]) -> V | None:
        hits = [(source, value) for source in sources if (value := source.columns.get(name)) is not None]
        if len(hits) > 1:
            several = " and ".join(".".join(filter(None, source.path)) or "a sub-query" for source, _ in hits)
            return self.unresolved(f"{name} is ambiguous: {several} have it")
        return hits[0][1] if hits else None


def _first(name: str, sources: Sequence[FromItem[V]]) -> Iterable[FromItem[V]]:
    """The first source that lists a column."""
    return islice((source for source in sources if source.columns.get(name) is not None), 1)


def name_parts(column: exp.Expr) -> list[str]:
    """The parts of a column's name, outermost first."""
    return [part.name for key in ("catalog", "db", "table", "this") if (part := column.args.get(key)) is not None]


def alias_columns(node: exp.Expr) -> list[str]:
    """The names that an alias gives columns, as in `t(a, b)`."""
    alias = node.args.get("alias")
    return [column.name for column in alias.columns] if isinstance(alias, exp.TableAlias) else []


def renamed(columns: list[Column[V]], names: Sequence[str]) -> list[Column[V]]:
    """The first columns under other names, as `with t(a, b) as …` gives them."""
    if not names:
        return columns
    kept = [(name, value) for name, (_, value) in zip(names, columns, strict=False)]
    return [*kept, *columns[len(kept) :]]


def numbered(columns: list[Column[V]], dialect: str) -> list[Column[V]]:
    """Duplicate names as DuckDB numbers them, `id`, `id_1`; in other dialects they stay ambiguous."""
    if dialect != "duckdb" or len({name.lower() for name, _ in columns}) == len(columns):
        return columns
    taken: set[str] = set()
    found = []
    for name, value in columns:
        number, called = 0, name
        while called.lower() in taken:
            number += 1
            called = f"{name}_{number}"
        taken.add(called.lower())
        found.append((called, value))
    return found
