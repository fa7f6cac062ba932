"""The phrases of well-known expectations: dbt's own, Ribbon's (Great Expectations' names) and those of dbt_utils."""

from ribbon.catalog.facts.phrasing import (
    Phrase,
    argument,
    as_many_rows,
    columns_are,
    exists,
    greater,
    in_range,
    is_true,
    near_history,
    never_null,
    of_column,
    of_columns,
    one_of,
    ordered,
    outliers,
    pairs,
    patterns,
    quantiles,
    recency,
    reconcile,
    relationship,
    rows,
    z_scores,
)
from ribbon.catalog.facts.wording import as_value, code, listed, range_words, relation_words

__all__ = ["PHRASES"]

_GRAIN = "there is one row per {}"
_UNIQUE = "no two rows share {}"

PHRASES: dict[str, Phrase] = {
    # dbt
    "not_null": never_null,
    "unique": of_column("is unique"),
    "accepted_values": one_of("values"),
    "relationships": relationship,
    # single values
    "expect_column_values_to_not_be_null": never_null,
    "expect_column_values_to_be_null": of_column("is always null"),
    "expect_column_values_to_be_unique": of_column("is unique"),
    "expect_column_values_to_be_between": in_range("{}"),
    "expect_column_values_to_be_in_set": one_of("value_set"),
    "expect_column_values_to_not_be_in_set": one_of("value_set", "is none of", "and"),
    "expect_column_values_to_match_regex": argument("regex", "matches"),
    "expect_column_values_to_not_match_regex": argument("regex", "does not match"),
    "expect_column_values_to_match_regex_list": patterns(matches=True),
    "expect_column_values_to_not_match_regex_list": patterns(matches=False),
    "expect_column_values_to_match_like_pattern": argument("like_pattern", "is like"),
    "expect_column_values_to_not_match_like_pattern": argument("like_pattern", "is not like"),
    "expect_column_values_to_match_like_pattern_list": patterns(matches=True),
    "expect_column_values_to_not_match_like_pattern_list": patterns(matches=False),
    "expect_column_values_to_match_strftime_format": argument("strftime_format", "is a time in the format"),
    "expect_column_values_to_be_dateutil_parseable": of_column("can be read as a date"),
    "expect_column_values_to_be_json_parseable": of_column("is JSON"),
    "expect_column_values_to_match_json_schema": of_column("is JSON that the schema allows"),
    "expect_column_value_lengths_to_be_between": lambda said: f"{said.subject} is {range_words(said)} characters long",
    "expect_column_value_lengths_to_equal": lambda said: f"{said.subject} is {said.get('value')} characters long",
    "expect_column_values_to_be_increasing": ordered(grows=True),
    "expect_column_values_to_be_decreasing": ordered(grows=False),
    "expect_column_value_z_scores_to_be_less_than": z_scores,
    "expect_column_values_to_not_be_outliers": outliers,
    "expect_column_values_to_be_of_type": argument("type_", "has the type"),
    "expect_column_type_to_be": argument("type_", "has the type"),
    "expect_column_values_to_be_in_type_list": one_of("type_list", "has the type"),
    # all values of a column together
    "expect_column_max_to_be_between": in_range("the greatest {}"),
    "expect_column_min_to_be_between": in_range("the smallest {}"),
    "expect_column_mean_to_be_between": in_range("the mean of {}"),
    "expect_column_median_to_be_between": in_range("the median of {}"),
    "expect_column_stdev_to_be_between": in_range("the standard deviation of {}"),
    "expect_column_sum_to_be_between": in_range("the sum of {}"),
    "expect_column_unique_value_count_to_be_between": in_range("the number of different {}"),
    "expect_column_proportion_of_unique_values_to_be_between": in_range("the share of different values of {}"),
    "expect_column_proportion_of_non_null_values_to_be_between": in_range("the share of {} that is not null"),
    "expect_column_quantile_values_to_be_between": quantiles,
    "expect_column_distinct_values_to_be_in_set": one_of("value_set"),
    "expect_column_distinct_values_to_contain_set": one_of("value_set", "takes each of", "and"),
    "expect_column_distinct_values_to_equal_set": one_of("value_set", "takes exactly the values", "and"),
    "expect_column_most_common_value_to_be_in_set": lambda said: (
        f"the most common {said.subject} is {listed(said.get('value_set', []), 'or')}"
    ),
    "expect_column_kl_divergence_to_be_less_than": of_column("is distributed as expected"),
    "expect_column_null_rate_near_history": near_history("the share of nulls in {}"),
    # several columns
    "expect_column_pair_values_a_to_be_greater_than_b": greater,
    "expect_column_pair_values_to_be_equal": lambda said: (
        f"{code(said.get('column_A'))} equals {code(said.get('column_B'))}"
    ),
    "expect_column_pair_values_to_be_in_set": pairs,
    "expect_column_pair_cramers_phi_value_to_be_less_than": lambda said: (
        f"{code(said.get('column_A'))} and {code(said.get('column_B'))} do not depend on each other"
    ),
    "expect_grain": of_columns(_GRAIN, "columns"),
    "expect_compound_columns_to_be_unique": of_columns(_UNIQUE, "column_list"),
    "expect_select_column_values_to_be_unique_within_record": of_columns("{} differ in every row", "column_list"),
    "expect_multicolumn_values_to_be_unique": of_columns("{} differ in every row", "column_list"),
    "expect_multicolumn_values_to_be_equal": of_columns("{} are equal in every row", "column_list"),
    "expect_multicolumn_sum_to_equal": lambda said: (
        f"{said.columns('column_list')} add up to {as_value(said.get('sum_total'))}"
    ),
    # the relation
    "expect_column_to_exist": exists,
    "expect_table_row_count_to_be_between": rows,
    "expect_table_row_count_to_equal": lambda said: f"there are exactly {as_value(said.get('value'))} rows",
    "expect_table_row_count_to_equal_other_table": as_many_rows,
    "expect_row_count_near_history": near_history("the number of rows"),
    "expect_table_column_count_to_be_between": lambda said: f"there are {range_words(said)} columns",
    "expect_table_column_count_to_equal": lambda said: f"there are exactly {as_value(said.get('value'))} columns",
    "expect_table_columns_to_match_ordered_list": lambda said: f"{columns_are(said)}, in this order",
    "expect_table_columns_to_match_set": columns_are,
    "expect_rows_to_reconcile": reconcile,
    "expect_query_results_to_match_comparison": lambda said: (
        f"{code(said.get('base_query'))} gives the same rows as {code(said.get('comparison_query'))}"
    ),
    "unexpected_rows_expectation": lambda said: f"{code(said.get('unexpected_rows_query'))} finds no rows",
    # dbt_utils
    "unique_combination_of_columns": of_columns(_UNIQUE, "combination_of_columns"),
    "expression_is_true": is_true,
    "accepted_range": in_range("{}"),
    "not_accepted_values": one_of("values", "is none of", "and"),
    "not_null_proportion": lambda said: (
        f"at least {as_value(said.get('at_least'))} of the values of {said.subject} are not null"
    ),
    "not_constant": of_column("has more than one value"),
    "not_empty_string": of_column("is never empty"),
    "at_least_one": of_column("has at least one value"),
    "relationships_where": relationship,
    "recency": recency,
    "equal_rowcount": as_many_rows,
    "equality": lambda said: f"the rows are those of {relation_words(said.get('compare_model'))}",
    "sequential_values": of_column("has no gaps"),
}
