"""Examples for the expectations of a table's columns, and for those that read a second relation or a query."""

from typing import Any

from hypothesis import strategies as st

from tests.oracle.examples import Draw, Example, Strategy, bounds
from tests.oracle.tables import KINDS, Table, tables

__all__ = ["QUERIES", "SHAPES"]

OTHER_NAMES = ["zz", "kk"]


@st.composite
def _shape(draw: Draw, arguments: Any) -> Example:
    table = draw(tables(list(KINDS), width=draw(st.integers(1, 3))))
    return Example(table, draw(arguments(table)))


def _exists(table: Table) -> st.SearchStrategy[dict[str, Any]]:
    places = st.none() | st.integers(0, 3)
    return st.fixed_dictionaries(
        {"column": st.sampled_from([*table.names, *OTHER_NAMES])}, optional={"column_index": places}
    )


def _count(_: Table) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"value": st.integers(1, 5)})


def _counts(_: Table) -> st.SearchStrategy[dict[str, Any]]:
    return bounds(range(6), strict=False)


def _ordered(table: Table) -> st.SearchStrategy[dict[str, Any]]:
    known = (
        st.just(table.names) | st.permutations(table.names) | st.lists(st.sampled_from([*table.names, *OTHER_NAMES]))
    )
    return st.fixed_dictionaries({"column_list": known})


def _set(table: Table) -> st.SearchStrategy[dict[str, Any]]:
    names = st.lists(st.sampled_from([*table.names, *OTHER_NAMES]), unique=True)
    known = st.permutations(table.names) | names
    return st.fixed_dictionaries({"column_set": known}, optional={"exact_match": st.booleans()})


@st.composite
def _typed(draw: Draw, argument: str, several: bool) -> Example:
    """By names that Great Expectations finds in SQLAlchemy's SQLite; the others are in the hand-written cases."""
    table = draw(tables(list(KINDS)))
    name = st.sampled_from(["BOOLEAN", "DECIMAL", "TIMESTAMP", "VARCHAR"])
    types = draw(st.lists(name, min_size=1, max_size=3) if several else name)
    return Example(table, {"column": table.names[0], argument: types})


@st.composite
def _other_table(draw: Draw) -> Example:
    """The other table has five rows, always."""
    return Example(draw(tables(["integer"])), {"other_table_name": "five"})


@st.composite
def _unexpected_rows(draw: Draw) -> Example:
    table = draw(tables(["integer"], width=2))
    query = draw(
        st.sampled_from(["select * from {batch} where bb > 0", "select bb, count(*) as n from {batch} group by bb"])
    )
    return Example(table, {"unexpected_rows_query": query})


@st.composite
def _compared(draw: Draw) -> Example:
    """Two columns of one table. Great Expectations reckons `mostly` in percent, which rounds: it stays off it."""
    table = draw(tables(["integer", "text"], width=3))
    table = Table(table.columns[1:])
    queries = [
        "select bb from {batch}",
        "select cc from {batch}",
        "select bb from {batch} where k = 'x'",
        "select bb, k from {batch}",
    ]
    base = draw(st.sampled_from(queries))
    other = draw(st.sampled_from([query for query in queries if (", k" in query) == (", k" in base)]))
    share = {"mostly": draw(st.sampled_from([0.11, 0.47, 0.79]))} if draw(st.booleans()) else {}
    arguments = {"base_query": base, "comparison_query": other.replace("{batch}", "drawn"), **share}
    return Example(table, {**arguments, "comparison_data_source_name": "sqlite"})


SHAPES: dict[str, Strategy] = {
    "expect_column_to_exist": _shape(_exists),
    "expect_table_column_count_to_be_between": _shape(_counts),
    "expect_table_column_count_to_equal": _shape(_count),
    "expect_table_columns_to_match_ordered_list": _shape(_ordered),
    "expect_table_columns_to_match_set": _shape(_set),
}
QUERIES: dict[str, Strategy] = {
    "expect_column_type_to_be": _typed("type_", several=False),
    "expect_column_values_to_be_in_type_list": _typed("type_list", several=True),
    "expect_column_values_to_be_of_type": _typed("type_", several=False),
    "expect_query_results_to_match_comparison": _compared(),
    "expect_table_row_count_to_equal_other_table": _other_table(),
    "unexpected_rows_expectation": _unexpected_rows(),
}
