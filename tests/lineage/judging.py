"""Holds what lineage says of a query against what happens when a column is changed.

Missing: a column of the result changes, or other rows come back, and lineage does not name what was changed. Too much:
lineage names it, and under many changes of many data sets nothing ever changes.

A row is known again by its `_row`. So values are compared row by row, where the changed column leaves the rows alone;
whether it does is asked of every CTE that is read, by `Generated.rows`.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ribbon.model import QueryLineage, Role
from tests.lineage.generated_sql import Generated
from tests.lineage.source_tables import TABLES, source_columns
from tests.lineage.versions import Versions, dataset_of

__all__ = ["TOO_MUCH", "Analysis", "Judge", "Said", "disagreements"]

Analysis = Callable[[str], QueryLineage]
Result = list[tuple[Any, ...]]
Source = tuple[str, str]
LOOKS = 6
MOST_LOOKS = 200
HOLDING = (Role.JOINED, Role.GROUPED)
TOO_MUCH = "too much: "


@dataclass(frozen=True)
class Said:
    """What lineage says: the sources of each column and of the rows; those that rows are joined on or
    grouped by."""

    names: tuple[str, ...]
    columns: tuple[frozenset[Source], ...]
    rows: frozenset[Source]
    held: frozenset[Source]

    @classmethod
    def by(cls, lineage: QueryLineage) -> "Said":
        rows = {(each.column.relation, each.column.column) for each in lineage.rows}
        held = {(each.column.relation, each.column.column) for each in lineage.rows if each.role in HOLDING}
        columns = tuple(
            frozenset((origin.column.relation, origin.column.column) for origin in column.origins)
            for column in lineage.columns
        )
        return cls(tuple(column.name for column in lineage.columns), columns, frozenset(rows), frozenset(held))

    @property
    def claims(self) -> int:
        """How many statements that is: one for each source of each column and of the rows."""
        return sum(map(len, self.columns)) + len(self.rows)

    def apart_from(self, other: "Said") -> list[Source]:
        """The source columns of which the other says something else about the same query."""
        mine, theirs = (
            {(place, source) for place, sources in enumerate((*said.columns, said.rows)) for source in sources}
            for said in (self, other)
        )
        return sorted({source for _, source in mine ^ theirs})


@dataclass(frozen=True)
class Effect:
    """What a change did. rows: others came back. columns: places of the columns whose values changed in the same rows,
    or anywhere where the rows are others."""

    rows: bool
    columns: frozenset[int]


class Judge:
    """About one query."""

    def __init__(self, versions: Versions, query: Generated, said: Said, looks: int = LOOKS) -> None:
        self._versions, self._query, self._said, self._looks = versions, query, said, looks
        self._drawn: dict[tuple[str, int], Result] = {}

    def complaints(self, sources: Sequence[Source]) -> list[str]:
        """In words; empty where lineage and execution agree about these source columns."""
        return [complaint for table, column in sources for complaint in self._about(table, column)]

    def is_empty(self) -> bool:
        """Whether it gives nothing back to look at."""
        return not any(self._before(self._query.tracked, dataset) for dataset in range(2))

    def _about(self, table: str, column: str) -> Iterator[str]:
        source = (table, column)
        claims = {place for place, origins in enumerate(self._said.columns) if source in origins}
        claims |= {-1} if source in self._said.rows else set()
        weak: set[int] = set()
        for look in range(MOST_LOOKS if table in self._query.plain else 0):
            if look >= self._looks and not claims:
                break
            effect = self._effect(table, column, look)
            yield from self._missing(source, effect, look)
            claims -= self._shown(source, effect, look)
            weak |= effect.columns
        excused = weak if self._is_held(source) else set()
        yield from (f"{TOO_MUCH}{self._place(place)} from {table}.{column}" for place in sorted(claims - excused))

    def _is_held(self, source: Source) -> bool:
        """Whether its values can hardly change while the rows stay: what rows are joined on, or made
        one by."""
        table, column = source
        by_rows = self._query.merges or TABLES[table][column] == "key"
        return source in self._said.held or (by_rows and source in self._said.rows)

    def _missing(self, source: Source, effect: Effect, look: int) -> Iterator[str]:
        if effect.rows and source not in self._said.rows:
            yield f"missing: the rows from {'.'.join(source)} (look {look})"
        unnamed = {place for place in effect.columns if source not in self._said.columns[place]}
        if effect.rows or not unnamed:
            return
        if source not in self._said.rows or not (self._query.blind or self._moved(source, look)):
            for place in sorted(unnamed):
                yield f"missing: {self._place(place)} from {'.'.join(source)} (look {look})"

    def _shown(self, source: Source, effect: Effect, look: int) -> set[int]:
        """The claims that a look proves."""
        if source not in self._said.rows:
            return set(effect.columns)
        if effect.rows:
            return {-1}
        if not self._moved(source, look):
            return set(effect.columns)
        return {-1, *effect.columns} if self._query.asks else {-1}

    def _place(self, place: int) -> str:
        return "the rows" if place < 0 else f"column {place + 1} ({self._said.names[place]})"

    def _effect(self, table: str, column: str, look: int) -> Effect:
        before = self._before(self._query.tracked, dataset_of(table, column, look))
        after = self._versions.looked_at(self._query.tracked, table, column, look)
        if before == after:
            return Effect(False, frozenset())
        rows = Counter(row[-1] for row in before) != Counter(row[-1] for row in after)
        places = range(len(self._said.columns))
        columns = (place for place in places if _values(before, place, rows) != _values(after, place, rows))
        return Effect(rows, frozenset(columns))

    def _moved(self, source: Source, look: int) -> bool:
        """Whether other rows are read anywhere in the query."""
        before = self._before(self._query.rows, dataset_of(*source, look))
        return Counter(before) != Counter(self._versions.looked_at(self._query.rows, *source, look))

    def _before(self, sql: str, dataset: int) -> Result:
        if (sql, dataset) not in self._drawn:
            self._drawn[sql, dataset] = self._versions.drawn(sql, dataset)
        return self._drawn[sql, dataset]


def disagreements(
    query: Generated,
    analysis: Analysis,
    versions: Versions,
    looks: int = LOOKS,
    about: Sequence[Source] = source_columns(),
) -> list[str]:
    """Where lineage and execution disagree about a query, in words. about: the source columns that are changed."""
    lineage, names = analysis(query.plain), versions.names(query.plain)
    if lineage.unresolved or not lineage.complete:
        return [f"unresolved: {each.reason}" for each in lineage.unresolved] or ["incomplete"]
    said = Said.by(lineage)
    if list(said.names) != names:
        return [f"names: {', '.join(said.names)}; DuckDB gives {', '.join(names)}"]
    judge = Judge(versions, query, said, looks)
    return [] if judge.is_empty() else judge.complaints(about)


def _values(result: Result, place: int, rows_differ: bool) -> Counter[str]:
    return Counter(repr(row[place]) if rows_differ else repr((row[-1], row[place])) for row in result)
