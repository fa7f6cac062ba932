"""Examples for the expectations of each row of one column."""

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from tests.oracle.examples import OFF, Draw, Example, Strategy, bounds, mostly, on_column, sets
from tests.oracle.tables import EXACT, KINDS, ORDERED, Column, Table, tables, texts

__all__ = ["LIKE", "ROWS"]

REGEXES = [
    "^a",
    "b$",
    "[a-z]+",
    "[0-9]",
    "'",
    '"',
    "%",
    "é",
    "^$",
    "a|B",
    "(?i)A",
    r"\.",
    ".",
    r"\\",
    "^.{2}$",
    "[^ab]",
]
SOMEWHAT_LIKE = ["a", "%", "_a", "a_b", "é!", "\\", "100%"]
JSON = [
    "{}",
    "[1, 2]",
    "1",
    '"a"',
    "{",
    "null",
    "nul",
    "",
    " ",
    '{"a": 1,}',
    "true",
    "-1.5e3",
    "[",
    '{"é": "日"}',
    "01",
    '"a,]"',
    "[1,]",
    "NaN",
]
TIMES = [
    "2020-01-31",
    "2020-02-30",
    "2020-13-01",
    "20200131",
    "31.12.2020",
    "12:30",
    "24:00",
    "",
    "2020-01-31x",
    " 2020-01-31",
    "12:30 ",
]
FORMATS = ["%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%H:%M"]


@st.composite
def _between(draw: Draw) -> Example:
    table = draw(tables(ORDERED))
    return draw(on_column(table, draw(bounds(table.columns[0].pool))))


@st.composite
def _plain(draw: Draw, kinds: Iterable[str] = KINDS) -> Example:
    return draw(on_column(draw(tables(list(kinds))), {}))


@st.composite
def _nulls(draw: Draw) -> Example:
    """What is judged here is every row, so that is what `mostly` is a share of."""
    table = draw(tables(list(KINDS)))
    example = draw(on_column(table, {}, with_mostly=False))
    return Example(table, {**example.arguments, **draw(mostly(len(table.rows)))}, example.theirs)


@st.composite
def _in_set(draw: Draw) -> Example:
    table = draw(tables(list(KINDS)))
    return draw(on_column(table, {"value_set": draw(sets(table.columns[0]))}))


@st.composite
def _lengths(draw: Draw) -> Example:
    table = draw(tables(["text"]))
    return draw(on_column(table, draw(bounds(range(5)))))


@st.composite
def _length(draw: Draw) -> Example:
    return draw(on_column(draw(tables(["text"])), {"value": draw(st.integers(0, 4))}))


@st.composite
def _regex(draw: Draw) -> Example:
    return draw(on_column(draw(tables(["text"])), {"regex": draw(st.sampled_from(REGEXES))}))


@st.composite
def _regexes(draw: Draw, choice: bool) -> Example:
    match_on = {"match_on": draw(st.sampled_from(["any", "all"]))} if choice else {}
    patterns = draw(st.lists(st.sampled_from(REGEXES), min_size=1, max_size=3))
    return draw(on_column(draw(tables(["text"])), {"regex_list": patterns, **match_on}))


@st.composite
def _pattern(draw: Draw, column: Column, escape: str | None) -> str:
    """A value of the column's pool as a pattern: some characters made wild, those that are wild already escaped."""
    text = draw(st.sampled_from(column.pool))
    wild = draw(st.lists(st.sampled_from([None, None, "_", "%"]), min_size=len(text), max_size=len(text)))
    literal = [
        f"{escape}{character}" if escape and character in {"%", "_", escape} else character for character in text
    ]
    return "".join(sign or character for sign, character in zip(wild, literal, strict=True))


@st.composite
def _like(draw: Draw, several: bool = False, choice: bool = False) -> Example:
    table = draw(tables(["text"], pool=texts(SOMEWHAT_LIKE)))
    column = table.columns[0]
    escape = draw(st.sampled_from([None, "!"]))
    pattern = _pattern(column, escape)
    arguments: dict[str, Any] = {"escape": escape} if escape else {}
    if several:
        arguments["like_pattern_list"] = draw(st.lists(pattern, min_size=1, max_size=3))
    else:
        arguments["like_pattern"] = draw(pattern)
    if choice:
        arguments["match_on"] = draw(st.sampled_from(["any", "all"]))
    return Example(table, {"column": column.name, **arguments, **draw(mostly(len(column.present)))})


@st.composite
def _shaped(draw: Draw, known: list[str], **choices: list[str]) -> Example:
    """About texts of which some have a shape; each argument is one of its choices."""
    pool = st.lists(st.sampled_from(known), min_size=1, max_size=5)
    table = draw(tables(["text"], pool=pool))
    return draw(on_column(table, {name: draw(st.sampled_from(values)) for name, values in choices.items()}))


@st.composite
def _in_order(draw: Draw) -> Example:
    """Great Expectations goes by the order of the frame, we by order_by: our rows lie in another order."""
    table = draw(tables(ORDERED))
    places = tuple(draw(st.permutations(range(len(table.rows)))))
    table = Table((*table.columns, Column("n", "integer", places)))
    strictly = {"strictly": True} if draw(st.booleans()) else {}
    example = draw(on_column(table, {"order_by": "n", **strictly}))
    return Example(table, example.arguments, {**example.theirs, "order_by": None}, table.sorted_by("n"))


@st.composite
def _z_scores(draw: Draw) -> Example:
    """Of exact numbers: thrice 0.1 has a standard deviation of 1e-17 on pandas, and every value then lies far out."""
    threshold = draw(st.sampled_from([-1, 0, 0.5, 1, 2])) + OFF
    arguments = {"threshold": threshold, "double_sided": draw(st.booleans())}
    return draw(on_column(draw(tables(EXACT)), arguments))


@st.composite
def _outliers(draw: Draw) -> Example:
    method = draw(st.sampled_from(["iqr", "std"]))
    multiplier = draw(st.sampled_from([0, 0.5, 1, 1.5, 2])) + (OFF if method == "std" else 0)
    return draw(on_column(draw(tables(EXACT)), {"method": method, "multiplier": multiplier}))


ROWS: dict[str, Strategy] = {
    "expect_column_value_lengths_to_be_between": _lengths(),
    "expect_column_value_lengths_to_equal": _length(),
    "expect_column_value_z_scores_to_be_less_than": _z_scores(),
    "expect_column_values_to_be_between": _between(),
    "expect_column_values_to_be_decreasing": _in_order(),
    "expect_column_values_to_be_in_set": _in_set(),
    "expect_column_values_to_be_increasing": _in_order(),
    "expect_column_values_to_be_json_parseable": _shaped(JSON),
    "expect_column_values_to_be_null": _nulls(),
    "expect_column_values_to_be_unique": _plain(),
    "expect_column_values_to_match_regex": _regex(),
    "expect_column_values_to_match_regex_list": _regexes(choice=True),
    "expect_column_values_to_match_strftime_format": _shaped(TIMES, strftime_format=FORMATS),
    "expect_column_values_to_not_be_in_set": _in_set(),
    "expect_column_values_to_not_be_null": _nulls(),
    "expect_column_values_to_not_be_outliers": _outliers(),
    "expect_column_values_to_not_match_regex": _regex(),
    "expect_column_values_to_not_match_regex_list": _regexes(choice=False),
}
LIKE: dict[str, Strategy] = {
    "expect_column_values_to_match_like_pattern": _like(),
    "expect_column_values_to_match_like_pattern_list": _like(several=True, choice=True),
    "expect_column_values_to_not_match_like_pattern": _like(),
    "expect_column_values_to_not_match_like_pattern_list": _like(several=True),
}
