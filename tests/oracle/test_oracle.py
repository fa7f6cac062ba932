"""Our verdict on a drawn table is Great Expectations' on the same rows, in the gate and at the lake's door.

An expectation has an oracle where Great Expectations measures it without a server: on pandas, or else on SQLAlchemy.
Which one is said in the macro's doc comment and held here.

The examples are the same on every machine; ORACLE_EXAMPLES=1000 draws that many, and others each time.
"""

import os
import re
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.conftest import REPOSITORY, new_mini
from tests.oracle.aggregates import AGGREGATES
from tests.oracle.agreement import agree
from tests.oracle.examples import Example
from tests.oracle.ours import Ribbon, Said, started_ribbon
from tests.oracle.records import RECORDS
from tests.oracle.rows import LIKE, ROWS
from tests.oracle.shapes import QUERIES, SHAPES
from tests.oracle.tables import with_none_numbers
from tests.oracle.theirs import Oracles

ON_PANDAS = ROWS | RECORDS | AGGREGATES | SHAPES
ON_SQLALCHEMY = LIKE | QUERIES

# A batch is measured alone.
READS_ANOTHER_TABLE = {"expect_query_results_to_match_comparison", "expect_table_row_count_to_equal_other_table"}

# These two say nothing of a table: on a source, they report what the lake's door found.
AT_THE_DOOR = {"expect_column_values_to_be_dateutil_parseable", "expect_column_values_to_match_json_schema"}
WITHOUT_ORACLE = {
    "expect_column_null_rate_near_history",  # ours
    "expect_grain",  # ours
    "expect_row_count_near_history",  # ours
    "expect_rows_to_reconcile",  # ours
    "expect_column_pair_cramers_phi_value_to_be_less_than",  # a name without a measure in Great Expectations
    "expect_multicolumn_values_to_be_unique",  # the same
}

MORE = os.environ.get("ORACLE_EXAMPLES")
drawn = settings(
    max_examples=int(MORE or 30),
    derandomize=MORE is None,
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),  # a busy machine draws slowly, which is no finding
)


@pytest.fixture(scope="module")
def ribbon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ribbon]:
    mini = new_mini(tmp_path_factory.mktemp("oracle"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in mini.environment.items():
            patch.setenv(name, value)
        with started_ribbon(mini.project) as started:
            yield started


@pytest.fixture(scope="module")
def oracles(tmp_path_factory: pytest.TempPathFactory) -> Oracles:
    return Oracles(tmp_path_factory.mktemp("sqlite"))


@pytest.mark.parametrize("name", sorted(ON_PANDAS))
@drawn
@given(data=st.data())
def test_great_expectations_on_pandas_says_the_same(
    name: str, ribbon: Ribbon, oracles: Oracles, data: st.DataObject
) -> None:
    example = data.draw(ON_PANDAS[name], label="example")
    ours = ribbon.says(name, example.arguments, example.table, by_value=data.draw(st.booleans(), label="by value"))
    at_the_door = ribbon.says_at_the_door(name, example.arguments, oracles.folder)
    theirs = oracles.on_pandas(name, example.their_arguments, example.their_table or example.table)
    assert agree(name, ours, theirs), _told(name, example, ours, theirs)
    assert agree(name, at_the_door, theirs), _told(name, example, at_the_door, theirs)


@pytest.mark.parametrize("name", sorted(ON_SQLALCHEMY))
@drawn
@given(data=st.data())
def test_great_expectations_on_sqlalchemy_says_the_same(
    name: str, ribbon: Ribbon, oracles: Oracles, data: st.DataObject
) -> None:
    example = data.draw(ON_SQLALCHEMY[name], label="example")
    ours = ribbon.says(name, example.arguments, example.table, by_value=data.draw(st.booleans(), label="by value"))
    theirs = oracles.on_sqlalchemy(name, example.their_arguments, example.table)
    assert agree(name, ours, theirs), _told(name, example, ours, theirs)
    if name not in READS_ANOTHER_TABLE:
        at_the_door = ribbon.says_at_the_door(name, example.arguments, oracles.folder)
        assert agree(name, at_the_door, theirs), _told(name, example, at_the_door, theirs)


@pytest.mark.parametrize("name", sorted(ON_PANDAS))
@settings(drawn, max_examples=int(MORE or 10))
@given(data=st.data())
def test_the_door_says_of_numbers_that_are_none_what_the_gate_says(
    name: str, ribbon: Ribbon, oracles: Oracles, data: st.DataObject
) -> None:
    """Great Expectations takes a NaN for null; in SQL it is a value."""
    example = data.draw(ON_PANDAS[name], label="example")
    table = data.draw(with_none_numbers(example.table), label="table")
    try:
        in_the_gate = ribbon.says(name, example.arguments, table)
    except duckdb.Error:
        in_the_gate = None
    at_the_door = ribbon.says_at_the_door(name, example.arguments, oracles.folder)
    assert in_the_gate == at_the_door or (in_the_gate is None and not at_the_door.success)


def test_each_macro_names_its_oracle() -> None:
    named = {}
    for path in (REPOSITORY / "macros/ribbon/expectations").glob("*expect*.sql"):
        if not path.stem.startswith("_"):
            named[path.stem] = re.findall(r"^    Oracle: (.+) -#\}$", path.read_text(), re.MULTILINE)
    known = {
        **{name: ["Great Expectations on pandas"] for name in ON_PANDAS.keys() | AT_THE_DOOR},
        **{name: ["Great Expectations on SQLAlchemy"] for name in ON_SQLALCHEMY},
        **{name: ["hand-written cases"] for name in WITHOUT_ORACLE},
    }

    assert named == known


def _told(name: str, example: Example, ours: Said, theirs: Said) -> str:
    return f"{name}\n{dict(example.arguments)}\n{example.table!r}\nRibbon: {ours}\nGreat Expectations: {theirs}"
