"""What a relation's promises say of its keys."""

from collections.abc import Mapping
from dataclasses import dataclass

from ribbon.catalog.facts.interfaces import Documents, Traced
from ribbon.catalog.views import PromiseView
from ribbon.dbt.grain import NOT_NULL as FILLED
from ribbon.dbt.grain import UNIQUE

__all__ = ["FILLED", "UNIQUE", "Keys", "keys_of", "of_all_rows"]


@dataclass(frozen=True, slots=True)
class Keys:
    """Names of columns are in lower case, but in spelled, which gives each as the relation writes it, with its type.

    primary: the columns of which there is one row each. unique: sets of columns that tell rows apart. filled: columns
    that are never null.
    """

    layer: str
    spelled: Mapping[str, tuple[str, str | None]]
    primary: tuple[str, ...] = ()
    unique: tuple[frozenset[str], ...] = ()
    filled: frozenset[str] = frozenset()

    def tells_apart(self, columns: tuple[str, ...]) -> bool:
        """Whether no two rows have the same values in these columns, by promise."""
        return any(key.issubset(columns) for key in self.unique)

    def write(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """As the relation spells them."""
        return tuple(self.spelled.get(column, (column, None))[0] for column in columns)


def keys_of(uid: str, documents: Documents, traced: Traced) -> Keys:
    """From its grain and the expectations on its columns."""
    grain = tuple(column.casefold() for column in documents.relation(uid).grain)
    said = [(each.expectation, each.column) for each in documents.promises(uid) if each.column and of_all_rows(each)]
    alone = [column.casefold() for expectation, column in said if expectation in UNIQUE]
    filled = frozenset(column.casefold() for expectation, column in said if expectation in FILLED)
    sets = dict.fromkeys(frozenset(key) for key in (grain, *((column,) for column in alone)) if key)
    columns = (traced.columns(uid) or {}).items()
    spelled = {name.casefold(): (name, data_type) for name, data_type in columns}
    return Keys(documents.link(uid).layer, spelled, grain or tuple(alone[:1]), tuple(sets), filled)


def of_all_rows(promise: PromiseView) -> bool:
    """Whether it speaks of every row, and not of some or of most."""
    return not (promise.where or promise.arguments.get("row_condition")) and promise.arguments.get("mostly", 1) == 1
