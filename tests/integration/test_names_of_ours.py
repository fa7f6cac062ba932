"""A model may call its columns what it likes, also as Ribbon calls something in its own SQL."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
import yaml

from tests.conftest import REPOSITORY, Workshop, new_mini, write_files

# What the quarantine adds: a model that quarantines rows cannot have them.
OF_THE_QUARANTINE = {"_quarantine_id", "_quarantine_reasons", "_quarantine_run_id", "_quarantined_at"}
# Pseudo columns of DuckDB's, but for `rowid`, which has a model of its own.
OF_DUCKDB = {"filename", "file_row_number", "file_index"}


def names_of_ours() -> set[str]:
    """Every alias and every name of a column in the macros' SQL; of names with a prefix, those of all tests below."""
    names = set(OF_DUCKDB)
    for path in (REPOSITORY / "macros/ribbon").rglob("*.sql"):
        text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
        names |= set(re.findall(r"\bas ([a-z_]\w*)\b", text)) | set(re.findall(r"\bribbon_\w+", text))
        for ending in re.findall(r"(?:prefix|') ?~ '([a-z]\w*)'", text):
            names |= {f"e{place}_{ending}" for place in range(7)} | {f"p{place}_{ending}" for place in range(2)}
    return names - OF_THE_QUARANTINE


# Five rows by id, alike in every column but `id`.
VALUES = {1: 1, 2: 2, 3: 3, 4: 3, 5: 99}


def model(columns: Sequence[str]) -> str:
    values = ",\n  ".join(f'value as "{name}"' for name in columns)
    rows = ", ".join(f"({key}, {value})" for key, value in VALUES.items())
    return f"select id,\n  {values}\nfrom (values {rows}) as t (id, value)\n"


def contract(name: str, columns: Sequence[str]) -> str:
    """The same tests on seven columns, whatever they are called."""
    aside = {"meta": {"on_unexpected": "quarantine"}}
    first = {"meta": {"on_unexpected": "quarantine", "keep": "first", "order_by": "id desc"}}
    warns = {"severity": "warn"}
    tests: list[tuple[str, dict[str, object], dict[str, object]]] = [
        ("ribbon.expect_column_values_to_be_between", {"max_value": 50}, aside),
        ("unique", {}, first),
        ("accepted_values", {"values": [1, 2], "quote": False}, warns),
        ("ribbon.expect_column_most_common_value_to_be_in_set", {"value_set": [2]}, warns),
        ("ribbon.expect_column_median_to_be_between", {"min_value": 10}, warns),
        ("ribbon.expect_column_values_to_not_be_outliers", {"multiplier": 0}, warns),
        ("ribbon.expect_column_values_to_be_increasing", {"order_by": "id", "strictly": True}, warns),
    ]
    described: dict[str, dict[str, Any]] = {}
    for place, (column, (test, arguments, config)) in enumerate(zip(columns, tests, strict=True)):
        tested = described.setdefault(column, {"name": column, "quote": True, "data_tests": []})
        tested["data_tests"].append({test: {"name": f"{name}_{place}", "arguments": arguments, "config": config}})
    return yaml.safe_dump({"models": [{"name": name, "columns": list(described.values())}]})


# The columns that are tested, of which some stand beside a name of ours in one sub-query.
TESTED = ("ribbon_row", "ribbon_reasons", "ribbon_n", "ribbon_n", "ribbon_n", "e5_low", "e6_before")
PLAIN = ("c0", "c1", "c2", "c3", "c4", "c5", "c6")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The same rows and tests under plain names, under ours, and under ours with a column `rowid`."""
    mini = new_mini(tmp_path_factory.mktemp("names"))
    ours = sorted(names_of_ours())
    files = {}
    for name, tested, others in (
        ("plain", PLAIN, []),
        ("ours", TESTED, ours),
        ("with_rowid", ("rowid", *TESTED[1:]), ["rowid", *ours]),
    ):
        folder = f"warehouse/{name}"
        files[f"models/{folder}/{name}.sql"] = model(sorted({*tested, *others}))
        files[f"expectations/{folder}/{name}.yml"] = contract(name, tested)
    write_files(mini.project, files)
    ran = mini.dbt("build", "--select", "plain", "ours", "with_rowid")
    assert ran.exit_code == 0, ran.out
    return mini


@pytest.mark.parametrize("name", ["ours", "with_rowid"])
def test_the_gate_measures_what_it_measures_under_other_names(built: Workshop, name: str) -> None:
    def results(of: str) -> list[tuple[object, ...]]:
        return built.query(
            f"""
            select split_part(test_id, '.', 3)[-1:], status, element_count, unexpected_count, observed_value, failures
            from ribbon.expectation_results where node_id like '%.{of}' order by 1
            """
        )

    assert len(results("plain")) == len(PLAIN)
    assert results(name) == results("plain")


@pytest.mark.parametrize("name", ["ours", "with_rowid"])
def test_the_rows_that_are_set_aside_are_the_ones_that_are_not_expected(built: Workshop, name: str) -> None:
    def aside(of: str) -> list[tuple[object, ...]]:
        table = f"warehouse.{of}__quarantine"
        return built.query(
            f"select id, regexp_replace(_quarantine_reasons, 'column=\\w+', '', 'g') from {table} order by id"
        )

    assert [key for key, _ in aside("plain")] == [3, 5]
    assert aside(name) == aside("plain")
    assert built.query(f"select id from warehouse.{name} order by id") == [(1,), (2,), (4,)]
