"""Cases of expectations of texts: what, arguments, rows of (a, b, …) as SQL, failures that dbt is to report."""

# fmt: off

CASES = {
    "expect_column_value_lengths_to_be_between": [
        ("keeps both bounds", "min_value: 1, max_value: 2", "('é'), ('ab'), (null)", 0),
        ("finds what is outside", "min_value: 1, max_value: 2", "(''), ('ab'), ('abc')", 2),
        ("strictly leaves the bounds out", "min_value: 1, max_value: 3, strict_min: true, strict_max: true", "('a'), ('ab'), ('abc')", 2),
        ("counts the digits of a number", "max_value: 2", "(12), (123)", 1),
    ],
    "expect_column_value_lengths_to_equal": [
        ("holds", "value: 2", "('ab'), ('é%'), (null)", 0),
        ("finds others", "value: 2", "('a'), ('ab')", 1),
    ],
    "expect_column_values_to_match_regex": [
        ("finds anywhere", "regex: 'b+'", "('abc'), ('xyz'), (null)", 1),
        ("can be anchored", "regex: '^[a-z]{2}$'", "('ab'), ('abc')", 1),
        ("keeps quotes and backslashes", "regex: \"^o'\\\\d$\"", "('o''1'), ('o''x')", 1),
        ("reads numbers as texts", "regex: '^1'", "(1), (12), (2)", 1),
        ("passes with mostly on its boundary", "regex: b, mostly: 0.5", "('abc'), ('xyz'), (null)", 0),
    ],
    "expect_column_values_to_not_match_regex": [
        ("holds", "regex: z", "('abc'), (null)", 0),
        ("finds what matches", "regex: 'b+'", "('abc'), ('xyz'), (null)", 1),
    ],
    "expect_column_values_to_match_regex_list": [
        ("takes any", "regex_list: ['^a', 'z$']", "('abc'), ('xyz'), ('bbb')", 1),
        ("takes all", "regex_list: ['^a', 'z$'], match_on: all", "('abc'), ('abz'), (null)", 1),
        ("holds", "regex_list: ['^a', 'z$']", "('abc'), ('xyz')", 0),
    ],
    "expect_column_values_to_not_match_regex_list": [
        ("finds what matches any", "regex_list: ['^a', 'z$']", "('abc'), ('xyz'), ('bbb')", 2),
        ("holds", "regex_list: ['^a', 'z$']", "('bbb'), (null)", 0),
    ],
    "expect_column_values_to_match_like_pattern": [
        ("holds", "like_pattern: 'a%c'", "('abc'), ('ac'), (null)", 0),
        ("tells cases apart", "like_pattern: 'a%c'", "('abc'), ('ABC')", 1),
        ("takes _ for any character", "like_pattern: a_c", "('abc'), ('a_c')", 0),
        ("takes an escaped _ for itself", "like_pattern: 'a!_c', escape: '!'", "('abc'), ('a_c')", 1),
        ("takes a backslash for itself", "like_pattern: 'a\\%'", "('a\\b'), ('ab')", 1),
    ],
    "expect_column_values_to_not_match_like_pattern": [
        ("holds", "like_pattern: 'a%'", "('bac'), (null)", 0),
        ("finds what matches", "like_pattern: 'a%'", "('abc'), ('bac')", 1),
        ("takes an escaped _ for itself", "like_pattern: 'a!_c', escape: '!'", "('abc'), ('a_c')", 1),
    ],
    "expect_column_values_to_match_like_pattern_list": [
        ("takes any", "like_pattern_list: ['a%', '%z']", "('abc'), ('xyz'), ('bbb')", 1),
        ("takes all", "like_pattern_list: ['a%', '%z'], match_on: all", "('abc'), ('abz')", 1),
        ("holds", "like_pattern_list: ['a%', '%z']", "('abc'), ('xyz')", 0),
    ],
    "expect_column_values_to_not_match_like_pattern_list": [
        ("finds what matches any", "like_pattern_list: ['a%', '%z']", "('abc'), ('xyz'), ('bbb')", 2),
        ("holds", "like_pattern_list: ['a%', '%!_'], escape: '!'", "('bab'), (null)", 0),
    ],
    "expect_column_values_to_be_json_parseable": [
        ("holds", "{}", "('{\"a\": [1, null]}'), ('1'), (null)", 0),
        ("finds what is none", "{}", "('{bad'), ('{}')", 1),
    ],
    "expect_column_values_to_match_strftime_format": [
        ("holds", "strftime_format: '%Y-%m-%d'", "('2017-01-31'), (null)", 0),
        ("finds other texts", "strftime_format: '%Y-%m-%d'", "('31.01.2017'), ('2017-02-30'), ('2017-01-31')", 2),
    ],
}
