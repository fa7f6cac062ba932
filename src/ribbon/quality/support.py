"""Which expectations of a source landing can check, known without importing Great Expectations."""

from ribbon.errors import ConfigError
from ribbon.model import Expectation, SourceTable

__all__ = ["DATABASE_ONLY", "check_supported"]

# They need more than one batch, or types as the database names them.
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

# SQL cannot express them.
LANDING_ONLY = {"expect_column_values_to_be_dateutil_parseable", "expect_column_values_to_match_json_schema"}

REMEDY = "Add `meta: {scope: table}` to the config of the test, and dbt measures it on the whole table"


def check_supported(source: SourceTable) -> None:
    """Raises ConfigError, with file, expectation and remedy, if landing cannot check an expectation of the source."""
    for expectation in source.expectations:
        problem = _problem(expectation)
        if problem:
            raise ConfigError(f"{source.contract}: source {source}: {expectation}: {problem}.")


def _problem(expectation: Expectation) -> str | None:
    from ribbon.sql.conditions import read_condition, read_order  # noqa: PLC0415 - only landing needs this import

    if expectation.database_only:
        if expectation.name in LANDING_ONLY:
            return "only landing can measure it. Remove `scope: table`, `warn_if` and `error_if`"
        return None
    if expectation.name in DATABASE_ONLY:
        return f"landing cannot measure it on a batch. {REMEDY}"
    try:
        for condition in (expectation.arguments.get("row_condition"), expectation.where):
            if condition:
                read_condition(condition)
        if expectation.arguments.get("order_by"):
            read_order(str(expectation.arguments["order_by"]))
    except ValueError as error:
        return f"Great Expectations cannot express it: {error}. Compare columns with values, or: {REMEDY}"
    return None
