"""An expectation as a sentence. Names, values and SQL are in backticks."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["PHRASES", "singular_words", "words_of"]

# Where in a phrase the rows that count are named; at its end without it.
CONDITION = "\0"

_MOST = 12  # of a list, after which the rest is counted
_LONGEST = 200
_REF = re.compile(r"""^\s*(?:\{\{)?\s*(ref|source)\(\s*(.+?)\s*\)\s*(?:\}\})?\s*$""")
_NAME = re.compile(r"""["']([^"']+)["']""")

_GRAIN = "there is one row per {}"

_UNIQUE = "no two rows share {}"

# Part of the sentence around the phrase, or of no meaning to a reader.
_NOT_LISTED = frozenset({"mostly", "row_condition", "where", "config", "name", "meta", "quote"})


@dataclass(frozen=True)
class DeclaredTest:
    """A generic test as the YAML declares it. arguments: as written, without column and model."""

    column: str | None
    arguments: Mapping[str, Any]

    def get(self, name: str, default: Any = None) -> Any:
        """An argument; the default where it is not given or null."""
        value = self.arguments.get(name)
        return default if value is None else value

    @property
    def subject(self) -> str:
        """The column, as the sentence names it."""
        return code(self.column or self.get("column") or "the column")

    def columns(self, *names: str) -> str:
        """The columns that the first argument which is given lists."""
        return listed(next((self.arguments[name] for name in names if self.arguments.get(name)), []))


def code(text: object) -> str:
    """A name, a value or SQL, as Markdown sets it apart."""
    line = " ".join(str(text).split())
    line = line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
    return f"`` {line} ``" if "`" in line else f"`{line}`"


def as_value(value: Any) -> str:
    """A value of a contract: numbers as they are, texts as code, lists by their values."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int | float):
        return f"{value}"
    if isinstance(value, list | tuple):
        return listed(value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {as_value(each)}" for key, each in value.items())
    return code(value)


def listed(values: Any, last: str = "and") -> str:
    """`a`, `b` and `c`; of a long list the first few and how many more."""
    each = [as_value(value) for value in values] if isinstance(values, Sequence) and not isinstance(values, str) else []
    if not each:
        return as_value(values) if values else "nothing"
    if len(each) > _MOST:
        return f"{', '.join(each[:_MOST])} {last} {len(each) - _MOST} more"
    return f" {last} ".join(filter(None, (", ".join(each[:-1]), each[-1])))


def number(value: Any) -> float | None:
    """A number, whether or not it is written as text; None for anything else."""
    try:
        return None if isinstance(value, bool) or value is None else float(value)
    except (TypeError, ValueError):
        return None


def range_words(test: DeclaredTest) -> str:
    """`between 0 and 10`, `at least 0`, `less than 10`: by the bounds that are given."""
    low, high = test.arguments.get("min_value"), test.arguments.get("max_value")
    either = bool(test.get("strictly")) or not test.get("inclusive", True)
    below, above = (bool(test.get(name)) or either for name in ("strict_min", "strict_max"))
    if low is not None and high is not None and not below and not above:
        return f"exactly {as_value(low)}" if low == high else f"between {as_value(low)} and {as_value(high)}"
    parts = (
        f"{'more than' if below else 'at least'} {as_value(low)}" if low is not None else "",
        f"{'less than' if above else 'at most'} {as_value(high)}" if high is not None else "",
    )
    return " and ".join(filter(None, parts)) or "anything"


def relation_words(written: Any) -> str:
    """A relation as a contract names it: ref('a') is `a`, source('a', 'b') is `a.b`."""
    call = _REF.match(str(written or ""))
    if not call:
        return code(written) if written else "another relation"
    names = _NAME.findall(call[2])
    return code(".".join(names) if call[1] == "source" else names[-1] if names else written)


Phrase = Callable[[DeclaredTest], str | None]
"""An expectation in words; None where its arguments are not what the phrase is about."""


def of_column(text: str) -> Phrase:
    """`price` is never empty. text: what the column does."""
    return lambda test: f"{test.subject} {text}"


def argument(name: str, text: str) -> Phrase:
    """`price` matches `^a`. name: of the argument that ends the phrase."""
    return lambda test: f"{test.subject} {text} {as_value(test.get(name))}"


def one_of(name: str, text: str = "is one of", last: str = "or") -> Phrase:
    """`kind` is one of `a` or `b`. name: of the argument that lists the values."""
    return lambda test: f"{test.subject} {text} {listed(test.get(name, []), last)}"


def in_range(text: str) -> Phrase:
    """The mean of `price` is at least 1. text: `the mean of {}`, with a place for the column."""
    return lambda test: f"{text.format(test.subject)} is {range_words(test)}"


def of_columns(text: str, *names: str) -> Phrase:
    """There is one row per `a` and `b`. text: with a place for the columns that the first argument given lists."""
    return lambda test: text.format(test.columns(*names))


def near_history(text: str) -> Phrase:
    """The number of rows is near what it was. text: with a place for the column."""
    return lambda test: f"{text.format(test.subject)} is near what it was in the last {test.get('last', 20)} runs"


def ordered(grows: bool) -> Phrase:
    """`at` never falls in the order of `id`."""

    def phrase(test: DeclaredTest) -> str:
        by = test.get("order_by", test.get("sort_column"))
        strictly = bool(test.get("strictly"))
        moves = f"always {'grows' if grows else 'falls'}" if strictly else f"never {'falls' if grows else 'grows'}"
        return f"{test.subject} {moves}" + (f" in the order of {code(by)}" if by else "")

    return phrase


def patterns(matches: bool) -> Phrase:
    """`code` matches one of `^a` or `^b`."""

    def phrase(test: DeclaredTest) -> str:
        which = "none" if not matches else "all" if test.get("match_on") == "all" else "one"
        each = listed(test.get("regex_list", test.get("like_pattern_list", [])), "or" if which == "one" else "and")
        return f"{test.subject} matches {which} of {each}"

    return phrase


def never_null(test: DeclaredTest) -> str:
    """`price` is never null."""
    return f"{test.subject} is {'never' if test.get('mostly', 1) == 1 else 'not'} null"


def relationship(test: DeclaredTest) -> str:
    """Every `store_id` is a `store_id` of `dim_store`."""
    to, field = test.get("to", test.get("parent")), test.get("field", test.get("to_column"))
    return f"every {test.subject} is a {code(field)} of {relation_words(to)}"


def greater(test: DeclaredTest) -> str:
    """`ended_on` is greater than `began_on`."""
    relation = "at least" if test.get("or_equal") else "greater than"
    return f"{code(test.get('column_A'))} is {relation} {code(test.get('column_B'))}"


def pairs(test: DeclaredTest) -> str:
    """`land` and `money` are one of the pairs (`A`, `B`)."""
    given = test.get("value_pairs_set", [])
    shown = [f"({', '.join(map(as_value, pair))})" for pair in given if isinstance(pair, list | tuple)]
    each = ", ".join(shown) or as_value(given)
    return f"{code(test.get('column_A'))} and {code(test.get('column_B'))} are one of the pairs {each}"


def rows(test: DeclaredTest) -> str:
    """There are at least 3 rows."""
    if number(test.get("max_value")) == 0 and not number(test.get("min_value")):
        return "there is no row"
    amount = range_words(test)
    return "there is at least one row" if amount == "at least 1" else f"there are {amount} rows"


def quantiles(test: DeclaredTest) -> str | None:
    """Of the quantiles of `price`, 0.5 is at most 9."""
    ranges = test.get("quantile_ranges")
    if not isinstance(ranges, dict):
        return None
    each = zip(ranges.get("quantiles", []), ranges.get("value_ranges", []), strict=False)
    return f"of the quantiles of {test.subject}, {', '.join(_quantile(*pair) for pair in each)}"


def _quantile(quantile: Any, bounds: Any) -> str:
    low, high = (*bounds, None, None)[:2] if isinstance(bounds, list | tuple) else (None, None)
    return f"{as_value(quantile)} is {range_words(DeclaredTest(None, {'min_value': low, 'max_value': high}))}"


def reconcile(test: DeclaredTest) -> str:
    """`sum(net)` equals `sum(paid)` of `ledger`, give or take 0.01."""
    measure = test.get("measure")
    there = test.get("compare_measure", measure)
    picked = f" where {code(test.get('compare_condition'))}" if test.get("compare_condition") else ""
    off = number(test.get("tolerance")) or 0
    near = f", give or take {off:g}" if off else ""
    return f"{code(measure)}{CONDITION} equals {code(there)} of {relation_words(test.get('compare_to'))}{picked}{near}"


def outliers(test: DeclaredTest) -> str:
    """`price` lies within 1.5 interquartile ranges of the quartiles."""
    near = test.get("multiplier", 1.5)
    if test.get("method") == "std":
        return f"{test.subject} lies within {near} standard deviations of the mean"
    return f"{test.subject} lies within {near} interquartile ranges of the quartiles"


def z_scores(test: DeclaredTest) -> str:
    """`price` lies less than 3 standard deviations above the mean."""
    where = "from the mean" if test.get("double_sided") else "above the mean"
    return f"{test.subject} lies less than {as_value(test.get('threshold'))} standard deviations {where}"


def recency(test: DeclaredTest) -> str:
    """The newest `ordered_at` is at most 2 days old."""
    newest = f"the newest {code(test.get('field'))}"
    return f"{newest} is at most {as_value(test.get('interval'))} {test.get('datepart', 'day')}s old"


def columns_are(test: DeclaredTest) -> str:
    """The columns are `a` and `b`."""
    more = " among others" if test.arguments.get("exact_match") is False else ""
    return f"the columns are {test.columns('column_set', 'column_list')}{more}"


def exists(test: DeclaredTest) -> str:
    """There is a column `a`."""
    place = test.get("column_index")
    return f"there is a column {test.subject}" + (f" at place {place}, counted from 0" if place is not None else "")


def is_true(test: DeclaredTest) -> str:
    """`price > 0` is true for every row."""
    expression = test.get("expression", "")
    return f"{code(f'{test.column} {expression}' if test.column else expression)} is true for every row"


def as_many_rows(test: DeclaredTest) -> str:
    """There are as many rows as in `orders`."""
    other = test.get("other_table_name", test.get("compare_model"))
    return f"there are as many rows as in {relation_words(other)}"


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
    "expect_column_value_lengths_to_be_between": lambda test: f"{test.subject} is {range_words(test)} characters long",
    "expect_column_value_lengths_to_equal": lambda test: f"{test.subject} is {test.get('value')} characters long",
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
    "expect_column_most_common_value_to_be_in_set": lambda test: (
        f"the most common {test.subject} is {listed(test.get('value_set', []), 'or')}"
    ),
    "expect_column_kl_divergence_to_be_less_than": of_column("is distributed as expected"),
    "expect_column_null_rate_near_history": near_history("the share of nulls in {}"),
    # several columns
    "expect_column_pair_values_a_to_be_greater_than_b": greater,
    "expect_column_pair_values_to_be_equal": lambda test: (
        f"{code(test.get('column_A'))} equals {code(test.get('column_B'))}"
    ),
    "expect_column_pair_values_to_be_in_set": pairs,
    "expect_column_pair_cramers_phi_value_to_be_less_than": lambda test: (
        f"{code(test.get('column_A'))} and {code(test.get('column_B'))} do not depend on each other"
    ),
    "expect_grain": of_columns(_GRAIN, "columns"),
    "expect_compound_columns_to_be_unique": of_columns(_UNIQUE, "column_list"),
    "expect_select_column_values_to_be_unique_within_record": of_columns("{} differ in every row", "column_list"),
    "expect_multicolumn_values_to_be_unique": of_columns("{} differ in every row", "column_list"),
    "expect_multicolumn_values_to_be_equal": of_columns("{} are equal in every row", "column_list"),
    "expect_multicolumn_sum_to_equal": lambda test: (
        f"{test.columns('column_list')} add up to {as_value(test.get('sum_total'))}"
    ),
    # the relation
    "expect_column_to_exist": exists,
    "expect_table_row_count_to_be_between": rows,
    "expect_table_row_count_to_equal": lambda test: f"there are exactly {as_value(test.get('value'))} rows",
    "expect_table_row_count_to_equal_other_table": as_many_rows,
    "expect_row_count_near_history": near_history("the number of rows"),
    "expect_table_column_count_to_be_between": lambda test: f"there are {range_words(test)} columns",
    "expect_table_column_count_to_equal": lambda test: f"there are exactly {as_value(test.get('value'))} columns",
    "expect_table_columns_to_match_ordered_list": lambda test: f"{columns_are(test)}, in this order",
    "expect_table_columns_to_match_set": columns_are,
    "expect_rows_to_reconcile": reconcile,
    "expect_query_results_to_match_comparison": lambda test: (
        f"{code(test.get('base_query'))} gives the same rows as {code(test.get('comparison_query'))}"
    ),
    "unexpected_rows_expectation": lambda test: f"{code(test.get('unexpected_rows_query'))} finds no rows",
    # dbt_utils
    "unique_combination_of_columns": of_columns(_UNIQUE, "combination_of_columns"),
    "expression_is_true": is_true,
    "accepted_range": in_range("{}"),
    "not_accepted_values": one_of("values", "is none of", "and"),
    "not_null_proportion": lambda test: (
        f"at least {as_value(test.get('at_least'))} of the values of {test.subject} are not null"
    ),
    "not_constant": of_column("has more than one value"),
    "not_empty_string": of_column("is never empty"),
    "at_least_one": of_column("has at least one value"),
    "relationships_where": relationship,
    "recency": recency,
    "equal_rowcount": as_many_rows,
    "equality": lambda test: f"the rows are those of {relation_words(test.get('compare_model'))}",
    "sequential_values": of_column("has no gaps"),
}


def words_of(expectation: str, column: str | None, arguments: Mapping[str, Any], where: str | None = None) -> str:
    """What a generic test promises: a phrase of its own for well-known ones, name and arguments for others.

    arguments: as written, without column and model. where: SQL that picks the rows, of the test's configuration.
    """
    test = DeclaredTest(column, arguments)
    phrase = PHRASES.get(expectation)
    text = phrase(test) if phrase else None
    sentence = (text or _by_name(expectation, test)) + _share(test)
    condition = _condition(test, where)
    sentence = sentence.replace(CONDITION, condition) if CONDITION in sentence else sentence + condition
    return sentence[:1].upper() + sentence[1:]


def singular_words(name: str, description: str) -> str:
    """What a test of its own SQL promises: the first sentence of its description, else its name."""
    first = " ".join(description.partition("\n\n")[0].split()).partition(". ")[0].rstrip(".")
    return first or name.replace("_", " ").strip().capitalize()


def _by_name(expectation: str, test: DeclaredTest) -> str:
    arguments = [f"{key} {as_value(value)}" for key, value in test.arguments.items() if key not in _NOT_LISTED]
    detail = f" ({', '.join(arguments)})" if arguments else ""
    return f"{code(test.column) + ' passes ' if test.column else 'passes '}{code(expectation)}{detail}"


def _share(test: DeclaredTest) -> str:
    mostly = number(test.get("mostly"))
    if mostly is None or mostly >= 1:
        return ""
    return f" for at least {round(mostly * 100, 6):g} % of rows"


def _condition(test: DeclaredTest, where: str | None) -> str:
    conditions = [str(condition) for condition in (test.get("row_condition"), where) if condition]
    return f" where {' and '.join(code(condition) for condition in conditions)}" if conditions else ""
