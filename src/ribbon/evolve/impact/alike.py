"""The SQL of a state as if what was renamed had its name before, and what only one state has stood in its readers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ribbon.dbt.relations import rendered
from ribbon.engines.duckdb_file import quoted
from ribbon.evolve.impact.side import Side
from ribbon.evolve.middle.loading import Relation, Task, reading_of, relation_of
from ribbon.sql.canonical import Logic, Reading

__all__ = ["Alike", "Alikes"]


@dataclass(frozen=True, slots=True)
class Alike:
    """A relation of the one state that is one of the other. columns: the other's name of each column, by its name."""

    key: str
    columns: Mapping[str, str]

    def renames(self, key: str) -> bool:
        """Whether anything is called otherwise."""
        return key != self.key or any(one != other for one, other in self.columns.items())


@dataclass
class Alikes:
    """Reads the SQL of `side` in the names of `other`. known: relations of `side` that are ones of `other`.

    Relations of `side` that `other` does not have at all are read as if their SQL stood where they are named.
    """

    side: Side
    other: Side
    known: dict[str, Alike] = field(default_factory=dict)

    def reading(self, key: str) -> Reading | None:
        """The queries of a model, the whole one last; None where its SQL cannot be read."""
        found = self._read(key, 0) if self._replaced(key) else None
        if found is None and self.side.middle.whole(key):
            return self.side.middle.readings[key]
        return found

    def later(self, key: str) -> Logic | None:
        """The logic of what a later run of an incremental model selects; None where there is none that can be read."""
        found = self._read(key, 1) if len(self.side.node(key).project.queries) > 1 else None
        return found.queries[-1].logic if found else None

    def _read(self, key: str, branch: int) -> Reading | None:
        """SQL that stands in the place of a relation has no name, unless the SQL around needs one to name columns."""
        relations = tuple(self._relations())
        for named in (False, True):
            reading = reading_of(Task(b"", self.side.dialect, self._sql(key, branch, named), relations))
            if reading.queries and not reading.unread:
                return reading
        return None

    def _replaced(self, key: str) -> list[str]:
        """What it reads that goes by other names, or is not there at all, in the other state."""
        return [parent for parent in self.side.node(key).project.parents if self._is_other(parent)]

    def _is_other(self, key: str) -> bool:
        if key in self.known:
            return self.known[key].renames(key)
        return key not in self.other.graph.nodes and bool(self.side.node(key).project.queries)

    def _sql(self, key: str, branch: int, named: bool) -> str:
        """Its SQL. named: whether what takes the place of a relation gets its name."""
        sql = self.side.node(key).project.queries[branch]
        for parent in self._replaced(key):
            node = self.side.state.nodes[parent]
            if node.config.materialized == "ephemeral":
                continue  # its SQL stands there
            alias = f" as {quoted(self.side.node(parent).project.identifier)}" if named else ""
            text = self._renamed(parent) if parent in self.known else self._sql(parent, 0, named)
            sql = sql.replace(rendered(node, self.side.dialect), f"(\n{text}\n){alias}")
        return sql

    def _renamed(self, key: str) -> str:
        alike = self.known[key]
        columns = ", ".join(f"{quoted(other)} as {quoted(one)}" for one, other in alike.columns.items())
        place = rendered(self.other.state.nodes[alike.key], self.side.dialect)
        return f"select {columns} from {place}"  # noqa: S608 - it is read and never sent, and names are quoted

    def _relations(self) -> Iterator[Relation]:
        """Those of this state, and those of the other one that go by another name there."""
        renamed = {alike.key: alike for key, alike in self.known.items() if alike.renames(key)}
        for key, node in self.side.graph.nodes.items():
            if key not in renamed:
                yield relation_of(node)
        for key, alike in renamed.items():
            there = relation_of(self.other.node(key))
            new = dict.fromkeys((*(there.columns or ()), *alike.columns.values()))
            yield there if there.columns is None else there._replace(columns=tuple(new))
