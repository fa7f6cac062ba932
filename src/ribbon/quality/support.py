"""Which expectations of a source landing can check, known without importing Great Expectations."""

from ribbon.errors import ConfigError
from ribbon.model import Expectation, SourceTable

__all__ = ["DATABASE_ONLY", "check_supported"]

# They need more than one batch.
DATABASE_ONLY = {
    "relationships",
    "expect_column_null_rate_near_history",
    "expect_row_count_near_history",
    "expect_rows_to_reconcile",
    "expect_table_row_count_to_equal_other_table",
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
    if not expectation.database_only:
        return f"landing cannot measure it on a batch. {REMEDY}" if expectation.name in DATABASE_ONLY else None
    return "only landing can measure it. Remove `scope: table`" if expectation.name in LANDING_ONLY else None
