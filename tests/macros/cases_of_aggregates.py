"""Cases of expectations of a column as a whole: what, arguments, rows of (a, b, …) as SQL, failures (1) or none (0)."""

# fmt: off

NOTHING = "select cast(null as integer) as a, true as b where false"
NULLS = "(null::integer), (null)"
TEN = "(1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (null)"


def quantiles(places: str, ranges: str, more: str = "") -> str:
    return f"quantile_ranges: {{quantiles: {places}, value_ranges: {ranges}}}{more}"


def partition(expected: str, more: str) -> str:
    return f"partition_object: {{{expected}}}, {more}"


HALVES = "values: [x, y], weights: [0.5, 0.5]"
BINS = "bins: [0, 1, 2], weights: [0.5, 0.5]"
UPWARDS = "bins: [0, 1, .inf], weights: [0.5, 0.5]"
DOWNWARDS = "bins: [-.inf, 1, 2], weights: [0.5, 0.5]"
WITHIN = "bins: [0, 1, 2, 3], weights: [0.5, 0.5, 0]"
OPEN = "bins: [-.inf, 1, .inf], weights: [0.5, 0.5]"

CASES = {
    "expect_column_max_to_be_between": [
        ("holds", "min_value: 3, max_value: 3", "(1), (3), (null)", 0),
        ("fails", "max_value: 3, strict_max: true", "(1), (3)", 1),
        ("fails on nulls only", "max_value: 3", NULLS, 1),
        ("fails on no rows", "max_value: 3", NOTHING, 1),
        ("compares dates", "max_value: '2017-12-31'", "(date '2017-12-31'), (date '2018-01-01')", 1),
        ("speaks of the rows that row_condition picks", "max_value: 3, row_condition: b", "(9, false), (3, true)", 0),
    ],
    "expect_column_min_to_be_between": [
        ("holds", "min_value: 1", "(1), (3), (null)", 0),
        ("fails", "min_value: 1, strict_min: true", "(1), (3)", 1),
        ("compares timestamps", "min_value: '2017-12-31 12:00:00'", "(timestamp '2017-12-31 12:00:00')", 0),
    ],
    "expect_column_mean_to_be_between": [
        ("holds", "min_value: 2, max_value: 2", "(1), (3), (null)", 0),
        ("fails", "min_value: 2.1", "(1), (3)", 1),
        ("fails on no rows", "min_value: 0", NOTHING, 1),
        ("takes decimals", "min_value: 0.15, max_value: 0.15", "(0.1::decimal(5, 2)), (0.2::decimal(5, 2))", 0),
    ],
    "expect_column_stdev_to_be_between": [
        ("holds for a sample", "min_value: 1, max_value: 1", "(1), (2), (3), (null)", 0),
        ("fails", "max_value: 0.99", "(1), (2), (3)", 1),
        ("fails on one value", "min_value: 0", "(1), (null)", 1),
    ],
    "expect_column_sum_to_be_between": [
        ("holds", "min_value: 4, max_value: 4", "(1), (3), (null)", 0),
        ("fails", "max_value: 3", "(1), (3)", 1),
        ("is 0 on nulls only", "min_value: 0, max_value: 0", NULLS, 0),
    ],
    "expect_column_median_to_be_between": [
        ("is the middle value", "min_value: 2, max_value: 2", "(1), (2), (9), (null)", 0),
        ("is the mean of two middle values", "min_value: 2.5, max_value: 2.5", "(1), (2), (3), (9)", 0),
        ("counts equal values", "min_value: 1, max_value: 1", "(1), (1), (1), (9), (9)", 0),
        ("fails", "max_value: 2", "(1), (2), (3), (9)", 1),
        ("fails on nulls only", "min_value: 0", NULLS, 1),
    ],
    "expect_column_unique_value_count_to_be_between": [
        ("holds", "min_value: 2, max_value: 2", "(1), (1), (3), (null)", 0),
        ("fails", "max_value: 1", "(1), (1), (3)", 1),
        ("is 0 on no rows", "max_value: 0", NOTHING, 0),
    ],
    "expect_column_proportion_of_unique_values_to_be_between": [
        ("holds", "min_value: 0.75, max_value: 0.75", "(1), (1), (2), (3), (null)", 0),
        ("fails", "min_value: 0.76", "(1), (1), (2), (3), (null)", 1),
        ("is 0 on nulls only", "max_value: 0", NULLS, 0),
    ],
    "expect_column_proportion_of_non_null_values_to_be_between": [
        ("holds", "min_value: 0.5, max_value: 0.5", "(1), (null)", 0),
        ("fails", "min_value: 0.51", "(1), (null)", 1),
        ("is 0 on no rows", "min_value: 0, max_value: 0", NOTHING, 0),
    ],
    "expect_column_quantile_values_to_be_between": [
        ("takes the nearest value", quantiles("[0.1, 0.5, 0.9]", "[[2, 2], [5, 5], [9, 9]]"), TEN, 0),
        ("takes the even place of two that are as near", quantiles("[0.5]", "[[3, 3]]"), "(1), (3)", 1),
        ("fails where one is outside", quantiles("[0, 1]", "[[1, 1], [1, 9]]"), TEN, 1),
        ("has open ranges", quantiles("[0, 1]", "[[null, 1], [10, null]]"), TEN, 0),
        ("interpolates", quantiles("[0.25]", "[[3.25, 3.25]]", ", allow_relative_error: linear"), TEN, 0),
        ("takes the lower value", quantiles("[0.25]", "[[3, 3]]", ", allow_relative_error: lower"), TEN, 0),
        ("takes the higher value", quantiles("[0.25]", "[[4, 4]]", ", allow_relative_error: higher"), TEN, 0),
        ("compares dates", quantiles("[0.5]", "[['2017-01-01', '2017-01-01']]"), "(date '2017-01-01'), (date '2017-02-01')", 0),
        ("fails on nulls only", quantiles("[0.5]", "[[null, null]]"), NULLS, 1),
    ],
    "expect_column_most_common_value_to_be_in_set": [
        ("holds", "value_set: [x]", "('x'), ('x'), ('y'), (null), (null), (null)", 0),
        ("fails", "value_set: [y]", "('x'), ('x'), ('y')", 1),
        ("fails on a tie", "value_set: [x, y]", "('x'), ('y')", 1),
        ("holds on a tie with ties_okay", "value_set: [x], ties_okay: true", "('x'), ('y')", 0),
        ("fails on nulls only", "value_set: [1], ties_okay: true", NULLS, 1),
    ],
    "expect_column_distinct_values_to_be_in_set": [
        ("holds", "value_set: [x, y, z]", "('x'), ('x'), ('y'), (null)", 0),
        ("fails", "value_set: [x]", "('x'), ('y')", 1),
        ("holds on nulls only", "value_set: [1]", NULLS, 0),
        ("takes booleans", "value_set: [true]", "(true), (false)", 1),
    ],
    "expect_column_distinct_values_to_contain_set": [
        ("holds", "value_set: [x, x]", "('x'), ('y'), (null)", 0),
        ("fails", "value_set: [x, z]", "('x'), ('y')", 1),
        ("fails on no rows", "value_set: [1]", NOTHING, 1),
        ("takes dates", "value_set: ['2017-01-01']", "(date '2017-01-01'), (date '2017-01-02')", 0),
    ],
    "expect_column_distinct_values_to_equal_set": [
        ("holds", "value_set: [x, y]", "('x'), ('y'), ('y'), (null)", 0),
        ("fails where one is missing", "value_set: [x, y]", "('x')", 1),
        ("fails where there is another", "value_set: [x]", "('x'), ('y')", 1),
    ],
    "expect_column_kl_divergence_to_be_less_than": [
        ("is 0 for what is expected", partition(HALVES, "threshold: 0"), "('x'), ('y'), (null)", 0),
        ("is ln 2 where all values are the same", partition(HALVES, "threshold: 0.6931472"), "('x'), ('x')", 0),
        ("fails where it is greater", partition(HALVES, "threshold: 0.6931471"), "('x'), ('x')", 1),
        ("fails on a value that is not expected", partition(HALVES, "threshold: 99"), "('x'), ('z')", 1),
        # ln(0.5 / 0.45) / 2 + ln(0.5 / 0.1) / 2
        ("has a holdout for it", partition(HALVES, "threshold: 0.8574, tail_weight_holdout: 0.1"), "('x'), ('z')", 0),
        ("fails beyond the holdout", partition(HALVES, "threshold: 0.8574, tail_weight_holdout: 0.09"), "('x'), ('z')", 1),
        ("counts in bins, the last one closed", partition(BINS, "threshold: 0"), "(0), (2.0)", 0),
        ("puts an edge into the upper bin", partition(BINS, "threshold: 0.1"), "(1), (2.0)", 1),
        ("fails beyond the bins", partition(BINS, "threshold: 99"), "(0), (1), (3)", 1),
        ("has a holdout beyond the bins", partition(BINS, "threshold: 9, tail_weight_holdout: 0.1"), "(0), (1), (3)", 0),
        # ln(1 / 1.35) * 2 / 3 + ln(1 / 0.15) / 3
        ("has half of the holdout on each side", partition(BINS, "threshold: 0.43231, tail_weight_holdout: 0.1"), "(0), (1), (3)", 0),
        ("fails beyond half of the holdout", partition(BINS, "threshold: 0.4323, tail_weight_holdout: 0.1"), "(0), (1), (3)", 1),
        # ln(1 / 1.35) * 2 / 3 + ln(1 / 0.3) / 3
        ("has all of it below the bins where they go on above", partition(UPWARDS, "threshold: 0.20126, tail_weight_holdout: 0.1"), "(-1), (0), (9)", 0),
        ("fails beyond it below the bins", partition(UPWARDS, "threshold: 0.20125, tail_weight_holdout: 0.1"), "(-1), (0), (9)", 1),
        ("has all of it above the bins where they go on below", partition(DOWNWARDS, "threshold: 0.20126, tail_weight_holdout: 0.1"), "(-9), (1), (3)", 0),
        ("fails beyond it above the bins", partition(DOWNWARDS, "threshold: 0.20125, tail_weight_holdout: 0.1"), "(-9), (1), (3)", 1),
        ("has a holdout for bins of no weight", partition(WITHIN, "threshold: 0.20126, internal_weight_holdout: 0.1"), "(0), (1), (2)", 0),
        ("fails beyond that", partition(WITHIN, "threshold: 0.20125, internal_weight_holdout: 0.1"), "(0), (1), (2)", 1),
        ("takes tail weights", partition("bins: [0, 1], weights: [0.5], tail_weights: [0, 0.5]", "threshold: 0"), "(0), (3)", 0),
        ("takes infinite bins", partition(OPEN, "threshold: 0"), "(-9), (99)", 0),
        ("fails on nulls only", partition(BINS, "threshold: 9"), NULLS, 1),
    ],
    "expect_column_null_rate_near_history": [
        ("holds near the median of the last runs", "tolerance: 0.05", "(1), (2), (3), (null)", 0),
        ("fails beyond it", "tolerance: 0.04", "(1), (2), (3), (null)", 1),
        ("counts the last runs", "tolerance: 0.04, last: 3", "(1), (2), (3), (null)", 0),
        ("passes without enough history", "tolerance: 0, min_history: 6", "(1), (2), (3), (null)", 0),
        ("looks back on just enough history", "tolerance: 0, min_history: 5", "(1), (2), (3), (null)", 1),
        ("passes on no rows", "tolerance: 0", NOTHING, 0),
    ],
}
