"""What a relation promises already, whatever it calls it."""

from collections.abc import Iterator
from dataclasses import dataclass

from ribbon.project import Project as Manifest

__all__ = ["Promised", "keys_of", "promised_by"]

# Expectations that say the same, by one name.
SAME = {
    "expect_column_values_to_not_be_null": "not_null",
    "expect_column_values_to_be_unique": "unique",
    "expect_column_values_to_be_in_set": "set",
    "accepted_values": "set",
    "expect_column_values_to_be_between": "between",
    "expect_table_row_count_to_equal": "expect_table_row_count_to_be_between",
}
GRAINS = {"expect_grain": "columns", "expect_compound_columns_to_be_unique": "column_list"}


@dataclass(frozen=True)
class Promised:
    """What is promised, as (kind, column); the column of a promise of the whole table is None."""

    kinds: frozenset[tuple[str, str | None]]

    def has(self, kind: str, column: str | None = None) -> bool:
        """Whether this is promised of the column, or of the table."""
        return (kind, column) in self.kinds

    @property
    def has_key(self) -> bool:
        """Whether it is promised that some columns make every row distinct."""
        return any(kind in {"unique", "grain"} for kind, _ in self.kinds)


def promised_by(manifest: Manifest, unique_id: str) -> Promised:
    """What the tests of a relation promise."""
    return Promised(frozenset(_kinds(manifest, unique_id)))


def keys_of(manifest: Manifest, unique_id: str) -> set[str]:
    """The columns of a relation that are promised to be a key of their own."""
    return {column for kind, column in _kinds(manifest, unique_id) if kind == "unique" and column}


def _kinds(manifest: Manifest, unique_id: str) -> Iterator[tuple[str, str | None]]:
    for test_id in manifest.tests.ids(unique_id):
        test = manifest.record(test_id)
        metadata = test.get("test_metadata")
        if not metadata:
            continue
        name, arguments = metadata["name"], metadata["kwargs"]
        column = arguments.get("column_name") or arguments.get("column")
        if name in GRAINS:
            columns = arguments.get(GRAINS[name]) or []
            yield "grain", None
            if len(columns) == 1:
                yield "unique", columns[0]
            if name == "expect_grain":
                yield from (("not_null", part) for part in columns)
        elif name.startswith("expect_column_values_to_match_"):
            yield "regex", column
        else:
            yield SAME.get(name, name), column
