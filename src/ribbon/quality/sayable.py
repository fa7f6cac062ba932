"""What the door can check of what a source promises, known without importing Great Expectations."""

from ribbon.errors import ConfigError
from ribbon.model import Expectation, SourceTable

__all__ = ["check_sayable"]

# They speak of more than a batch, or of types as the database names them.
DATABASE_ONLY = {
    "relationships",
    "expect_column_null_rate_near_history",
    "expect_column_pair_cramers_phi_value_to_be_less_than",
    "expect_column_type_to_be",
    "expect_column_values_to_be_in_type_list",
    "expect_column_values_to_be_of_type",
    "expect_query_results_to_match_comparison",
    "expect_row_count_near_history",
    "expect_rows_to_reconcile",
    "expect_table_row_count_to_equal_other_table",
    "unexpected_rows_expectation",
}

# What SQL cannot say.
DOOR_ONLY = {"expect_column_values_to_be_dateutil_parseable", "expect_column_values_to_match_json_schema"}

REMEDY = "Give the test `meta: {scope: table}` under its config, and dbt measures it on the whole table"


def check_sayable(source: SourceTable) -> None:
    """Raises ConfigError, with file, thing and remedy, where the door cannot check what it is asked to."""
    for expectation in source.expectations:
        problem = _problem(expectation)
        if problem:
            raise ConfigError(f"{source.contract}: source {source}: {expectation}: {problem}.")


def _problem(expectation: Expectation) -> str | None:
    from ribbon.sql.conditions import read_condition, read_order  # noqa: PLC0415 - only a landing pays for this import

    if expectation.database_only:
        if expectation.name in DOOR_ONLY:
            return "only the lake's door can measure it. Take away `scope: table`, `warn_if` and `error_if`"
        return None
    if expectation.name in DATABASE_ONLY:
        return f"the lake's door cannot measure it on a batch. {REMEDY}"
    try:
        for condition in (expectation.arguments.get("row_condition"), expectation.where):
            if condition:
                read_condition(condition)
        if expectation.arguments.get("order_by"):
            read_order(str(expectation.arguments["order_by"]))
    except ValueError as error:
        return f"Great Expectations cannot say it: {error}. Compare columns with values, or: {REMEDY}"
    return None
