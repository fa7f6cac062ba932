"""The door of the lake: what a source's tests say is what Great Expectations checks on each batch, or a clear error."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ribbon.errors import ConfigError
from ribbon.model import Column, Delivery, Expectation, SourceTable, Verdict
from ribbon.project.delivered_sources import source_table
from ribbon.quality.support import DATABASE_ONLY, check_supported
from ribbon.sql.conditions import read_condition
from tests.conftest import REPOSITORY, Workshop, deliver_orders, edit, write_parquet

COLUMNS = (
    Column("id", "bigint"),
    Column("name", "string"),
    Column("amount", "double"),
    Column("sold_date", "date"),
    Column("sold_at", "timestamp"),
    Column("is_open", "boolean"),
    Column("document", "string"),
)
ROWS = """
    select * from (values
        (1::bigint, 'ann', 1.5::double, date '2026-01-01', timestamp '2026-01-01 08:00', true, '{"a": 1}'),
        (2, 'bob', 20.0, date '2026-01-02', timestamp '2026-01-02 08:00', false, '{}'),
        (3, null, null, null, null, null, null),
        (4, 'it''s', 300.0, date '2026-01-04', timestamp '2026-01-04 08:00', true, '{}')
    ) as t (id, name, amount, sold_date, sold_at, is_open, document)
"""


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_parquet(tmp_path_factory.mktemp("batch") / "rows.parquet", ROWS)


CONDITIONS = [
    "amount > 10",
    "10 < amount",
    "name = 'it''s'",
    "name <> 'ann'",
    "name in ('ann', 'bob')",
    "name not in ('ann', 'bob')",
    "not (name in ('ann', 'bob') or amount < 10)",
    "name is null",
    "name is not null and not amount > 10",
    "amount between 1 and 20",
    "amount not between 1 and 20",
    "(amount > 10 or name is null) and (id <> 2 or is_open)",
    "not is_open",
    "is_open = true",
    "sold_date >= date '2026-01-02'",
    "sold_at < timestamp '2026-01-04 08:00:00'",
    "sold_date = '2026-01-01'",
    "sold_date <> '2026-01-01'",
    "sold_date in ('2026-01-01', '2026-01-04')",
    "id > -1 and amount > -2.5 and id < 4",
    '"id" = 1',
]


def check_batch(*arguments: Any) -> list[Verdict]:
    """The door's, imported by the tests that need it: it takes seconds."""
    from ribbon.quality import validation

    return validation.check_batch(*arguments)


@pytest.fixture(scope="module")
def chosen(batch: Path) -> dict[str, Verdict]:
    """How many rows each condition chooses, as Great Expectations counts them, by `where` and by `row_condition`."""
    never = {"value_set": [-1]}
    said = [Expectation("expect_column_values_to_be_in_set", never, "id", where=sql) for sql in CONDITIONS]
    said += [
        Expectation("expect_column_values_to_be_in_set", never | {"row_condition": sql}, "id") for sql in CONDITIONS
    ]
    verdicts = check_batch([batch], COLUMNS, said)
    keys = [*CONDITIONS, *(f"row_condition: {sql}" for sql in CONDITIONS)]
    return dict(zip(keys, verdicts, strict=True))


@pytest.mark.parametrize("sql", CONDITIONS)
def test_a_condition_chooses_the_rows_that_it_chooses_in_sql(chosen: dict[str, Verdict], batch: Path, sql: str) -> None:
    ((expected,),) = duckdb.sql(f"select count(*) from '{batch}' where {sql}").fetchall()

    assert 0 < expected < 4
    for verdict in (chosen[sql], chosen[f"row_condition: {sql}"]):
        assert (verdict.unexpected, verdict.measured) == (expected, expected), verdict.observed


@pytest.mark.parametrize("sql", ["lower(name) = 'ann'", "amount > id", "name like 'a%'", "id in (select 1)", "name = "])
def test_a_condition_that_compares_no_column_with_a_value_is_refused(sql: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        read_condition(sql)


Z = {"double_sided": True}
BOTH_WAYS = [
    ("expect_column_values_to_be_between", "amount", {"max_value": 300}, {"max_value": 20}),
    ("expect_column_values_to_be_between", "sold_date", {"min_value": "2026-01-01"}, {"min_value": "2026-01-02"}),
    ("expect_column_values_to_be_between", "sold_at", {"max_value": "2026-02-01"}, {"max_value": "2026-01-02"}),
    ("expect_column_values_to_match_like_pattern", "name", {"like_pattern": "%"}, {"like_pattern": "a_n"}),
    ("expect_column_values_to_not_match_like_pattern", "name", {"like_pattern": "x%"}, {"like_pattern": "b%"}),
    (
        "expect_column_values_to_match_like_pattern_list",
        "name",
        {"like_pattern_list": ["a%", "b%", "it!'s"], "match_on": "any", "escape": "!"},
        {"like_pattern_list": ["a%", "b%"], "match_on": "any"},
    ),
    (
        "expect_column_values_to_not_match_like_pattern_list",
        "name",
        {"like_pattern_list": ["x%"]},
        {"like_pattern_list": ["x%", "it%"]},
    ),
    ("expect_column_values_to_be_increasing", "amount", {"order_by": "id"}, {"order_by": "id desc"}),
    ("expect_column_values_to_be_decreasing", "amount", {"order_by": "id desc"}, {"order_by": "sold_at, id"}),
    ("expect_column_value_z_scores_to_be_less_than", "amount", Z | {"threshold": 3}, Z | {"threshold": 0.1}),
    (
        "expect_column_kl_divergence_to_be_less_than",
        "is_open",
        {"partition_object": {"values": [True, False], "weights": [0.66, 0.34]}, "threshold": 0.5},
        {"partition_object": {"values": [True, False], "weights": [0.01, 0.99]}, "threshold": 0.1},
    ),
    (
        "expect_column_pair_values_to_be_in_set",
        None,
        {"column_A": "id", "column_B": "name", "value_pairs_set": [[1, "ann"], [2, "bob"], [4, "it's"]]}
        | {"ignore_row_if": "either_value_is_missing"},
        {"column_A": "id", "column_B": "name", "value_pairs_set": [[1, "ann"]]},
    ),
    ("expect_column_max_to_be_between", "sold_date", {"max_value": "2026-01-04"}, {"max_value": "2026-01-03"}),
    ("expect_table_row_count_to_be_between", None, {"min_value": 4}, {"min_value": 5}),
    ("expect_grain", None, {"columns": ["id"]}, {"columns": ["name"]}),
    ("unique", "id", {"keep": "first", "order_by": "sold_at"}, None),
    ("expect_column_values_to_be_dateutil_parseable", "name", {"mostly": 0.0}, {}),
    (
        "expect_column_values_to_match_json_schema",
        "document",
        {"json_schema": {"type": "object"}},
        {"json_schema": {"type": "object", "required": ["a"]}},
    ),
    ("expect_column_to_exist", None, {"column": "id"}, {"column": "other"}),
]


@pytest.fixture(scope="module")
def both_ways(batch: Path) -> list[tuple[str, Verdict, bool]]:
    """Each expectation with arguments that hold and with ones that do not, and what the door said."""
    said = []
    for name, column, holds, breaks in BOTH_WAYS:
        said.append((Expectation(name, holds, column), True))
        if breaks is not None:
            said.append((Expectation(name, breaks, column), False))
    verdicts = check_batch([batch], COLUMNS, [expectation for expectation, _ in said])
    return [(str(expectation), verdict, met) for (expectation, met), verdict in zip(said, verdicts, strict=True)]


def test_expectations_mean_at_the_door_what_their_arguments_say(both_ways: list[tuple[str, Verdict, bool]]) -> None:
    wrong = [(told, verdict.observed) for told, verdict, met in both_ways if verdict.met is not met]

    assert wrong == []


def test_every_expectation_of_great_expectations_has_its_class_or_is_the_databases() -> None:
    from great_expectations import expectations

    from ribbon.quality.gx_expectations import CLASSES

    macros = {path.stem for path in (REPOSITORY / "macros/ribbon/expectations").glob("expect_*.sql")}
    databases = {
        "expect_column_null_rate_near_history",
        "expect_column_pair_cramers_phi_value_to_be_less_than",
        "expect_row_count_near_history",
        "expect_rows_to_reconcile",
    }

    by_class = {name.replace("_", ""): name for name in macros}
    assert {by_class[name] for name in by_class.keys() - CLASSES.keys()} == databases | {"expect_grain"}
    assert databases - DATABASE_ONLY == set()
    assert CLASSES.keys() - by_class.keys() == set()
    assert len(CLASSES) == len([name for name in dir(expectations) if name.startswith("Expect")]) - 1


def source(*expectations: Expectation) -> SourceTable:
    return SourceTable(
        "shop", "orders", "expectations/lake/shop.yml", "files", "*", Delivery.APPEND, None, "", COLUMNS, expectations
    )


@pytest.mark.parametrize(
    ("expectation", "told"),
    [
        (Expectation("relationships", {"to": "ref('x')", "field": "y"}, "id"), "cannot measure it on a batch"),
        (Expectation("unique", column="id", where="id > amount"), "cannot express it: 'amount' is not a constant"),
        (Expectation("unique", {"row_condition": "abs(id) = 1"}, "id"), "cannot express it: 'ABS(id)' is not a column"),
        (
            Expectation("expect_column_values_to_be_increasing", {"order_by": "id + 1"}, "id"),
            "cannot express it: 'id + 1' is not a column",
        ),
    ],
)
def test_what_great_expectations_cannot_say_is_an_error_unless_the_database_measures_it(
    expectation: Expectation, told: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        check_supported(source(expectation))

    assert str(raised.value).startswith(f"expectations/lake/shop.yml: source shop.orders: id: {expectation.name}(")
    assert told in str(raised.value)
    assert "meta: {scope: table}" in str(raised.value)
    check_supported(source(replace(expectation, database_only=True)))


def test_what_only_the_door_can_measure_must_not_be_left_to_the_database() -> None:
    parseable = Expectation("expect_column_values_to_be_dateutil_parseable", {}, "name", database_only=True)

    with pytest.raises(ConfigError, match="only landing can measure it"):
        check_supported(source(parseable))


def test_what_cannot_be_measured_is_told_as_such(batch: Path) -> None:
    schema = Expectation("expect_column_values_to_match_json_schema", {"json_schema": {"type": "object"}}, "name")

    (verdict,) = check_batch([batch], COLUMNS, [schema])

    assert not verdict.met
    assert verdict.observed.startswith("could not be measured: ")


def test_a_wrong_argument_is_told_without_a_traceback(batch: Path) -> None:
    with pytest.raises(ConfigError, match=r"id: expect_column_values_to_be_between.*Fix its arguments"):
        check_batch([batch], COLUMNS, [Expectation("expect_column_values_to_be_between", {"max": 3}, "id")])


# The whole way, from the contract to the lake.


@pytest.fixture
def shop(mini: Workshop) -> Workshop:
    deliver_orders(mini)
    return mini


@dataclass(frozen=True)
class Promise:
    contract: str
    exit_code: int
    told: str


QUANTITY = "                  {arguments: {max_value: 100}, config: {severity: warn}}"


@pytest.mark.parametrize(
    "promise",
    [
        Promise(
            "{arguments: {max_value: 4}, config: {where: \"item = 'apple'\"}}", 1, "0 already known, 1 in quarantine"
        ),
        Promise("{arguments: {max_value: 4}, config: {meta: {scope: table}}}", 0, "3 in the lake"),
        Promise("{arguments: {max_value: 4}, config: {meta: {scope: day}}}", 2, "meta.scope is 'day'. Write batch or"),
        Promise("{arguments: {max_value: 4}, config: {where: length(item) > 1}}", 2, "'LENGTH(item)' is not a column"),
        Promise("{arguments: {max_valu: 4}}", 2, "expectations/lake/shop.yml: source shop.orders: quantity: expect"),
    ],
    ids=["where_chooses", "table_scope", "no_scope", "not_sayable", "wrong_argument"],
)
def test_a_contracts_promise_at_the_door(shop: Workshop, promise: Promise) -> None:
    edit(shop, "expectations/lake/shop.yml", QUANTITY, " " * 18 + promise.contract)

    ended = shop.ribbon("land", "orders")

    assert ended.exit_code == promise.exit_code, ended.out + ended.err
    assert promise.told in ended.out + ended.err
    assert "Traceback" not in ended.err
    assert not (shop.data / "lake/.staging").exists()


def test_a_test_of_another_package_is_the_databases() -> None:
    test = {
        "unique_id": "test.p.x",
        "name": "x",
        "original_file_path": "f.yml",
        "resource_type": "test",
        "attached_node": None,
        "column_name": "id",
        "config": {"meta": {}, "severity": "error"},
        "test_metadata": {"name": "accepted_range", "namespace": "dbt_utils", "kwargs": {}},
        "depends_on": {"nodes": ["source.p.shop.orders"]},
    }
    node = {
        "unique_id": "source.p.shop.orders",
        "source_name": "shop",
        "name": "orders",
        "original_file_path": "f.yml",
        "columns": {},
        "config": {"meta": {"from": "files", "file": "*", "delivery": "append"}},
    }

    (expectation,) = source_table(node, [test]).expectations

    assert expectation.database_only
