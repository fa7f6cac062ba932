"""What a kind of query log is: the columns it has to have, and how a row of it is read."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from ribbon.model import LoggedQuery
from ribbon.usage.formats.cells import Row

__all__ = ["Format"]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of query log.

    needs: the columns it cannot do without, each with those that do instead. read: a row as a query; raises ValueError
    with the reason where the row is to be left out. dialect: of its SQL, None for the project's own.
    """

    name: str
    needs: tuple[tuple[str, ...], ...]
    read: Callable[[Row], LoggedQuery]
    dialect: str | None = None

    def missing(self, columns: Collection[str]) -> tuple[str, ...]:
        """What a file with these columns lacks."""
        return tuple(" or ".join(either) for either in self.needs if not set(either).intersection(columns))
