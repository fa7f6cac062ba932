"""What a query reads: relations, and the results of other queries, with columns that are known, guessed or neither."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from ribbon.model import Role
from ribbon.sql.lineage.tables import Table
from ribbon.sql.lineage.values import PLAIN, Leaf, Value

__all__ = ["Open", "Readable", "Result", "RowKey", "Source", "TableRows"]

# A column, what it decides, and the SQL that says so.
RowKey = tuple[Leaf, Role, str]


@dataclass(frozen=True, slots=True)
class Open:
    """Columns that are there without being listed: those of a relation nobody described, or of a dynamic pivot.

    label: what people call it. get: the column of a name. without: names it does not have, folded.
    """

    label: str
    get: Callable[[str], Value]
    without: frozenset[str] = frozenset()

    def lacking(self, names: Iterable[str]) -> "Open":
        """The same without some names."""
        return Open(self.label, self.get, self.without | frozenset(names))


class Readable(Protocol):
    """Whatever has columns."""

    @property
    def opens(self) -> tuple[Open, ...]:
        """Where columns may be that are not listed."""

    def get(self, name: str) -> Value | None:
        """The listed column of this name, whatever its case; None where there is none."""

    def spelled(self, name: str) -> str | None:
        """The name of the listed column as it was first written; None where there is none."""

    def listed(self) -> list[tuple[str, Value]]:
        """All listed columns in their order."""


@dataclass(slots=True)
class Result:
    """What a query gives back: columns, and what its rows depend on.

    troubles: why some of what its rows depend on could not be found.
    """

    columns: list[tuple[str, Value]]
    opens: tuple[Open, ...] = ()
    rows: dict[RowKey, None] = field(default_factory=dict)
    troubles: tuple[str, ...] = ()
    _index: dict[str, list[tuple[str, Value]]] | None = None

    def get(self, name: str) -> Value | None:
        """The column of this name; where two differ in case alone, the one that is written like it."""
        found = self._called(name)
        if not found:
            return None
        return next((value for written, value in found if written == name), found[0][1])

    def spelled(self, name: str) -> str | None:
        """The column's name as the query that made it writes it."""
        found = self._called(name)
        return found[0][0] if found else None

    def _called(self, name: str) -> list[tuple[str, Value]]:
        if self._index is None:
            self._index = {}
            for column in self.columns:
                self._index.setdefault(column[0].lower(), []).append(column)
        return self._index.get(name.lower(), [])

    def listed(self) -> list[tuple[str, Value]]:
        """All columns."""
        return self.columns


class TableRows:
    """The columns of a relation, and a record of what was asked of them."""

    def __init__(self, table: Table, asked: dict[str, set[str] | None], pseudo: Callable[[str], bool]) -> None:
        self._table, self._asked, self._pseudo = table, asked, pseudo
        self._names = {name.lower(): name for name in table.columns or ()}
        self._values: dict[str, Value] = {}
        asked.setdefault(table.key, set())

    @property
    def opens(self) -> tuple[Open, ...]:
        """Itself, where nobody described it."""
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
        if known is None and self._table.columns is not None and self._pseudo(name):
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


@dataclass(slots=True)
class Source:
    """Something in a FROM, under the name that the query gives it.

    path: the names it can be qualified by, folded, outermost first; empty where it has none. hidden: columns that a
    USING has merged into those of an earlier source. whole: what its name alone means, where that is one value, as for
    an array that is unfolded.
    """

    path: tuple[str, ...]
    rows: Readable
    hidden: set[str] = field(default_factory=set)
    whole: Value | None = None

    def called(self, path: tuple[str, ...]) -> bool:
        """Whether a name in the query means this source."""
        return bool(path) and self.path[-len(path) :] == path
