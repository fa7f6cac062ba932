"""The columns of relations as far as they are known, and digests of what an analysis learned about them."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b

import msgspec

from ribbon.lineage.nodes import ProjectNode

__all__ = ["UNKNOWN_RELATION", "Columns", "Schema", "declared_schema", "digest_of_names"]

# Name to data type in their order, None for an unknown type; None as a whole where the columns are unknown.
Columns = Mapping[str, str | None] | None

# The digest of a relation that is none of the project's.
UNKNOWN_RELATION = b""


class Schema:
    """A relation's place in the database and its columns.

    list_columns: lists the columns when they are needed: with `digest` at hand, most runs never do. complete: whether
    there are no others.
    """

    __slots__ = ("_by_name", "_columns", "_digest", "_list_columns", "complete", "path")

    def __init__(
        self, path: Sequence[str], list_columns: Callable[[], Columns], complete: bool = True, digest: bytes = b""
    ) -> None:
        self.path, self.complete = tuple(path), complete
        self._list_columns: Callable[[], Columns] | None = list_columns
        self._digest = digest
        self._columns: Columns = None
        self._by_name: dict[str, list[tuple[str, str | None]]] | None = None

    @classmethod
    def of(cls, path: Sequence[str], columns: Columns, complete: bool = True) -> "Schema":
        """With columns that are at hand."""
        return cls(path, lambda: columns, complete)

    @property
    def columns(self) -> Columns:
        """Name to data type."""
        if self._list_columns is not None:
            self._columns, self._list_columns = self._list_columns(), None
        return self._columns

    @property
    def digest(self) -> bytes:
        """Differs where anything about the relation does."""
        if not self._digest:
            listed = None if self.columns is None else list(self.columns.items())
            self._digest = _digest([self.path, self.complete, listed])
        return self._digest

    def type_of(self, column: str) -> str | None:
        """The data type, None where there is no such column or its type is unknown."""
        return next((data_type for _, data_type in self._called(column)), None)

    def digest_for(self, columns: Sequence[str] | None) -> bytes:
        """A digest of what a query learns that looks up these columns, or with None the whole list."""
        if columns is None or self.columns is None:
            return self.digest
        return _digest([self.path, self.complete, [self._called(name) for name in columns]])

    def _called(self, column: str) -> Sequence[tuple[str, str | None]]:
        """The columns of this name, each as it is written: some databases have two that differ in case alone."""
        if self._by_name is None:
            self._by_name = {}
            for name, data_type in (self.columns or {}).items():
                self._by_name.setdefault(name.lower(), []).append((name, data_type))
        return self._by_name.get(column.lower(), ())


def declared_schema(node: ProjectNode) -> Schema:
    """What is known of a node without its SQL."""
    return Schema.of(node.path, node.columns, node.columns_from.complete)


def digest_of_names(columns: Columns) -> bytes:
    """A digest of the columns' names alone."""
    return _digest(list(columns or ()))


def _digest(value: object) -> bytes:
    return blake2b(msgspec.msgpack.encode(value), digest_size=8).digest()
