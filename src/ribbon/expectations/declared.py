"""The expectations that a relation declares, under one name for each meaning."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from ribbon.errors import ConfigError
from ribbon.model import Relation
from ribbon.project import Project

__all__ = ["Declared", "declared_by", "find_relation", "keys_of"]

# Expectations of the same meaning, under one name.
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
class Declared:
    """Declared expectations as (kind, column); the column is None for an expectation of the table."""

    kinds: frozenset[tuple[str, str | None]]

    def has(self, kind: str, column: str | None = None) -> bool:
        """Whether this kind is declared for the column, or for the table."""
        return (kind, column) in self.kinds

    @property
    def has_key(self) -> bool:
        """Whether some columns are declared to be unique."""
        return any(kind in {"unique", "grain"} for kind, _ in self.kinds)


def find_relation(project: Project, name: str) -> Relation:
    """The model, seed or snapshot called `name` or `schema.name`. Raises ConfigError with close matches."""
    names = {alias: relation for relation in project.relations for alias in (str(relation), relation.name)}
    if name in names:
        return names[name]
    close = get_close_matches(name, names, n=3)
    hint = f"Did you mean {' or '.join(close)}?" if close else "`dbt ls --resource-type model` lists the models."
    raise ConfigError(f"there is no model, seed or snapshot {name}. {hint}")


def declared_by(project: Project, unique_id: str) -> Declared:
    """The expectations that a relation declares."""
    return Declared(frozenset(_kinds(project, unique_id)))


def keys_of(project: Project, unique_id: str) -> set[str]:
    """The columns of a relation that are each declared to be unique."""
    return {column for kind, column in _kinds(project, unique_id) if kind == "unique" and column}


def _kinds(project: Project, unique_id: str) -> Iterator[tuple[str, str | None]]:
    for test_id in project.tests.ids(unique_id):
        test = project.record(test_id)
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
