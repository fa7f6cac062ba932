"""Of which columns a relation has one row each, as far as the project says."""

from collections.abc import Iterator, Mapping, Sequence

from ribbon.dbt.documentation import Constraint, Described, Test

__all__ = ["NOT_NULL", "UNIQUE", "constraints_of", "grain_of"]

# Expectations that say it, and the argument that lists the columns.
_LISTS = {
    "expect_grain": "columns",
    "unique_combination_of_columns": "combination_of_columns",
    "expect_compound_columns_to_be_unique": "column_list",
}
# Expectations that say that a column tells rows apart, and that it is never empty.
UNIQUE = frozenset({"unique", "expect_column_values_to_be_unique"})
NOT_NULL = frozenset({"not_null", "expect_column_values_to_not_be_null"})


def grain_of(described: Described, tests: Sequence[Test], columns: Sequence[str]) -> tuple[str, ...]:
    """The columns as the relation spells them; empty where it is not declared.

    In this order: an expectation of the grain, a primary key, a unique combination, a unique column (one that
    is never null before others), the `unique_key` of the configuration.
    """
    whole = [test for test in tests if test.test_metadata and not _partial(test)]
    spelled = {name.casefold(): name for name in columns}
    for declared in _answers(described, whole):
        keys = [str(name).casefold() for name in declared]
        if keys and all(key in spelled for key in keys):
            return tuple(spelled[key] for key in keys)
    return ()


def constraints_of(described: Described) -> Iterator[tuple[Constraint, tuple[str, ...]]]:
    """The constraints of the contract with their columns, those of single columns among them."""
    for constraint in described.constraints or ():
        yield constraint, constraint.columns or ()
    for column in described.columns.values():
        for constraint in column.constraints or ():
            yield constraint, (column.name,)


def _answers(described: Described, tests: Sequence[Test]) -> Iterator[Sequence[str]]:
    lists = _listed(tests)
    yield lists.get("expect_grain", ())
    yield next((columns for each, columns in constraints_of(described) if each.type == "primary_key"), ())
    yield from lists.values()
    unique, never_null = _columns(tests, UNIQUE), _columns(tests, NOT_NULL)
    yield [column for column in unique if column in never_null][:1]
    yield unique[:1]
    yield _unique_key(described)


def _listed(tests: Sequence[Test]) -> dict[str, Sequence[str]]:
    found: dict[str, Sequence[str]] = {}
    for name, arguments in _generic(tests):
        columns = arguments.get(_LISTS[name]) if name in _LISTS else None
        if isinstance(columns, list):
            found.setdefault(name, [str(column) for column in columns])
    return found


def _columns(tests: Sequence[Test], names: frozenset[str]) -> list[str]:
    return [str(arguments["column_name"]) for name, arguments in _generic(tests) if name in names]


def _generic(tests: Sequence[Test]) -> Iterator[tuple[str, Mapping[str, object]]]:
    for test in tests:
        if test.test_metadata:
            yield test.test_metadata.name, {"column_name": test.column, **test.test_metadata.arguments}


def _partial(test: Test) -> bool:
    """Whether it speaks of a part of the rows."""
    arguments = test.test_metadata.arguments if test.test_metadata else {}
    return bool(test.config.where or arguments.get("row_condition")) or arguments.get("mostly", 1) != 1


def _unique_key(described: Described) -> Sequence[str]:
    """A snapshot has a row for each version of a key."""
    key = described.config.unique_key
    columns = [key] if isinstance(key, str) else key if isinstance(key, list) else []
    if described.resource_type != "snapshot" or not columns:
        return columns
    names = described.config.snapshot_meta_column_names
    began = names.get("dbt_valid_from") if isinstance(names, dict) else None
    return [*columns, str(began or "dbt_valid_from")]
