"""What a generated expression may refer to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tests.lineage.two_readings import ROW

__all__ = ["Column", "Named", "Reference", "Relation", "Scope"]


@dataclass(frozen=True)
class Column:
    """name and type of a column; unique: no value occurs twice, so that it parts rows into nothing but single rows."""

    name: str
    type: str
    unique: bool = False


@dataclass(frozen=True)
class Named:
    """A table or a CTE. size: about how many rows it has."""

    name: str
    columns: tuple[Column, ...]
    size: float

    def of_type(self, *types: str) -> list[Column]:
        return [column for column in self.columns if column.type in types]


@dataclass(frozen=True)
class Relation:
    """What stands in a from under a name of its own."""

    alias: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Reference:
    """An expression that stands for a column, as it can be written here."""

    sql: str
    type: str
    unique: bool = False


@dataclass(frozen=True)
class Scope:
    """The relations of a from. merged: columns that `using` made one. known: what sub-queries may read."""

    relations: tuple[Relation, ...]
    merged: tuple[str, ...]
    known: tuple[Named, ...]
    size: float
    aliases: tuple[Reference, ...] = ()
    bare: bool = True  # whether columns can be named without their relation

    @property
    def star(self) -> list[Column]:
        """The columns of `*`: those of `using` once."""
        seen: list[Column] = []
        for relation in self.relations:
            taken = {column.name for column in seen}
            seen += [column for column in relation.columns if not (column.name in self.merged and column.name in taken)]
        return seen

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.star]

    @property
    def row(self) -> str:
        """What a row of the from is known by."""
        rows = [f"coalesce({relation.alias}.{ROW}::varchar, '-')" for relation in self.relations]
        return rows[0] if len(rows) == 1 else f"concat_ws('|', {', '.join(rows)})"

    @property
    def references(self) -> list[Reference]:
        found = [reference for relation in self.relations for reference in self._of(relation)]
        return [*found, *self.aliases]

    def of_type(self, types: Sequence[str]) -> list[Reference]:
        """The columns of these types; a letter is a text of which is known what stands in it."""
        wanted = set(types) | ({"letter"} if "text" in types else set())
        return [reference for reference in self.references if reference.type in wanted]

    def outer(self, types: Sequence[str]) -> list[Reference]:
        """What a sub-query can refer to from inside, whatever its own columns are called."""
        return replace(self, aliases=(), bare=False).of_type(types)

    def with_alias(self, name: str, kind: str) -> "Scope":
        """A column of the from wins over an alias of the same name."""
        return self if name in self.names else replace(self, aliases=(*self.aliases, Reference(name, kind)))

    def _of(self, relation: Relation) -> Iterable[Reference]:
        for column in relation.columns:
            yield Reference(f"{relation.alias}.{column.name}", column.type, column.unique)
            if self.bare and self.names.count(column.name) == 1:
                yield Reference(column.name, column.type, column.unique)
