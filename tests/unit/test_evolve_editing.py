"""Edits of files as text: what is not touched stays as it was written."""

from collections.abc import Callable

import pytest
import yaml

from ribbon.evolve.edit_sql import with_column_beside, with_source_column_renamed
from ribbon.evolve.edit_yaml import ContractText, declaring_model, without_relation

CONTRACT = """\
# who: sales
models:
  - name: other
    columns: []
  - name: sales  # by day
    description: >
      One row
      per day.
    columns:
      - name: day
        data_type: date

      # in dollars
      - {name: usd, data_type: "decimal(12, 2)"}
      - &loaded
        name: _loaded_at
        data_type: timestamp

exposures: []
"""
Edit = Callable[[ContractText], ContractText | None]


def edited(change: Edit, text: str = CONTRACT) -> list[str]:
    """The lines that are new, in their order; none of the others may have changed."""
    changed = change(declaring_model(text, "sales"))
    assert changed
    new = [line for line in changed.text.splitlines() if line not in text.splitlines()]
    kept = [line for line in changed.text.splitlines() if line in text.splitlines()]
    gone = [line for line in text.splitlines() if line not in changed.text.splitlines()]
    assert [line for line in text.splitlines() if line not in gone] == kept
    assert yaml.safe_load(changed.text)
    return new


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        (
            lambda text: text.with_column("net", "decimal(9, 2)", "New."),
            ['      - {name: net, data_type: "decimal(9, 2)"}'],
        ),
        (lambda text: text.with_test("day", ["- unique"], "unique"), ["        data_tests: [unique]"]),
        (
            lambda text: text.with_test("usd", ["- not_null"], "not_null"),
            ['      - {name: usd, data_type: "decimal(12, 2)", data_tests: [not_null]}'],
        ),
        (
            lambda text: text.with_test("net", ["- not_null"], "not_null"),
            ["      - name: net", "        data_tests: [not_null]"],
        ),
        (lambda text: text.with_key("deprecation_date", "2026-01-31"), ["    deprecation_date: 2026-01-31"]),
        (lambda text: text.with_config("enabled", "false"), ["    config: {enabled: false}"]),
        (lambda text: text.with_column_value("DAY", "data_type", "string"), ["        data_type: string"]),
        (lambda text: text.without_column("usd"), []),
    ],
)
def test_a_contract_is_changed_where_it_says_so_and_nowhere_else(change: Edit, lines: list[str]) -> None:
    assert edited(change) == lines


def test_line_ends_of_windows_stay() -> None:
    changed = declaring_model(CONTRACT.replace("\n", "\r\n"), "sales").with_key("deprecation_date", "2026-01-31")

    assert changed
    assert changed.text.count("\r\n") == changed.text.count("\n") == CONTRACT.count("\n") + 1


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.with_column("usd", "bigint", "There already."),
        lambda text: text.with_key("description", "There already."),
        lambda text: text.with_description_start("In a block."),
        lambda text: text.with_column_value("nowhere", "name", "x"),
        lambda text: text.without_column("nowhere"),
        lambda text: text.with_key("tags", "[not, closed"),
    ],
)
def test_what_cannot_be_said_safely_is_no_edit(change: Edit) -> None:
    assert change(declaring_model(CONTRACT, "sales")) is None


def test_the_last_item_of_a_list_goes_with_the_key_of_the_list() -> None:
    text = "exposures:\n  - name: board\n    depends_on:\n      # one\n      - ref('sales')\n    type: dashboard\n"

    changed = without_relation(text, "board", "sales")

    assert changed
    assert yaml.safe_load(changed) == {"exposures": [{"name": "board", "type": "dashboard"}]}


def test_a_file_that_is_no_yaml_is_not_edited() -> None:
    assert declaring_model("models: [\n", "sales").with_key("tags", "[]") is None


IMPORTED = """\
{{ config(unique_key='day') }}
with orders as (select * from {{ source('shop', 'orders') }}),
shops as (select id, day from {{ ref('shop') }})  -- day of opening
select
    o.id,
    o.day,  -- of sale
    coalesce(o.day, s.day) as 'day or opening',
    {{ ratio('day', 'id') }} as share
from orders as o
inner join shops as s on o.id = s.id
where 'day' <> 'night' and date_trunc('week', day) is not null
"""


def test_a_source_column_is_renamed_where_the_source_is_read_and_keeps_its_name_below() -> None:
    """Neither in settings, texts and comments, nor in a select that does not read the source."""
    after = with_source_column_renamed(IMPORTED, ("shop", "orders"), "id", "order_id")

    assert after
    assert "    o.order_id as id,\n" in after
    assert "inner join shops as s on o.order_id = s.id" in after
    assert "{{ ratio('day', 'order_id') }}" in after
    assert "shops as (select id, day from" in after
    assert with_source_column_renamed(IMPORTED, ("shop", "nothing"), "id", "order_id") is None


def test_settings_speak_of_what_the_model_gives() -> None:
    after = with_source_column_renamed(IMPORTED, ("shop", "orders"), "day", "sold_on")

    assert after
    assert after.startswith("{{ config(unique_key='day') }}")
    assert "    o.sold_on as day,  -- of sale\n" in after
    assert "where 'day' <> 'night' and date_trunc('week', sold_on) is not null" in after


PASSED = """\
with a as (select id, kind from {{ source('s', 't') }}), b as (
    select
        a.id,
        kind
    from a
) select * from b
"""


def test_a_column_is_passed_through_every_list_on_its_way() -> None:
    after = with_column_beside(PASSED, ["id", "kind"], "channel", ("s", "t"))

    assert after == PASSED.replace("id, kind from", "id, kind, channel from").replace(
        "        kind\n", "        kind,\n        channel\n"
    )


@pytest.mark.parametrize(
    "sql",
    [
        "select id, count(*) as n from {{ source('s', 't') }} group by id",
        "select distinct id from {{ source('s', 't') }}",
        "select id from {{ source('s', 't') }} union all select id from {{ ref('x') }}",
        "select lower(id) as id from {{ source('s', 't') }}",
        "select id, channel from {{ source('s', 't') }}",
        "with x as (select id from {{ ref('x') }}) select id from {{ source('s', 't') }} where id > 0",
    ],
    ids=["grouped", "distinct", "union", "computed", "there already", "of something else"],
)
def test_where_a_column_cannot_just_be_passed_on_it_is_not(sql: str) -> None:
    assert with_column_beside(sql, ["id"], "channel", ("s", "t")) is None
