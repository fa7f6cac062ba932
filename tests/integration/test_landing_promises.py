"""The door of the lake: what a source's tests say is measured on each batch as the gate measures it."""

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from ribbon.config import ProjectPaths
from ribbon.errors import ConfigError
from ribbon.model import Delivery, Expectation, Severity, SourceTable, Verdict
from ribbon.project import Project, load_project
from ribbon.project.delivered_sources import source_table
from ribbon.quality.door import Aside, Door, open_door
from ribbon.quality.support import check_supported
from tests.conftest import Workshop, deliver_orders, edit, new_mini, write_files, write_parquet

TYPES = {
    "id": "bigint",
    "name": "string",
    "amount": "double",
    "sold_date": "date",
    "sold_at": "timestamp",
    "is_open": "boolean",
    "document": "string",
}
ROWS = """
    select * from (values
        (1::bigint, 'ann', 1.5::double, date '2026-01-01', timestamp '2026-01-01 08:00', true, '{"a": 1}'),
        (2, 'bob', 20.0, date '2026-01-02', timestamp '2026-01-02 08:00', false, '{}'),
        (3, null, null, null, null, null, null),
        (4, 'it''s', 'nan'::double, date '2026-01-04', timestamp '2026-01-04 08:00', true, '[]')
    ) as t (id, name, amount, sold_date, sold_at, is_open, document)
"""


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_parquet(tmp_path_factory.mktemp("batch") / "rows.parquet", ROWS)


@dataclass(frozen=True)
class Promise:
    """An expectation of the source, and what the door says of it. column: None for the table."""

    name: str
    column: str | None
    arguments: Mapping[str, Any]
    met: bool
    unexpected: int | None = None
    measured: int | None = None
    observed: str | None = None
    config: Mapping[str, Any] | None = None

    @property
    def test(self) -> dict[str, Any]:
        name = self.name if self.name in {"unique", "not_null", "accepted_values"} else f"ribbon.{self.name}"
        return {name: {"arguments": dict(self.arguments), "config": dict(self.config or {})}}


BETWEEN, IN_SET = "expect_column_values_to_be_between", "expect_column_values_to_be_in_set"
WARNS = {"warn_if": "> 0", "error_if": "> 1"}
PROMISES = {
    "holds": Promise("not_null", "id", {}, True, 0, 4),
    "breaks": Promise("not_null", "name", {}, False, 1, 4, "null"),
    "a NaN is a value": Promise("not_null", "amount", {}, False, 1, 4),
    "and greater than any": Promise(BETWEEN, "amount", {"max_value": 100}, False, 1, 3, "nan"),
    "of dates": Promise(BETWEEN, "sold_date", {"min_value": "2026-01-02"}, False, 1, 3, "2026-01-01"),
    "of moments": Promise(BETWEEN, "sold_at", {"max_value": "2026-01-02"}, False, 2, 3),
    "with any condition": Promise(
        IN_SET, "id", {"value_set": [-1]}, False, 1, 1, "2", {"where": "length(name) = 3 and id > 1"}
    ),
    "with a row condition": Promise(
        IN_SET, "id", {"value_set": [-1], "row_condition": "name like 'it%' or id in (select 1)"}, False, 2, 2, "1, 4"
    ),
    "with a share": Promise(IN_SET, "name", {"value_set": ["ann", "bob"], "mostly": 0.5}, True, 1, 3),
    "below a threshold": Promise(
        IN_SET, "name", {"value_set": ["ann"]}, True, 2, 3, None, {"warn_if": "> 2", "error_if": "> 2"}
    ),
    "between thresholds": Promise(IN_SET, "name", {"value_set": ["ann", "bob"]}, False, 1, 3, "it's", WARNS),
    "a warning": Promise(IN_SET, "name", {"value_set": ["bob", "it's"]}, False, 1, 3, "ann", {"severity": "warn"}),
    "amber": Promise(IN_SET, "id", {"value_set": [1]}, False, 3, 4, None, {"meta": {"on_unexpected": "warn"}}),
    "of a restricted column": Promise(IN_SET, "document", {"value_set": ["{}"]}, False, 2, 3, "***"),
    "one that is unique": Promise("unique", "id", {}, True, 0, 4),
    "of types": Promise("expect_column_values_to_be_of_type", "amount", {"type_": "double"}, True),
    "of the table": Promise("expect_table_row_count_to_be_between", None, {"min_value": 5}, False, None, None, "4"),
    "of its columns": Promise("expect_table_column_count_to_equal", None, {"value": 7}, True, None, None, "7"),
    "of several columns": Promise("expect_grain", None, {"columns": ["is_open"]}, False, 3, 4, "true, null"),
    "of a query": Promise(
        "unexpected_rows_expectation",
        None,
        {"unexpected_rows_query": "select * from {batch} where id > 3"},
        False,
        None,
        None,
        "1",
    ),
    "by dbt's count": Promise(BETWEEN, "id", {"max_value": 2}, False, None, None, None, {"fail_calc": "sum(id)"}),
    "only Python": Promise("expect_column_values_to_be_dateutil_parseable", "name", {}, False, 3, 3, "ann, bob, it's"),
    "Python with a condition": Promise(
        "expect_column_values_to_be_dateutil_parseable",
        "name",
        {"row_condition": "length(name) > 3"},
        False,
        1,
        1,
        "it's",
    ),
    "Python with a share": Promise(
        "expect_column_values_to_be_dateutil_parseable", "name", {"mostly": 0.0}, True, 3, 3
    ),
    "a schema": Promise(
        "expect_column_values_to_match_json_schema", "document", {"json_schema": {"type": "object"}}, False, 1, 3, "***"
    ),
}


def contract(table: str, tests: Mapping[str, Promise]) -> dict[str, Any]:
    """A table of the source `desk` with the columns above. tests: by their names."""
    columns: list[dict[str, Any]] = [{"name": name, "data_type": data_type} for name, data_type in TYPES.items()]
    columns[-1]["config"] = {"meta": {"restricted": True}}
    of_table: list[dict[str, Any]] = []
    for name, promise in tests.items():
        place = next((column for column in columns if column["name"] == promise.column), None)
        tests_of = of_table if place is None else place.setdefault("data_tests", [])
        ((kind, body),) = promise.test.items()
        tests_of.append({kind: body | {"name": f"{table}_{name}"}})
    return {
        "name": table,
        "config": {"meta": {"delivery": "append", "from": "files", "file": f"{table}*.parquet"}},
        "columns": columns,
        "data_tests": of_table,
    }


QUARANTINE = {"meta": {"on_unexpected": "quarantine"}}
OBJECT = {"json_schema": {"type": "object"}}
ASIDE = {
    "low": Promise(BETWEEN, "amount", {"max_value": 100}, False, config=QUARANTINE),
    "once": Promise("unique", "name", {}, False, config=QUARANTINE),
    "first": Promise(
        "unique",
        "id",
        {},
        False,
        config={"meta": {"on_unexpected": "quarantine", "keep": "first", "order_by": "sold_at"}},
    ),
    "objects": Promise("expect_column_values_to_match_json_schema", "document", OBJECT, False, config=QUARANTINE),
    "few": Promise("expect_table_row_count_to_be_between", None, {"max_value": 4}, True),
}
SHAPED = {"shape": Promise("expect_table_column_count_to_equal", None, {"value": len(TYPES)}, True)}
HARD = {"hard": Promise(IN_SET, "id", {"value_set": [1]}, False, config={"where": "cast(name as integer) > 0"})}
WRONG = {
    "argument": (Promise(BETWEEN, "id", {"max": 3}, False), "unknown argument max"),
    "column": (Promise(IN_SET, "id", {"value_set": [1]}, False, config={"where": "nothing > 1"}), "nothing"),
    "value": (
        Promise("expect_column_values_to_match_regex_list", "name", {"regex_list": ["a"], "match_on": "x"}, False),
        "match_on",
    ),
    "rows": (
        Promise("expect_table_row_count_to_equal", None, {"value": 1}, False, config=QUARANTINE),
        "there are no rows to quarantine",
    ),
    "history": (Promise("expect_row_count_near_history", None, {}, False), "scope: table"),
    "schema": (
        Promise("expect_column_values_to_match_json_schema", "document", {"json_schema": 1}, False),
        "json_schema",
    ),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    home = new_mini(tmp_path_factory.mktemp("desk"))
    tables = {
        "promises": {f"p{place}": promise for place, promise in enumerate(PROMISES.values())},
        "aside": ASIDE,
        "shaped": SHAPED,
        "hard": HARD,
        **{f"wrong_{name}": {"wrong": promise} for name, (promise, _) in WRONG.items()},
    }
    source = {"name": "desk", "schema": "lake", "tables": [contract(table, tests) for table, tests in tables.items()]}
    write_files(home.project, {"expectations/lake/desk.yml": yaml.safe_dump({"sources": [source]}, sort_keys=False)})
    with pytest.MonkeyPatch.context() as patch:
        for name, value in home.environment.items():
            patch.setenv(name, value)
        yield load_project(ProjectPaths(home.project, home.data))


@pytest.fixture(scope="module")
def door(project: Project) -> Iterator[Door]:
    with open_door(project.paths, project) as opened:
        yield opened


def source(project: Project, table: str) -> SourceTable:
    return next(each for each in project.sources if str(each) == f"desk.{table}")


@pytest.fixture(scope="module")
def verdicts(door: Door, project: Project, batch: Path) -> dict[str, Verdict]:
    """What the door says of each promise, by its place."""
    found, aside = door.check(source(project, "promises"), [batch])
    assert aside is None
    return {verdict.expectation.test.split(".")[2].removeprefix("promises_"): verdict for verdict in found}


@pytest.mark.parametrize("what", PROMISES)
def test_a_promise_means_at_the_door_what_it_means_in_the_gate(verdicts: dict[str, Verdict], what: str) -> None:
    promise, verdict = PROMISES[what], verdicts[f"p{list(PROMISES).index(what)}"]

    assert (verdict.met, verdict.unexpected, verdict.measured) == (promise.met, promise.unexpected, promise.measured)
    assert promise.observed in {None, verdict.observed}


def test_what_a_threshold_or_a_contract_makes_a_warning_does_not_stop_a_batch(verdicts: dict[str, Verdict]) -> None:
    warned = {"between thresholds", "a warning", "amber"}

    severities = {what: verdicts[f"p{place}"].expectation.severity for place, what in enumerate(PROMISES)}

    assert {what for what, severity in severities.items() if severity is Severity.WARN} == warned


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_promise_is_an_error_of_its_contract_alone(
    door: Door, project: Project, batch: Path, name: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        door.check(source(project, f"wrong_{name}"), [batch])

    assert "expectations/lake/desk.yml" in str(raised.value)
    assert WRONG[name][1] in str(raised.value)


def test_what_a_value_stops_is_a_verdict(door: Door, project: Project, batch: Path) -> None:
    (verdict,), _ = door.check(source(project, "hard"), [batch])

    assert not verdict.met
    assert verdict.observed.startswith("could not be measured: Conversion Error")


def test_the_columns_of_the_batch_count_and_not_the_declared_ones(door: Door, project: Project, tmp_path: Path) -> None:
    wider = write_parquet(tmp_path / "wider.parquet", f"select *, 1 as more from ({ROWS})")

    (verdict,), _ = door.check(source(project, "shaped"), [wider])

    assert not verdict.met
    assert verdict.observed == "8"


def test_an_empty_batch_has_no_unexpected_rows(door: Door, project: Project, tmp_path: Path) -> None:
    empty = write_parquet(tmp_path / "empty.parquet", f"select * from ({ROWS}) where false")

    found, aside = door.check(source(project, "promises"), [empty])

    assert aside is None
    assert {verdict.unexpected for verdict in found} <= {0, None}


# Rows set aside

MORE_ROWS = f"""
    {ROWS} union all by name select 5 as id, 'ann' as name, '{{}}' as document
    union all by name select 5 as id, 'eve' as name, timestamp '2025-01-01' as sold_at, '{{}}' as document
    union all by name select
        6 as id, '{{}}' as document, 'a' as ribbon_row, 'b' as ribbon_reasons, 1 as rowid, 2 as ribbon_number
"""


def apart(door: Door, project: Project, rows: Path, folder: Path) -> tuple[list[Verdict], Aside | None]:
    verdicts, aside = door.check(source(project, "aside"), [rows])
    if aside:
        aside.write(folder / "kept.parquet", folder / "aside.parquet")
    return verdicts, aside


def test_rows_that_are_not_expected_are_set_aside_with_all_their_reasons(
    door: Door, project: Project, tmp_path: Path
) -> None:
    rows = write_parquet(tmp_path / "rows.parquet", MORE_ROWS)

    verdicts, aside = apart(door, project, rows, tmp_path)

    assert aside
    assert aside.rows == 3
    reasons = duckdb.sql(f"select id, name, _quarantine_reasons from '{tmp_path}/aside.parquet'").fetchall()
    told = {(row, name): [reason.split("(")[0] for reason in json.loads(why)] for row, name, why in reasons}
    assert told == {  # of the two rows with the key 5, eve's is the first
        (1, "ann"): ["unique"],
        (5, "ann"): ["unique", "unique"],
        (4, "it's"): [BETWEEN, "expect_column_values_to_match_json_schema"],
    }
    assert [verdict.expectation.name for verdict in verdicts if verdict.met] == ["expect_table_row_count_to_be_between"]
    assert {verdict.expectation.severity for verdict in verdicts if not verdict.met} == {Severity.WARN}


def test_no_row_is_lost_or_changed_where_rows_are_set_aside(door: Door, project: Project, tmp_path: Path) -> None:
    rows = write_parquet(tmp_path / "rows.parquet", MORE_ROWS)

    apart(door, project, rows, tmp_path)

    both = f"""
        select * from '{tmp_path}/kept.parquet' union all by name
        select * exclude (_quarantine_reasons) from '{tmp_path}/aside.parquet'
    """
    found, delivered = (duckdb.sql(f"from ({sql}) order by all").fetchall() for sql in (both, f"from '{rows}'"))
    assert repr(found) == repr(delivered)


def test_nothing_is_set_aside_where_the_rest_fails(door: Door, project: Project, tmp_path: Path) -> None:
    many = f"{MORE_ROWS} union all by name select 10 + i as id from range(9) as t (i)"
    rows = write_parquet(tmp_path / "rows.parquet", many)

    verdicts, aside = apart(door, project, rows, tmp_path)

    assert aside is None
    failed = [verdict for verdict in verdicts if not verdict.met and verdict.expectation.severity is Severity.ERROR]
    assert [verdict.expectation.name for verdict in failed] == ["expect_table_row_count_to_be_between"]


def test_batches_are_measured_side_by_side(door: Door, project: Project, tmp_path: Path) -> None:
    rows = write_parquet(tmp_path / "rows.parquet", MORE_ROWS)
    found: list[int] = []

    def check() -> None:
        for _ in range(5):
            _, aside = door.check(source(project, "aside"), [rows])
            found.append(aside.rows if aside else 0)

    threads = [threading.Thread(target=check) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [found[0]] * 20


def test_contracts_that_stay_the_same_are_rendered_once(project: Project, batch: Path, monkeypatch: Any) -> None:
    with open_door(project.paths, project) as door:
        before, _ = door.check(source(project, "promises"), [batch])
    monkeypatch.setattr("ribbon.quality.checks.run_operation", None)

    with open_door(project.paths, project) as door:
        again, _ = door.check(source(project, "promises"), [batch])

    assert again == before


def test_what_only_the_door_can_measure_must_not_be_left_to_the_database() -> None:
    parseable = Expectation("expect_column_values_to_be_dateutil_parseable", {}, "name", database_only=True)
    table = SourceTable("shop", "orders", "f.yml", "files", "*", Delivery.APPEND, None, "", (), (parseable,))

    with pytest.raises(ConfigError, match="only landing can measure it"):
        check_supported(table)


def test_what_needs_more_than_a_batch_is_an_error_unless_the_database_measures_it() -> None:
    related = Expectation("relationships", {"to": "ref('x')", "field": "y"}, "id")
    table = SourceTable("shop", "orders", "f.yml", "files", "*", Delivery.APPEND, None, "", (), (related,))

    with pytest.raises(ConfigError, match="cannot measure it on a batch"):
        check_supported(table)


# The whole way, from the contract to the lake.


@pytest.fixture
def shop(mini: Workshop) -> Workshop:
    deliver_orders(mini)
    return mini


@dataclass(frozen=True)
class Written:
    contract: str
    exit_code: int
    told: str


QUANTITY = "                  {arguments: {max_value: 100}, config: {severity: warn}}"


@pytest.mark.parametrize(
    "promise",
    [
        Written("{arguments: {max_value: 4}, config: {where: \"item = 'apple'\"}}", 1, "known, 1 in quarantine"),
        Written("{arguments: {max_value: 4}, config: {meta: {scope: table}}}", 0, "3 in the lake"),
        Written("{arguments: {max_value: 4}, config: {meta: {scope: day}}}", 2, "meta.scope is 'day'. Write batch or"),
        Written("{arguments: {max_value: 4}, config: {where: length(item) > 1}}", 1, "known, 1 in quarantine"),
        Written("{arguments: {max_value: 4}, config: {where: size(item) > 1}}", 2, "size does not exist"),
        Written(
            "{arguments: {max_valu: 4}}", 2, "expectations/lake/shop.yml: expect_column_values_to_be_between on shop"
        ),
    ],
    ids=["where_chooses", "table_scope", "no_scope", "any_sql", "no_sql", "wrong_argument"],
)
def test_a_contracts_promise_at_the_door(shop: Workshop, promise: Written) -> None:
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
