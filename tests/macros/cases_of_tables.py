"""Cases of expectations of a table: what, arguments, rows of (a, b, …) as SQL, failures (1) or none (0)."""

# fmt: off

NOTHING = "select 1 as a where false"
SUMS = "measure: sum(a), compare_to: ref('other')"
TYPES = "(1::bigint, 'x', 1.5::decimal(9, 2))"


def comparison(base: str, other: str, more: str = "") -> str:
    return f"base_query: '{base}', comparison_query: '{other}'{more}"


SAME = "select 1 as a union all select 1 union all select null"

CASES = {
    "expect_table_row_count_to_be_between": [
        ("holds", "min_value: 1, max_value: 2", "(1), (2)", 0),
        ("fails", "min_value: 3", "(1), (2)", 1),
        ("counts no rows", "max_value: 0", NOTHING, 0),
        ("counts the rows that row_condition picks", "max_value: 1, row_condition: a > 1", "(1), (2)", 0),
    ],
    "expect_table_row_count_to_equal": [
        ("holds", "value: 2", "(1), (2)", 0),
        ("fails", "value: 1", "(1), (2)", 1),
    ],
    "expect_table_row_count_to_equal_other_table": [
        ("holds", "other_table_name: ref('other')", "(7)", 0),
        ("fails", "other_table_name: ref('other')", "(7), (8)", 1),
        ("picks rows of this table only", "other_table_name: ref('other'), row_condition: a = 7", "(7), (8)", 0),
        ("takes a table's name", "other_table_name: '(select 1 union all select 2)'", "(7), (8)", 0),
    ],
    "expect_table_column_count_to_be_between": [
        ("holds", "min_value: 2, max_value: 2", "(1, 2)", 0),
        ("fails", "min_value: 3", "(1, 2)", 1),
    ],
    "expect_table_column_count_to_equal": [
        ("holds", "value: 2", "(1, 2)", 0),
        ("fails", "value: 3", "(1, 2)", 1),
    ],
    "expect_table_columns_to_match_ordered_list": [
        ("holds", "column_list: [A, b]", "(1, 2)", 0),
        ("fails on another order", "column_list: [b, a]", "(1, 2)", 1),
        ("fails on one that is missing", "column_list: [a]", "(1, 2)", 1),
    ],
    "expect_table_columns_to_match_set": [
        ("holds", "column_set: [B, a]", "(1, 2)", 0),
        ("fails on another one", "column_set: [a]", "(1, 2)", 1),
        ("allows others", "column_set: [a], exact_match: false", "(1, 2)", 0),
        ("fails on one that is missing", "column_set: [a, c], exact_match: false", "(1, 2)", 1),
    ],
    "expect_column_to_exist": [
        ("holds", "column: b", "(1, 2)", 0),
        ("fails", "column: c", "(1, 2)", 1),
        ("holds at its place", "column: b, column_index: 1", "(1, 2)", 0),
        ("fails at another place", "column: b, column_index: 0", "(1, 2)", 1),
        ("counts from 0", "column: a, column_index: 0", "(1, 2)", 0),
        ("counts from the end", "column: b, column_index: -1", "(1, 2)", 0),
        ("counts to the first from the end", "column: a, column_index: -2", "(1, 2)", 0),
        ("fails behind the last place", "column: b, column_index: 2", "(1, 2)", 1),
        ("fails before the first place", "column: b, column_index: -3", "(1, 2)", 1),
        ("knows names in any case", "column: B, column_index: 1", "(1, 2)", 0),
    ],
    "expect_column_type_to_be": [
        ("holds", "column: a, type_: BIGINT", TYPES, 0),
        ("knows other names", "column: b, type_: string", TYPES, 0),
        ("fails", "column: a, type_: integer", TYPES, 1),
        ("compares parameters where there are some", "column: c, type_: 'decimal(9, 3)'", TYPES, 1),
    ],
    "expect_column_values_to_be_of_type": [
        ("holds", "column: c, type_: numeric", TYPES, 0),
        ("fails", "column: c, type_: double", TYPES, 1),
        ("takes any type for none", "column: c, type_: null", TYPES, 0),
    ],
    "expect_column_values_to_be_in_type_list": [
        ("holds", "column: a, type_list: [integer, int64]", TYPES, 0),
        ("fails", "column: a, type_list: [integer, varchar]", TYPES, 1),
    ],
    "expect_query_results_to_match_comparison": [
        ("holds in any order", comparison("select a from {batch}", SAME), "(null), (1), (1)", 0),
        ("fails where one is missing", comparison("select a from {batch}", SAME), "(null), (1)", 1),
        ("fails where there is another", comparison("select a from {batch}", SAME), "(null), (1), (1), (1)", 1),
        ("passes with mostly on its boundary", comparison("select a from {batch}", SAME, ", mostly: 0.75"), "(null), (1), (1), (1)", 0),
        ("holds for no rows", comparison("select a from {batch}", "select 1 where false"), NOTHING, 0),
        ("reads the rows that row_condition picks", comparison("select a from {batch} as t", SAME, ", row_condition: a is null or a = 1"), "(null), (1), (1), (2)", 0),
    ],
    "unexpected_rows_expectation": [
        ("holds", "unexpected_rows_query: 'select * from {batch} where a > 2'", "(1), (2)", 0),
        ("fails", "unexpected_rows_query: 'select * from {batch} as t where t.a > 1'", "(1), (2)", 1),
    ],
    "expect_rows_to_reconcile": [
        ("holds", SUMS, "(4), (6)", 0),
        ("fails", SUMS, "(4), (5)", 1),
        ("holds within the tolerance", SUMS + ", tolerance: 1", "(4), (5)", 0),
        ("takes conditions", SUMS + ", row_condition: a > 4, compare_condition: a < 10, compare_measure: count(*)", "(4), (0)", 0),
        ("takes no rows for 0", SUMS, "(4), (null)", 1),
    ],
    "expect_row_count_near_history": [
        ("holds near the median of the last runs", "tolerance: 0.2", "(1), (2), (3), (4)", 0),
        ("fails beyond it", "tolerance: 0.19", "(1), (2), (3), (4)", 1),
        ("counts the last runs", "tolerance: 0, last: 3", "(1), (2), (3), (4)", 0),
        ("passes without enough history", "tolerance: 0, min_history: 6", "(1), (2), (3), (4)", 0),
        ("looks back on just enough history", "tolerance: 0, min_history: 5", "(1), (2), (3), (4)", 1),
    ],
}
