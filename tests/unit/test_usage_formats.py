"""Query logs as each tool exports them, with the tools' own column names."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ribbon.errors import ConfigError
from ribbon.model import LoggedQuery
from ribbon.usage.formats import FORMATS
from ribbon.usage.log_files import READERS, Log, column_names, read_log
from tests.conftest import write_parquet

SQL = "select store_id from mart_sales.store_daily"
JOB = {
    "job_id": "bquxjob_1",
    "creation_time": "2026-01-02 03:04:05.123 UTC",
    "project_id": "shop",
    "user_email": "ann@example.com",
    "job_type": "QUERY",
    "statement_type": "SELECT",
    "start_time": "2026-01-02 03:04:05.200 UTC",
    "end_time": "2026-01-02 03:04:07.700 UTC",
    "query": SQL,
    "state": "DONE",
    "total_bytes_processed": "1024",
    "total_slot_ms": "12",
    "cache_hit": False,
    "referenced_tables": [{"project_id": "shop", "dataset_id": "mart_sales", "table_id": "store_daily"}],
    "labels": [{"key": "looker_studio_report_id", "value": "r1"}, {"key": "use_case", "value": "sales"}],
    "error_result": None,
}
SUPERSET = {
    "id": 7,
    "client_id": "Xy1",
    "user_id": 3,
    "status": "success",
    "tab_name": "Daily stores",
    "sql": "select {{ x }}",
    "executed_sql": SQL,
    "start_time": "1767323045123.000000",
    "end_time": "1767323047623.000000",
}
METABASE = {
    "id": 9,
    "hash": "\\x01",
    "started_at": "2026-01-02 03:04:05.123+00",
    "running_time": 2500,
    "native": True,
    "context": "dashboard",
    "executor_id": 4,
    "card_id": 11,
    "dashboard_id": 12,
    "query": json.dumps({"type": "native", "database": 1, "native": {"query": SQL, "template-tags": {}}}),
}
REDASH = {
    "id": 5,
    "query_hash": "abc",
    "query": SQL,
    "runtime": 2.5,
    "retrieved_at": "2026-01-02T03:04:05.123+00:00",
    "user": "ann@example.com",
    "query_id": 21,
}
POSTGRES = (
    "userid,dbid,toplevel,queryid,query,calls,total_exec_time,rows,stats_since,rolname\n"
    '10,5,t,-42,"select store_id from mart_sales.store_daily where day > $1",7,2500.5,70,2026-01-01 00:00:00+00,bi\n'
)
AT = datetime(2026, 1, 2, 3, 4, 5, 123000, UTC)


def written(folder: Path, row: dict[str, Any]) -> Path:
    file = folder / "log.jsonl"
    file.write_text(json.dumps(row) + "\n")
    return file


def only(log: Log) -> LoggedQuery:
    assert len(log.queries) == 1, log.left_out
    return log.queries[0]


@pytest.mark.parametrize(
    ("kind", "row"), [("bigquery", JOB), ("superset", SUPERSET), ("metabase", METABASE), ("redash", REDASH)]
)
def test_a_log_is_recognised_by_its_columns_and_read(kind: str, row: dict[str, Any], tmp_path: Path) -> None:
    log = read_log(written(tmp_path, row), None, {})
    query = only(log)

    assert log.format is not None
    assert (log.format.name, query.log, query.sql, query.status) == (kind, kind, SQL, "done")
    assert query.asked_at == AT
    assert query.seconds == pytest.approx(2.5)


def test_a_job_of_bigquery_brings_its_person_bytes_report_use_case_and_tables(tmp_path: Path) -> None:
    query = only(read_log(written(tmp_path, JOB), None, {}))

    assert (query.id, query.who, query.bytes_read) == ("bquxjob_1", "ann@example.com", 1024)
    assert (query.use, query.use_case, query.tables) == ("r1", "sales", ("shop.mart_sales.store_daily",))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"statement_type": "SCRIPT"}, "it is a script; its statements are in the log separately"),
        ({"state": "RUNNING"}, "it was still running"),
        ({"labels": [{"key": "dbt_invocation_id", "value": "1"}]}, "dbt ran it"),
        ({"query": None}, "it has no SQL"),
        ({"creation_time": "yesterday"}, "creation_time is not a time"),
        ({"total_bytes_processed": "many"}, "total_bytes_processed is not a number"),
        ({"total_bytes_processed": "nan"}, "total_bytes_processed is not a number"),
    ],
)
def test_a_job_that_tells_of_no_query_is_left_out_with_the_reason(
    change: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    log = read_log(written(tmp_path, JOB | change), None, {})

    assert (log.queries, dict(log.left_out), log.first_left_out) == ([], {reason: 1}, {reason: 1})


def test_a_job_with_an_error_failed(tmp_path: Path) -> None:
    assert only(read_log(written(tmp_path, JOB | {"error_result": {"reason": "x"}}), None, {})).status == "failed"


def test_a_job_in_csv_has_its_records_as_json(tmp_path: Path) -> None:
    cells = {key: json.dumps(value) if isinstance(value, list) else value or "" for key, value in JOB.items()}
    quoted = ",".join('"' + str(cell).replace('"', '""') + '"' for cell in cells.values())
    file = tmp_path / "jobs.csv"
    file.write_text(f"{','.join(cells)}\n{quoted}\n")

    assert only(read_log(file, None, {})) == only(read_log(written(tmp_path, JOB), None, {})).of("jobs.csv")


def test_a_row_of_pg_stat_statements_is_a_total_of_calls_under_a_key_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "stats.csv"
    file.write_text(POSTGRES)
    query = only(read_log(file, None, {}))

    assert (query.log, query.who, query.calls) == ("pg_stat_statements", "bi", 7)
    assert query.seconds == pytest.approx(2.5005)
    assert query.id == "10/5/-42/t/2026-01-01T00:00:00+00:00"
    assert query.asked_at is None


def test_a_total_has_the_same_key_in_csv_and_in_parquet(tmp_path: Path) -> None:
    csv = tmp_path / "stats.csv"
    csv.write_text(POSTGRES)
    parquet = write_parquet(
        tmp_path / "stats.parquet",
        "select 10 as userid, 5 as dbid, true as toplevel, -42 as queryid, 'select 1' as query, 9 as calls,"
        " 1.0 as total_exec_time, timestamptz '2026-01-01 02:00:00+02' as stats_since",
    )

    assert only(read_log(csv, None, {})).id == only(read_log(parquet, None, {})).id


def test_metabase_sql_of_a_newer_version_stands_in_its_stages(tmp_path: Path) -> None:
    staged = json.dumps({"lib/type": "mbql/query", "stages": [{"lib/type": "mbql.stage/native", "native": SQL}]})

    assert only(read_log(written(tmp_path, METABASE | {"query": staged}), None, {})).sql == SQL


def test_a_question_that_was_clicked_together_in_metabase_is_left_out(tmp_path: Path) -> None:
    built = json.dumps({"type": "query", "query": {"source-table": 4}})
    log = read_log(written(tmp_path, METABASE | {"query": built}), None, {})

    assert [*log.left_out] == ["it was built without SQL; log it in the database instead"]


def test_a_use_has_its_name_where_the_export_has_it_and_its_number_otherwise(tmp_path: Path) -> None:
    assert only(read_log(written(tmp_path, METABASE), None, {})).use == "dashboard 12"
    assert only(read_log(written(tmp_path, METABASE | {"dashboard": "Board"}), None, {})).use == "Board"


def test_columns_of_a_plain_log_may_have_other_names(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text(f"User,At,Statement,Took\nann,2026-01-02T04:04:05.123+01:00,{SQL},2.5\n")
    query = only(read_log(file, None, column_names("who=user,when=at,sql=statement,seconds=took")))

    assert (query.who, query.asked_at, query.sql, query.seconds) == ("ann", AT, SQL, 2.5)


@pytest.mark.parametrize("shown", ["2026-01-02T03:04:05.123Z", "1767323045.123", "1767323045123", "1767323045123000"])
def test_a_time_is_iso_or_counts_since_1970_in_seconds_milliseconds_or_microseconds(shown: str, tmp_path: Path) -> None:
    assert only(read_log(written(tmp_path, {"sql": SQL, "when": shown}), None, {})).asked_at == AT


def test_a_query_over_many_lines_and_longer_than_any_cell_of_pythons_csv_is_read(tmp_path: Path) -> None:
    long = "select 1\n-- " + "x" * 200_000
    file = tmp_path / "log.csv"
    file.write_text(f'sql,when\n"{long}",2026-01-02\n')

    assert only(read_log(file, None, {})).sql == long


def test_a_json_array_is_read_as_lines_are(tmp_path: Path) -> None:
    array = tmp_path / "log.json"
    array.write_text(json.dumps([JOB], indent=1))

    assert only(read_log(array, None, {})) == only(read_log(written(tmp_path, JOB), None, {})).of("log.json")


def test_parquet_brings_times_and_records_as_they_are(tmp_path: Path) -> None:
    file = write_parquet(
        tmp_path / "jobs.parquet",
        f"select 'bquxjob_1' as job_id, timestamptz '2026-01-02 05:04:05.123+02' as creation_time, '{SQL}' as query,"
        " [{'key': 'dashboard', 'value': 'Board'}] as labels",
    )
    query = only(read_log(file, None, {}))

    assert (query.asked_at, query.use) == (AT, "Board")


def test_a_text_that_no_file_can_hold_is_read_all_the_same(tmp_path: Path) -> None:
    query = only(read_log(written(tmp_path, {"sql": "select '\ud800\0'", "when": 1767323045}), None, {}))

    assert query.sql == "select '?'"


BAD = {
    "empty.csv": (b"", "is empty"),
    "no_header.csv": (b"\n", "has no header"),
    "unknown.csv": (b"a,b\n1,2\n", "no known query log has the columns a, b"),
    "cut.csv": (b'sql,when\n"select 1,2026-01-02\n', "cut.csv:2: invalid CSV"),
    "short.csv": (b"sql,when\nselect 1\n", "short.csv:2: has 1 cells, the header 2"),
    "latin.csv": (b"sql,when\nselect 1,2026-01-02\nselect '\xe4',2026-01-02\n", "latin.csv:3: is not UTF-8"),
    "latin.jsonl": (b'{"sql": "\xe4", "when": 1}\n', "latin.jsonl:1: is not UTF-8"),
    "broken.jsonl": (b'{"sql": "select 1", "when": 1}\n{"sql": \n', "broken.jsonl:2: invalid JSON"),
    "broken.json": (b'[{"sql": "select 1", "when": 1},\n{"sql": \n', "broken.json:3: invalid JSON"),
    "number.jsonl": (b"1\n", "number.jsonl:1: is not a JSON object"),
    "bad.parquet": (b"PAR1", "is not a readable Parquet file"),
    "log.txt": (b"select 1", "is not a query log that Ribbon can read"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_not_what_it_should_be_is_refused_by_name_and_line(name: str, tmp_path: Path) -> None:
    content, message = BAD[name]
    file = tmp_path / name
    file.write_bytes(content)

    with pytest.raises(ConfigError) as refused:
        read_log(file, None, {})
    assert message in str(refused.value)
    assert name in str(refused.value)


@pytest.mark.parametrize("ending", READERS)
def test_a_file_that_cannot_be_opened_is_refused_with_the_reason(ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"gone{ending}"

    with pytest.raises(ConfigError) as refused:
        read_log(file, None, {})
    assert str(refused.value) == f"{file}: cannot be read: No such file or directory"


@pytest.mark.parametrize("kind", [each.name for each in FORMATS])
def test_a_named_kind_whose_columns_are_missing_names_them(kind: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"a log of {kind} needs the columns .*; the file has a"):
        read_log(written(tmp_path, {"a": 1}), kind, {})


@pytest.mark.parametrize("columns", ["whom=x", "who", "who=", ""])
def test_columns_that_no_plain_log_has_are_refused(columns: str, tmp_path: Path) -> None:
    if columns:
        with pytest.raises(ConfigError, match="--columns"):
            column_names(columns)
    with pytest.raises(ConfigError, match="has no column x"):
        read_log(written(tmp_path, {"sql": "select 1", "when": 1}), None, {"who": "x"})


def test_a_file_without_rows_is_no_error(tmp_path: Path) -> None:
    file = tmp_path / "log.json"
    file.write_text("[]")

    assert read_log(file, None, {}).queries == []
