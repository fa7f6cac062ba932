"""What databases say is told without the values that they quote, and only that is taken away."""

import duckdb
import pytest

from ribbon.masking import CUT, masked, quotes_values

CANARY = "c4n4ry"
# A query that a value stops, by what is told of its error.
TOLD = {
    "select cast(x as int) from t": "Conversion Error: Could not convert string '***' to INT32 when casting from source"
    " column x, LINE 1 of the statement",
    "select cast(x as date) from t": 'invalid date field format: "***", expected format is (YYYY-MM-DD)',
    "select cast(x as decimal(3, 2)) from t": "Could not convert string '***' to DECIMAL(3,2)",
    "select cast(x as int[]) from t": "Type VARCHAR with value *** can't be cast to the destination type INTEGER",
    "select cast(n as tinyint) from t": "Type INT32 with value *** can't be cast to the destination type INT8",
    "select n::bigint * 9000000000000000000 from t": "Out of Range Error: Overflow in multiplication of INT64",
    "select strptime(x, '%Y') from t": 'Invalid Input Error: Could not parse string "***" according to format',
    "select x::json from t": "Malformed JSON at byte 0 of input",
    "select error(x) from t": f"Invalid Input Error: {CUT}",
    "select regexp_matches('a', x || '(') from t": CUT,
    "select date_trunc(x, current_date) from t": CUT,
    "select timestamp '2020-01-01' at time zone x from t": CUT,
    "insert into keyed select x, 1 from t union all select x, 2 from t": 'Constraint Error: duplicate key "***"',
    "insert into checked select n from t": "Constraint Error: CHECK constraint failed on table checked",
}


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(
        f"create table t as select '{CANARY}' as x, 731151 as n; create table keyed (x varchar primary key, n int);"
        " create table checked (n int check (n < 5))"
    )
    return connection


@pytest.mark.parametrize("query", TOLD)
def test_an_error_of_a_value_is_told_without_it(database: duckdb.DuckDBPyConnection, query: str) -> None:
    with pytest.raises(duckdb.Error) as raised:
        database.execute(query).fetchall()

    said = str(raised.value)
    told = masked(f"Runtime Error in model m (models/m.sql)\n  {said}\n  compiled code at target/m.sql")

    assert quotes_values(said)
    assert TOLD[query] in told
    assert told.startswith("Runtime Error in model m (models/m.sql)\n")
    assert told.endswith("compiled code at target/m.sql")
    assert not any(secret in told for secret in (CANARY, "731151"))
    assert masked(told) == told


@pytest.mark.parametrize(
    "value",
    [f"' to INT32 {CANARY}", f"a\n\nLINE 1: {CANARY}\n^", f"\n{CANARY}", f"x when casting from source column {CANARY}"],
)
def test_a_value_that_looks_like_the_rest_of_a_message_does_not_get_through(
    database: duckdb.DuckDBPyConnection, value: str
) -> None:
    with pytest.raises(duckdb.Error) as raised:
        database.execute("select cast(v as int) from (select ? as v)", [value]).fetchall()

    assert CANARY not in masked(str(raised.value))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Got 3 results, configured to fail if != 0",
        "Compilation Error in model m (models/m.sql)\n  'x' is undefined",
        'Runtime Error in model m (m.sql)\n  Binder Error: Referenced column "x" not found',
        "warehouse.m was not replaced: 1 of 2 expectations failed.\n  unique(column=id): 2 of 3 rows",
    ],
)
def test_what_quotes_no_value_stays(text: str) -> None:
    assert masked(text) == text
    assert not quotes_values(text)


def test_of_an_error_of_unknown_kind_the_node_is_told() -> None:
    text = "Database Error in model m (models/m.sql)\n  Bad int64 value: Ann"

    assert quotes_values(text)
    assert masked(text) == f"Database Error in model m (models/m.sql): {CUT}"
