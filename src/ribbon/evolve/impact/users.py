"""Who relies on a relation or a column as it was: models that still read it, uses, and queries of the logs."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ribbon.evolve.impact.side import Side
from ribbon.model import ColumnName
from ribbon.usage import Usage

__all__ = ["Asked", "Users"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Queries of the logs, and the people who sent them, in the role in which they are most."""

    queries: int = 0
    people: int = 0

    def told(self) -> Iterator[str]:
        """In words, if there are any."""
        if self.queries:
            people = f" of {_counted(self.people, 'person', 'people')}" if self.people else ""
            yield f"{_counted(self.queries, 'logged query', 'logged queries')}{people}"


@dataclass(frozen=True)
class Users:
    """Answers about the state before, in words; models count if they still read it in the state after."""

    before: Side
    after: Side
    usage: Usage

    def of_column(self, key: str, column: str) -> tuple[str, ...]:
        """Who uses a column of the state before that is not there any more."""
        asked = self.columns.get((key, column), Asked())
        still = (f"{self.after.label(reader)} (its SQL still names it)" for reader in self.still_reading(key, column))
        return (*still, *self._exposures(key), *asked.told())

    def outside(self, key: str) -> tuple[str, ...]:
        """Who uses a relation of the state before by its name, other than models."""
        asked = self._relations.get(key, Asked())
        return (*self._exposures(key), *asked.told())

    def of_relation(self, key: str, now: str) -> tuple[str, ...]:
        """Who reads the relation, in the state after or from outside."""
        return (*map(self.after.label, self.after.graph.children(now)), *self.outside(key))

    def models_of(self, now: str, column: str) -> tuple[str, ...]:
        """The models of the state after that use a column."""
        return tuple(map(self.after.label, _readers(self.after, ColumnName(now, column))))

    def still_reading(self, key: str, column: str) -> tuple[str, ...]:
        """The models that used a column and whose SQL now names what is not there."""
        name = ColumnName(key, column)
        readers = _readers(self.before, name)
        return tuple(each for each in readers if each in self.after.graph.nodes and self._names(each, column))

    @cached_property
    def columns(self) -> Mapping[tuple[str, str], Asked]:
        """The logs, by relation and column in lower case."""
        found: dict[tuple[str, str], Asked] = {}
        for each in self.usage.by_column():
            key = (each.relation, each.column.casefold())
            known = found.get(key, Asked())
            found[key] = Asked(max(known.queries, each.queries), max(known.people, each.people))
        return found

    @cached_property
    def _relations(self) -> Mapping[str, Asked]:
        return {each.relation: Asked(each.queries, each.people) for each in self.usage.by_relation()}

    def _names(self, reader: str, column: str) -> bool:
        """Whether SQL that could not be read whole names the column; what could be read names only what is there."""
        if self.after.middle.whole(reader) is not None:
            return False
        queries = self.after.node(reader).project.queries
        return any(re.search(rf"(?i)\b{re.escape(column)}\b", sql) for sql in queries)

    def _exposures(self, key: str) -> Iterator[str]:
        for exposure in self.before.graph.exposures:
            if key in exposure.depends_on:
                yield f"{exposure.type} {exposure.label}"


def _readers(side: Side, column: ColumnName) -> dict[str, None]:
    """The models whose values are made from a column, or whose rows it decides."""
    values = (reader.column.relation for reader in side.graph.readers(column))
    rows = (reader.relation for reader in side.graph.row_readers(column))
    return dict.fromkeys(key for key in (*values, *rows) if key != column.relation)


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
