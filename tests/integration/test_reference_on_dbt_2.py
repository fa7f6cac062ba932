"""The reference project on either dbt: the same tables row for row, the same verdicts, and SQL that Fusion accepts."""

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.conftest import Workshop, copy_project

pytestmark = [pytest.mark.slow, pytest.mark.dbt2, pytest.mark.whole]

TABLES = """
select table_schema || '.' || table_name from information_schema.tables
where table_catalog = 'build' and table_type = 'BASE TABLE'
  and (table_schema = 'warehouse' or starts_with(table_schema, 'mart_'))
"""
# By name: dbt 2 computes some ids otherwise.
VERDICTS = """
select
    split_part(test_id, '.', 3) as name,
    arg_max(status, measured_at),
    arg_max(gated, measured_at),
    arg_max(reason, measured_at),
from {}.ribbon.expectation_results group by name
"""
# When a snapshot saw a row: the moment of the run.
OF_THE_RUN = "columns(* exclude (dbt_updated_at, dbt_valid_from, dbt_valid_to, dbt_scd_id))"


@pytest.mark.parametrize("name", ["dbt-core-2", "dbt-fusion"])
def test_the_tables_and_the_verdicts_are_those_of_dbt_1(name: str, built: Workshop, tmp_path: Path) -> None:
    shutil.copytree(built.data / "lake", tmp_path / "data/lake")
    other = Workshop(copy_project(tmp_path / "project"), tmp_path / "data", tmp_path / "target")
    other.take_dbt(name)
    # On dbt 2 unit tests of incrementals need their tables.
    first = other.dbt("build", "--exclude-resource-type", "unit_test")
    assert first.exit_code == 0, first.out[-3000:]
    done = other.ribbon("build")
    assert done.exit_code == 0, done.out + done.err

    with duckdb.connect() as connection:
        connection.execute(f"attach '{other.data / 'build.duckdb'}' as two (read_only)")
        connection.execute(f"attach '{built.data / 'build.duckdb'}' as build (read_only)")
        tables = [table for (table,) in connection.execute(TABLES).fetchall()]
        differing = {table: count for table in tables if (count := differences(connection, table))}
        verdicts = [connection.execute(VERDICTS.format(file)).fetchall() for file in ("build", "two")]

    assert len(tables) > 20
    assert differing == {}
    assert sorted(verdicts[0]) == sorted(verdicts[1])
    # Fusion's strict analysis asks for a login, and goes on with its baseline without one.
    analysed = other.dbt("compile", "--static-analysis", "strict")
    assert analysed.exit_code == 0, analysed.out[-3000:]
    said = set(re.findall(r"^\[(?:error|warning)\] \[(\w+) \(dbt\d+\)\]", analysed.out, re.MULTILINE))
    assert said <= {"LicenseError", "ColumnTypeMismatch"}, analysed.out[-3000:]


def differences(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """Rows that only one of the two files has."""
    shown = "*"
    if "dbt_valid_from" in [each[0] for each in connection.execute(f"describe build.{table}").fetchall()]:
        shown = OF_THE_RUN
    one, two = (f"(select {shown} from {file}.{table})" for file in ("build", "two"))
    query = f"select (select count(*) from ({one} except all {two})) + (select count(*) from ({two} except all {one}))"
    (count,) = connection.execute(query).fetchone() or (0,)
    return int(count)
