"""Promises as sentences, and the lines they stand on."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ribbon.catalog.facts.phrases import PHRASES, words_of
from ribbon.catalog.facts.yaml_lines import Named, line_of

ROOT = Path(__file__).parents[2]
QUANTILES = "expect_column_quantile_values_to_be_between"
Record = dict[str, Any]


@pytest.mark.parametrize(
    ("expectation", "column_name", "arguments", "words"),
    [
        ("not_null", "id", {}, "`id` is never null"),
        ("not_null", "id", {"mostly": 0.5}, "`id` is not null for at least 50 % of rows"),
        ("not_null", "id", {"mostly": 1.0}, "`id` is never null"),
        ("unique", "id", {}, "`id` is unique"),
        ("accepted_values", "kind", {"values": ["a", "b", 3]}, "`kind` is one of `a`, `b` or 3"),
        ("accepted_values", "n", {"values": [7] * 14}, f"`n` is one of {', '.join('7' * 12)} or 2 more"),
        ("relationships", "store", {"to": "ref('shop', 'dim')", "field": "id"}, "Every `store` is a `id` of `dim`"),
        ("relationships", "s", {"to": "source('raw', 'x')", "field": "id"}, "Every `s` is a `id` of `raw.x`"),
        ("expect_column_values_to_be_between", "n", {"min_value": 1, "max_value": 1}, "`n` is exactly 1"),
        ("expect_column_values_to_be_between", "n", {"max_value": 9, "strict_max": True}, "`n` is less than 9"),
        (
            "expect_column_mean_to_be_between",
            "n",
            {"min_value": 1, "max_value": 2},
            "The mean of `n` is between 1 and 2",
        ),
        ("accepted_range", "n", {"min_value": 0, "inclusive": False}, "`n` is more than 0"),
        ("expect_grain", None, {"columns": ["a", "b", "c"]}, "There is one row per `a`, `b` and `c`"),
        (
            "expect_table_row_count_to_be_between",
            None,
            {"max_value": 0, "row_condition": "a > b"},
            "There is no row where `a > b`",
        ),
        ("expect_table_row_count_to_be_between", None, {"min_value": 1}, "There is at least one row"),
        (
            "expect_rows_to_reconcile",
            None,
            {
                "measure": "sum(a)",
                "compare_to": "ref('b')",
                "row_condition": "x",
                "compare_condition": "y",
                "tolerance": 0.5,
            },
            "`sum(a)` where `x` equals `sum(a)` of `b` where `y`, give or take 0.5",
        ),
        ("expect_column_values_to_be_increasing", "n", {"order_by": "at"}, "`n` never falls in the order of `at`"),
        ("expect_column_values_to_be_increasing", "n", {"sort_column": "at"}, "`n` never falls in the order of `at`"),
        ("expect_column_values_to_be_increasing", "n", {"strictly": True}, "`n` always grows"),
        ("expect_column_values_to_be_decreasing", "n", {}, "`n` never grows"),
        ("expect_column_values_to_be_decreasing", "n", {"strictly": True}, "`n` always falls"),
        (
            "house_rule",
            "n",
            {"limit": 3, "of": {"x": "y"}, "where": "z"},
            "`n` passes `house_rule` (limit 3, of x: `y`)",
        ),
        ("house_rule", None, {}, "Passes `house_rule`"),
        (
            "expect_column_values_to_be_in_set",
            "n",
            {"value_set": "{{ var('kinds') }}"},
            "`n` is one of `{{ var('kinds') }}`",
        ),
        (
            QUANTILES,
            "n",
            {"quantile_ranges": "{{ var('q') }}"},
            f"`n` passes `{QUANTILES}` (quantile_ranges `{{{{ var('q') }}}}`)",
        ),
    ],
)
def test_a_promise_reads_as_a_sentence(
    expectation: str, column_name: str | None, arguments: Record, words: str
) -> None:
    assert words_of(expectation, column_name, arguments) == words


def _examples() -> list[tuple[str, Record]]:
    files = sorted((ROOT / "macros/ribbon/expectations").glob("[!_]*.sql"))
    texts = (re.search(r"Example: (\{.*\})\s+Oracle", file.read_text(encoding="utf-8"), re.DOTALL) for file in files)
    examples = [next(iter(yaml.safe_load(text[1]).items())) for text in texts if text]
    return [(name.removeprefix("ribbon."), said) for name, said in examples]


@pytest.mark.parametrize(("expectation", "said"), _examples(), ids=lambda each: each if isinstance(each, str) else "")
def test_every_expectation_of_ours_has_words_of_its_own(expectation: str, said: Record) -> None:
    words = words_of(expectation, "price" if "column" in expectation else None, (said or {}).get("arguments", {}))
    assert expectation in PHRASES
    assert expectation not in words
    assert not re.search(r"None|nothing|anything|another relation", words), words


def test_there_is_an_example_of_every_expectation() -> None:
    tests = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "macros/ribbon/expectations").glob("*.sql"))
    assert {name.lower() for name, _ in _examples()} == {
        name.lower() for name in re.findall(r"\{%-? test (\w*expect\w*)\(", tests)
    }


YAML = """\
models:
  - name: lines  # the lines
    columns:
      - name: id
        data_tests: [unique]
  - description: Orders.
    name: orders
    columns:
      - name: id
        data_tests:
          - not_null  # not unique
          - unique
      - {name: orders, data_tests: [not_null]}
      - name: unique
        data_tests: [not_null, unique]
      - name: net
        data_tests:
          - at_least: {arguments: {min: 1}}
          - at_least:
              arguments: {min: 22}
          - utils.odd
    data_tests:
      - at_least: {name: orders_are_many, arguments: {min: 5}}
      - unique: {column: both}
"""

SOURCES = """\
sources:
- name: web
  tables:
  - name: orders
    columns:
    - {name: id, tests: [unique]}
- name: shop
  tables:
  - name: orders
    columns:
    # the key
    - {name: id, tests: [unique]}
"""


@pytest.mark.parametrize(
    ("items", "column", "named", "line"),
    [
        (["lines"], "id", Named(("unique",)), 5),
        (["orders"], "id", Named(("not_null",)), 11),
        (["orders"], "id", Named(("unique",)), 12),
        (["orders"], "orders", Named(("not_null",)), 13),
        (["orders"], "net", Named(("at_least",), ("22",)), 19),
        (["orders"], "net", Named(("at_least",), ("1",)), 18),
        (["orders"], "net", Named(("utils.odd",)), 21),
        (["orders"], "net", Named(("odd",)), 16),
        (["orders"], "unique", Named(("unique",)), 15),
        (["orders"], None, Named(("orders_are_many", "at_least")), 23),
        (["orders"], None, Named(("unique",)), 24),
        (["orders"], "id", Named(("nowhere",)), 9),
        (["orders"], "nowhere", Named(("unique",)), 7),
        (["raw", "orders"], "id", Named(("unique",)), None),
    ],
)
def test_the_line_of_a_promise_is_found(
    tmp_path: Path, items: list[str], column: str | None, named: Named, line: int | None
) -> None:
    file = tmp_path / "schema.yml"
    file.write_text(YAML)
    assert line_of(file, items, column, named) == line


def test_a_file_that_is_not_there_has_no_lines(tmp_path: Path) -> None:
    assert line_of(tmp_path / "gone.yml", ["orders"], "id", Named(("unique",))) is None


def test_a_table_is_looked_for_in_its_source(tmp_path: Path) -> None:
    file = tmp_path / "sources.yml"
    file.write_text(SOURCES)
    assert line_of(file, ["shop", "orders"], "id", Named(("unique",))) == 12
