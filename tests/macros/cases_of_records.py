"""Cases of expectations of several columns: what, arguments, rows of (a, b, …) as SQL, failures that dbt is to report."""

# fmt: off

PAIR = "column_A: a, column_B: b"
LIST = "column_list: [a, b, c]"

CASES = {
    "expect_column_pair_values_a_to_be_greater_than_b": [
        ("holds", PAIR, "(2, 1), (null, null)", 0),
        ("finds equals", PAIR, "(2, 1), (1, 1)", 1),
        ("finds a null on one side", PAIR, "(2, 1), (null, 1), (1, null)", 2),
        ("keeps equals with or_equal", PAIR + ", or_equal: true", "(2, 1), (1, 1), (0, 1)", 1),
        ("leaves rows with a null out", PAIR + ", ignore_row_if: either_value_is_missing", "(2, 1), (null, 1), (1, null), (0, 1)", 1),
        ("finds rows of nulls", PAIR + ", ignore_row_if: neither", "(2, 1), (null, null)", 1),
        ("compares dates", PAIR, "(date '2017-01-02', date '2017-01-01'), (date '2017-01-01', date '2017-01-01')", 1),
        ("passes with mostly on its boundary", PAIR + ", mostly: 0.5", "(2, 1), (1, 1), (null, null)", 0),
    ],
    "expect_column_pair_values_to_be_equal": [
        ("holds", PAIR, "(1, 1), (null, null)", 0),
        ("finds what differs", PAIR, "(1, 1), (1, 2), (null, 1)", 2),
        ("leaves rows with a null out", PAIR + ", ignore_row_if: either_value_is_missing", "(1, 1), (1, 2), (null, 1)", 1),
        ("finds rows of nulls", PAIR + ", ignore_row_if: neither", "(1, 1), (null, null)", 1),
    ],
    "expect_column_pair_values_to_be_in_set": [
        ("holds", PAIR + ", value_pairs_set: [[x, 1], [y, 2]]", "('x', 1), ('y', 2), (null, null)", 0),
        ("finds other pairs", PAIR + ", value_pairs_set: [[x, 1], [y, 2]]", "('x', 2), ('y', 2), (null, 1)", 2),
        ("takes a null for a null", PAIR + ", value_pairs_set: [[x, null]]", "('x', null), ('x', 1)", 1),
        ("quotes its values", PAIR + ", value_pairs_set: [[\"o'b\", 'é%_']]", "('o''b', 'é%_')", 0),
        ("finds all where there is no pair", PAIR + ", value_pairs_set: []", "('x', 1)", 1),
    ],
    "expect_compound_columns_to_be_unique": [
        ("holds", "column_list: [a, b]", "(1, 1), (1, 2)", 0),
        ("finds each row of a group", "column_list: [a, b]", "(1, 1), (1, 1), (1, 2)", 2),
        ("takes two nulls for the same", "column_list: [a, b]", "(1, null), (1, null), (null, null), (null, null)", 2),
        ("leaves rows with a null out", "column_list: [a, b], ignore_row_if: any_value_is_missing", "(1, null), (1, null)", 0),
        ("finds rows of nulls", "column_list: [a, b], ignore_row_if: never", "(null::int, null::int), (null, null)", 2),
        ("passes with mostly on its boundary", "column_list: [a, b], mostly: 0.5", "(1, 1), (1, 1), (1, 2), (1, 3)", 0),
    ],
    "expect_multicolumn_sum_to_equal": [
        ("holds", LIST + ", sum_total: 6", "(1, 2, 3), (null, null, null)", 0),
        ("finds other sums", LIST + ", sum_total: 6", "(1, 2, 3), (1, 2, 4), (3, 3, null)", 2),
        ("leaves rows with a null out", LIST + ", sum_total: 6, ignore_row_if: any_value_is_missing", "(1, 2, 4), (3, 3, null)", 1),
        ("adds decimals exactly", LIST + ", sum_total: 0.3", "(0.1::decimal(5, 2), 0.1::decimal(5, 2), 0.1::decimal(5, 2))", 0),
    ],
    "expect_multicolumn_values_to_be_equal": [
        ("holds", LIST, "(1, 1, 1), (null, null, null)", 0),
        ("finds what differs", LIST, "(1, 1, 2), (1, 1, null), (2, 2, 2)", 2),
        ("takes nulls for the same", LIST + ", ignore_row_if: never", "(1, 1, 1), (null, null, null)", 0),
        ("leaves rows with a null out", LIST + ", ignore_row_if: any_value_is_missing", "(1, 1, 2), (1, 1, null)", 1),
    ],
    "expect_select_column_values_to_be_unique_within_record": [
        ("holds", LIST, "(1, 2, 3), (1, 2, null), (null, null, null)", 0),
        ("finds what is the same", LIST, "(1, 2, 1), (1, 2, 3)", 1),
        ("takes two nulls for the same", LIST, "(1, null, null), (1, 2, 3)", 1),
        ("finds rows of nulls", LIST + ", ignore_row_if: never", "(null::int, null::int, null::int)", 1),
    ],
    "expect_multicolumn_values_to_be_unique": [
        ("holds", LIST, "(1, 2, 3)", 0),
        ("finds what is the same", LIST, "(1, 2, 1), (1, 2, 3)", 1),
    ],
    "expect_grain": [
        ("holds", "columns: [a, b]", "(1, 1), (1, 2)", 0),
        ("finds doubles", "columns: [a, b]", "(1, 1), (1, 1), (1, 2)", 1),
        ("finds nulls", "columns: [a, b]", "(1, null), (1, 2)", 1),
    ],
    "expect_column_pair_cramers_phi_value_to_be_less_than": [
        ("holds where they are independent", PAIR + ", threshold: 0", "('x', 1), ('x', 2), ('y', 1), ('y', 2)", 0),
        ("fails where one decides the other", PAIR + ", threshold: 0.99", "('x', 1), ('y', 2), (null, 2)", 1),
        ("is 1 where one decides the other", PAIR + ", threshold: 1", "('x', 1), ('y', 2), (null, 2)", 0),
        ("is 0 where a column has one value", PAIR + ", threshold: 0", "('x', 1), ('x', 2)", 0),
    ],
}
