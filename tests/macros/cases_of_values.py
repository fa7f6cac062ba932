"""Cases of expectations of each value: what, arguments, rows of (a, b, …) as SQL, failures that dbt is to report."""

# fmt: off

THREE_IN_FOUR = "(1), (1), (1), (9)"

CASES = {
    "expect_column_values_to_be_between": [
        ("keeps both bounds", "min_value: 1, max_value: 3", "(1), (3)", 0),
        ("finds what is outside", "min_value: 1, max_value: 3", "(0), (2), (4)", 2),
        ("strictly leaves the bounds out", "min_value: 1, max_value: 3, strict_min: true, strict_max: true", "(1), (2), (3)", 2),
        ("leaves nulls out", "min_value: 1", "(null), (1)", 0),
        ("compares dates", "max_value: '2017-12-31'", "(date '2017-12-31'), (date '2018-01-01')", 1),
        ("compares timestamps", "min_value: '2017-12-31 12:00:00'", "(timestamp '2017-12-31 11:59:59'), (timestamp '2018-01-01')", 1),
        ("compares decimals exactly", "max_value: 0.3", "(0.1::decimal(9, 2) + 0.2::decimal(9, 2)), (0.31::decimal(9, 2))", 1),
        ("compares texts", "min_value: b, max_value: c", "('a'), ('b'), ('c')", 1),
        ("takes YAML dates", "max_value: 2017-12-31", "(date '2017-12-31'), (date '2018-01-01')", 1),
        ("passes with mostly on its boundary", "max_value: 1, mostly: 0.75", THREE_IN_FOUR, 0),
        ("fails with mostly below its boundary", "max_value: 1, mostly: 0.76", THREE_IN_FOUR, 1),
        ("counts no nulls in mostly", "max_value: 1, mostly: 0.75", "(1), (1), (9), (null), (null)", 1),
        ("speaks of the rows that row_condition picks", "max_value: 1, row_condition: b = 'x'", "(9, 'y'), (9, 'x')", 1),
    ],
    "expect_column_value_z_scores_to_be_less_than": [
        ("finds what is far above", "threshold: 1.5, double_sided: false", "(1), (1), (1), (1), (100)", 1),
        ("finds nothing below", "threshold: 1.5, double_sided: false", "(-100), (1), (1), (1), (1)", 0),
        ("finds what is far below with double_sided", "threshold: 1.5, double_sided: true", "(-100), (1), (1), (1), (1)", 1),
        ("takes a threshold below zero as its size", "threshold: -1.5, double_sided: true", "(1), (1), (1), (1), (100)", 1),
        ("passes where all values are the same", "threshold: 1, double_sided: true", "(5), (5), (null)", 0),
        ("passes with mostly on its boundary", "threshold: 1.5, double_sided: true, mostly: 0.8", "(1), (1), (1), (1), (100)", 0),
        ("knows the rows that row_condition picks", "threshold: 1.5, double_sided: true, row_condition: a < 9", "(1), (1), (1), (1), (100)", 0),
    ],
    "expect_column_values_to_not_be_outliers": [
        ("keeps what is within the fences", "multiplier: 1.5", "(1), (2), (3), (4), (7)", 0),
        ("finds what is beyond them", "multiplier: 1.5", "(1), (2), (3), (4), (7.1), (null)", 1),
        ("keeps what is exactly on a fence", "{}", "(0), (4), (4), (8), (14)", 0),
        ("finds what is std away", "method: std, multiplier: 1.5", "(1), (1), (1), (1), (100)", 1),
        ("finds nothing where all values are the same", "method: std, multiplier: 0", "(3), (3)", 0),
        ("finds nothing in one value", "method: std, multiplier: 0", "(3)", 0),
    ],
    "expect_column_values_to_be_increasing": [
        ("holds in the order of order_by", "order_by: b", "(2, 2), (1, 1), (2, 3)", 0),
        ("finds what is smaller than before", "order_by: b", "(1, 1), (3, 2), (2, 3), (2, 4)", 1),
        ("strictly finds what is equal too", "order_by: b, strictly: true", "(1, 1), (3, 2), (2, 3), (2, 4)", 2),
        ("leaves nulls out", "order_by: b desc", "(3, 1), (null, 2), (2, 3)", 0),
        ("compares dates", "order_by: b", "(date '2017-01-02', 1), (date '2017-01-01', 2)", 1),
        ("passes with mostly on its boundary", "order_by: b, mostly: 0.75", "(1, 1), (3, 2), (2, 3), (2, 4)", 0),
    ],
    "expect_column_values_to_be_decreasing": [
        ("holds in the order of order_by", "order_by: b", "(2, 2), (3, 1), (2, 3)", 0),
        ("finds what is greater than before", "order_by: b", "(1, 1), (3, 2), (2, 3), (2, 4)", 1),
        ("strictly finds what is equal too", "order_by: b, strictly: true", "(1, 1), (3, 2), (2, 3), (2, 4)", 2),
    ],
    "expect_column_values_to_not_be_null": [
        ("holds", "{}", "(1), (2)", 0),
        ("finds nulls", "{}", "(1), (null)", 1),
        ("passes with mostly on its boundary", "mostly: 0.5", "(1), (null)", 0),
        ("fails with mostly below its boundary", "mostly: 0.51", "(1), (null)", 1),
    ],
    "expect_column_values_to_be_null": [
        ("holds", "{}", "(null::integer), (null)", 0),
        ("finds values", "{}", "(1), (null)", 1),
        ("passes with mostly on its boundary", "mostly: 0.5", "(1), (null)", 0),
        ("speaks of the rows that row_condition picks", "row_condition: b", "(1, false), (null, true)", 0),
    ],
    "expect_column_values_to_be_unique": [
        ("holds", "{}", "(1), (2)", 0),
        ("finds each row of a group", "{}", "(1), (1), (2), (2), (2), (3)", 5),
        ("leaves nulls out", "{}", "(1), (null), (null)", 0),
        ("passes with mostly on its boundary", "mostly: 0.5", "(1), (1), (2), (3)", 0),
        ("fails with mostly below its boundary", "mostly: 0.51", "(1), (1), (2), (3)", 2),
        ("speaks of the rows that row_condition picks", "row_condition: b", "(1, true), (1, false)", 0),
    ],
    "expect_column_values_to_be_in_set": [
        ("holds", "value_set: [x, y]", "('x'), ('y')", 0),
        ("finds strangers", "value_set: [x, y]", "('x'), ('z'), (null)", 1),
        ("quotes its values", "value_set: [\"o'b\", 'a\"b', 'é%_', 'a\\b']", "('o''b'), ('a\"b'), ('é%_'), ('a\\b')", 0),
        ("takes numbers", "value_set: [1, 2.5]", "(1), (2.5), (3)", 1),
        ("takes dates", "value_set: [2017-01-01, '2017-01-02']", "(date '2017-01-01'), (date '2017-01-02'), (date '2017-01-03')", 1),
        ("takes booleans", "value_set: [true]", "(true), (false), (null)", 1),
        ("takes timestamps", "value_set: ['2017-01-01 12:00:00']", "(timestamp '2017-01-01 12:00:00'), (timestamp '2017-01-01')", 1),
        ("finds all strangers to no values", "value_set: []", "(1), (2), (null)", 2),
        ("takes a null in the set for nothing", "value_set: [1, null]", "(1), (2), (null)", 1),
        ("passes with mostly on its boundary", "value_set: [1], mostly: 0.75", THREE_IN_FOUR, 0),
    ],
    "expect_column_values_to_not_be_in_set": [
        ("holds", "value_set: [x, y]", "('z'), (null)", 0),
        ("finds them", "value_set: [x, y]", "('x'), ('z'), (null)", 1),
        ("takes no values for none", "value_set: []", "(1), (2)", 0),
        ("takes a null in the set for nothing", "value_set: [1, null]", "(1), (2), (null)", 1),
    ],
}
