"""How phrases about expectations are made: by a pattern that many share, or in a function of their own."""

from collections.abc import Callable
from typing import Any

from ribbon.catalog.facts.wording import CONDITION, Said, as_value, code, listed, number, range_words, relation_words

__all__ = [
    "Phrase",
    "argument",
    "as_many_rows",
    "columns_are",
    "exists",
    "greater",
    "in_range",
    "is_true",
    "near_history",
    "never_null",
    "of_column",
    "of_columns",
    "one_of",
    "ordered",
    "outliers",
    "pairs",
    "patterns",
    "quantiles",
    "recency",
    "reconcile",
    "relationship",
    "rows",
    "z_scores",
]

Phrase = Callable[[Said], str | None]
"""Says an expectation in words; None where its arguments are not what the phrase is about."""


def of_column(text: str) -> Phrase:
    """`price` is never empty. text: what the column does."""
    return lambda said: f"{said.subject} {text}"


def argument(name: str, text: str) -> Phrase:
    """`price` matches `^a`. name: of the argument that ends the phrase."""
    return lambda said: f"{said.subject} {text} {as_value(said.get(name))}"


def one_of(name: str, text: str = "is one of", last: str = "or") -> Phrase:
    """`kind` is one of `a` or `b`. name: of the argument that lists the values."""
    return lambda said: f"{said.subject} {text} {listed(said.get(name, []), last)}"


def in_range(text: str) -> Phrase:
    """The mean of `price` is at least 1. text: `the mean of {}`, with a place for the column."""
    return lambda said: f"{text.format(said.subject)} is {range_words(said)}"


def of_columns(text: str, *names: str) -> Phrase:
    """There is one row per `a` and `b`. text: with a place for the columns that the first argument given lists."""
    return lambda said: text.format(said.columns(*names))


def near_history(text: str) -> Phrase:
    """The number of rows is near what it was. text: with a place for the column."""
    return lambda said: f"{text.format(said.subject)} is near what it was in the last {said.get('last', 20)} runs"


def ordered(grows: bool) -> Phrase:
    """`at` never falls in the order of `id`."""

    def phrase(said: Said) -> str:
        by = said.get("order_by", said.get("sort_column"))
        strictly = bool(said.get("strictly"))
        moves = f"always {'grows' if grows else 'falls'}" if strictly else f"never {'falls' if grows else 'grows'}"
        return f"{said.subject} {moves}" + (f" in the order of {code(by)}" if by else "")

    return phrase


def patterns(matches: bool) -> Phrase:
    """`code` matches one of `^a` or `^b`."""

    def phrase(said: Said) -> str:
        which = "none" if not matches else "all" if said.get("match_on") == "all" else "one"
        each = listed(said.get("regex_list", said.get("like_pattern_list", [])), "or" if which == "one" else "and")
        return f"{said.subject} matches {which} of {each}"

    return phrase


def never_null(said: Said) -> str:
    """`price` is never null."""
    return f"{said.subject} is {'never' if said.get('mostly', 1) == 1 else 'not'} null"


def relationship(said: Said) -> str:
    """Every `store_id` is a `store_id` of `dim_store`."""
    to, field = said.get("to", said.get("parent")), said.get("field", said.get("to_column"))
    return f"every {said.subject} is a {code(field)} of {relation_words(to)}"


def greater(said: Said) -> str:
    """`ended_on` is greater than `began_on`."""
    relation = "at least" if said.get("or_equal") else "greater than"
    return f"{code(said.get('column_A'))} is {relation} {code(said.get('column_B'))}"


def pairs(said: Said) -> str:
    """`land` and `money` are one of the pairs (`A`, `B`)."""
    given = said.get("value_pairs_set", [])
    shown = [f"({', '.join(map(as_value, pair))})" for pair in given if isinstance(pair, list | tuple)]
    each = ", ".join(shown) or as_value(given)
    return f"{code(said.get('column_A'))} and {code(said.get('column_B'))} are one of the pairs {each}"


def rows(said: Said) -> str:
    """There are at least 3 rows."""
    if number(said.get("max_value")) == 0 and not number(said.get("min_value")):
        return "there is no row"
    amount = range_words(said)
    return "there is at least one row" if amount == "at least 1" else f"there are {amount} rows"


def quantiles(said: Said) -> str | None:
    """Of the quantiles of `price`, 0.5 is at most 9."""
    ranges = said.get("quantile_ranges")
    if not isinstance(ranges, dict):
        return None
    each = zip(ranges.get("quantiles", []), ranges.get("value_ranges", []), strict=False)
    return f"of the quantiles of {said.subject}, {', '.join(_quantile(*pair) for pair in each)}"


def _quantile(quantile: Any, bounds: Any) -> str:
    low, high = (*bounds, None, None)[:2] if isinstance(bounds, list | tuple) else (None, None)
    return f"{as_value(quantile)} is {range_words(Said(None, {'min_value': low, 'max_value': high}))}"


def reconcile(said: Said) -> str:
    """`sum(net)` equals `sum(paid)` of `ledger`, give or take 0.01."""
    measure = said.get("measure")
    there = said.get("compare_measure", measure)
    picked = f" where {code(said.get('compare_condition'))}" if said.get("compare_condition") else ""
    off = number(said.get("tolerance")) or 0
    near = f", give or take {off:g}" if off else ""
    return f"{code(measure)}{CONDITION} equals {code(there)} of {relation_words(said.get('compare_to'))}{picked}{near}"


def outliers(said: Said) -> str:
    """`price` lies within 1.5 interquartile ranges of the quartiles."""
    near = said.get("multiplier", 1.5)
    if said.get("method") == "std":
        return f"{said.subject} lies within {near} standard deviations of the mean"
    return f"{said.subject} lies within {near} interquartile ranges of the quartiles"


def z_scores(said: Said) -> str:
    """`price` lies less than 3 standard deviations above the mean."""
    where = "from the mean" if said.get("double_sided") else "above the mean"
    return f"{said.subject} lies less than {as_value(said.get('threshold'))} standard deviations {where}"


def recency(said: Said) -> str:
    """The newest `ordered_at` is at most 2 days old."""
    newest = f"the newest {code(said.get('field'))}"
    return f"{newest} is at most {as_value(said.get('interval'))} {said.get('datepart', 'day')}s old"


def columns_are(said: Said) -> str:
    """The columns are `a` and `b`."""
    more = " among others" if said.arguments.get("exact_match") is False else ""
    return f"the columns are {said.columns('column_set', 'column_list')}{more}"


def exists(said: Said) -> str:
    """There is a column `a`."""
    place = said.get("column_index")
    return f"there is a column {said.subject}" + (f" at place {place}, counted from 0" if place is not None else "")


def is_true(said: Said) -> str:
    """`price > 0` is true for every row."""
    expression = said.get("expression", "")
    return f"{code(f'{said.column} {expression}' if said.column else expression)} is true for every row"


def as_many_rows(said: Said) -> str:
    """There are as many rows as in `orders`."""
    other = said.get("other_table_name", said.get("compare_model"))
    return f"there are as many rows as in {relation_words(other)}"
