"""The relations that a query can read, found by their names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Table", "Tables"]

# The prefix of the CTEs in which dbt puts ephemeral models.
EPHEMERAL = "__dbt__cte__"


@dataclass(frozen=True, slots=True)
class Table:
    """A relation of the project.

    key: dbt's unique id. path: database, schema and identifier, as far as it has them, without quotes; for an ephemeral
    model only the name of its CTE. columns: data type by name, in order, None where it is not known;
    None instead of all that where the columns are not known.
    """

    key: str
    path: Sequence[str]
    columns: Mapping[str, str | None] | None = None


class Tables:
    """Finds a relation by the last parts of its path, as many as the query writes.

    Ignores case: none of dbt's warehouses has two relations that differ only in case.
    """

    def __init__(self, tables: Iterable[Table]) -> None:
        self._by_name: dict[str, list[tuple[tuple[str, ...], Table]]] = {}
        for table in tables:
            folded = tuple(part.lower() for part in table.path)
            self._by_name.setdefault(folded[-1], []).append((folded, table))

    def find(self, path: Sequence[str]) -> Table | None:
        """The only relation whose path ends like this; None where there is none, or several."""
        wanted = tuple(part.lower() for part in path)
        found = [
            table
            for known, table in self._by_name.get(wanted[-1], ())
            if all(ours == theirs for ours, theirs in zip(reversed(known), reversed(wanted), strict=False))
        ]
        return found[0] if len(found) == 1 else None

    def ephemeral(self, name: str) -> Table | None:
        """The ephemeral model that dbt put into a CTE of this name."""
        return self.find([name]) if name.lower().startswith(EPHEMERAL) else None
