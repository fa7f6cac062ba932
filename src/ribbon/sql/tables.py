"""The relations that a query can read, under the names it may use for them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Table", "Tables"]

# What dbt names the CTE of an ephemeral model that it puts into the SQL of a reader.
EPHEMERAL = "__dbt__cte__"


@dataclass(frozen=True, slots=True)
class Table:
    """A relation of the project.

    key: what lineage calls it, dbt's unique id. path: database, schema and identifier, as many of them as there are,
    outermost first, without quotes; for an ephemeral model the name of its CTE alone. columns: name to data type (None
    where it is not known) in their order; None where the columns are not known.
    """

    key: str
    path: Sequence[str]
    columns: Mapping[str, str | None] | None = None


class Tables:
    """Finds the relation that a name in SQL means: by its last parts, as many as the query writes.

    Names are compared without regard to case: no warehouse of dbt's makes two relations that differ in case alone.
    """

    def __init__(self, tables: Iterable[Table]) -> None:
        self._by_name: dict[str, list[tuple[tuple[str, ...], Table]]] = {}
        for table in tables:
            folded = tuple(part.lower() for part in table.path)
            self._by_name.setdefault(folded[-1], []).append((folded, table))

    def find(self, path: Sequence[str]) -> Table | None:
        """The one relation whose path ends like this; None where there is none, or more than one."""
        wanted = tuple(part.lower() for part in path)
        found = [
            table
            for known, table in self._by_name.get(wanted[-1], ())
            if all(ours == theirs for ours, theirs in zip(reversed(known), reversed(wanted), strict=False))
        ]
        return found[0] if len(found) == 1 else None

    def ephemeral(self, name: str) -> Table | None:
        """The ephemeral model that a CTE of dbt's stands for."""
        return self.find([name]) if name.lower().startswith(EPHEMERAL) else None
