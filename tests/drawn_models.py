"""Models and tests drawn at random: every way of building, rows of several loads, tests of every kind on them."""

import json
from random import Random

__all__ = ["LOADS", "drawn_project"]

LOADS = 3
_TAGS = ("a", "b", "c", "ref(x", None)
_COLUMNS = "id, k, amount, tag"

# How a model is built: its configuration, and what it selects of the rows.
_BUILDS = {
    "table": "materialized='table'",
    "view": "materialized='view'",
    "appended": "materialized='incremental', incremental_strategy='append'",
    "merged": "materialized='incremental', incremental_strategy='merge', unique_key='id'",
    "updated": "materialized='incremental', incremental_strategy='merge', unique_key='id', merge_update_columns=['k']",
    "replaced": "materialized='incremental', incremental_strategy='delete+insert', unique_key='id'",
    "hooked": "materialized='table', post_hook=\"update {{ this }} set k = null where id = 3\"",
    "hooked_after": (
        "materialized='table',"
        " post_hook={'sql': \"update {{ this }} set tag = 'c' where id = 2\", 'transaction': false}"
    ),
}
_AMOUNT = {"exact": "decimal(10, 2)", "rounded": "decimal(10, 4)"}

OWN = """{% test own_in(model, column_name, chosen, other=none) %}
select * from {{ model }} where {{ column_name }} is not null and {{ column_name }} not in (
{%- for value in chosen %}'{{ value }}'{% if not loop.last %}, {% endif %}{% endfor -%}
)
{% if other %}and {{ column_name }} in (select tag from {{ other }}){% endif %}
{% endtest %}
"""


# Asked when a model is built: a variable would have dbt parse the whole project again for each load.
LOAD = """{% macro drawn_load() %}
{{ return(run_query('select load from main.drawn_load').columns[0][0] if execute else 0) }}
{% endmacro %}
"""


def drawn_project(seed: int, models: int) -> dict[str, str]:
    """Files of a project with so many models.

    They read nothing but `parent` and the number in the table main.drawn_load, 0 to LOADS - 1.
    """
    random = Random(seed)  # noqa: S311 - drawn again from the seed
    files = {
        "macros/own_in.sql": OWN,
        "macros/drawn_load.sql": LOAD,
        "packages.yml": "packages: [{local: packages/ribbon}, {local: dbt_utils}, {local: dbt_expectations}]\n",
        "models/warehouse/drawn/parent.sql": "select i as id, 'a' as tag from range(8) as t (i)\n",
    }
    contracts = []
    for number in range(models):
        name = f"drawn_{number:02}"
        files[f"models/warehouse/drawn/{name}.sql"] = _model(random)
        contracts.append(_contract(random, name))
    files["expectations/warehouse/drawn.yml"] = "models:\n" + "".join(contracts)
    return files


def _model(random: Random) -> str:
    build = random.choice(sorted(_BUILDS))
    amount = _AMOUNT[random.choice(sorted(_AMOUNT))]
    keyed = "unique_key" in _BUILDS[build]
    loads = "\n".join(
        f"{{% if load == {load} %}}{_rows(random, amount, unique=keyed)}{{% endif %}}" for load in range(LOADS)
    )
    # The table of the first load decides how amounts are stored.
    stored = "{% if load == 0 %}decimal(10, 2){% else %}" + amount + "{% endif %}"
    return (
        f"{{{{ config({_BUILDS[build]}) }}}}\n"
        "{% set load = drawn_load() | int %}\n"
        f"select id, k, amount::{stored} as amount, tag from (values\n{loads}\n) as t ({_COLUMNS})\n"
    )


def _rows(random: Random, amount: str, *, unique: bool) -> str:
    count = random.randint(1, 8)
    ids = random.sample(range(12), count) if unique else [random.randint(0, 9) for _ in range(count)]
    rows = []
    for key in ids:
        k = "null" if random.random() < 0.04 else str(random.randint(0, 6))
        tag = random.choice(_TAGS) if random.random() < 0.2 else "a"
        value = random.choice(["1.00", "2.50", "0.9960", "7.10"])
        said = "null" if tag is None else f"'{tag}'"
        rows.append(f"({key}::int, {k}::int, {value}::{amount}, {said}::varchar)")
    return ", ".join(rows)


def _contract(random: Random, name: str) -> str:
    lines = [f"  - name: {name}\n"]
    own = []
    columns: dict[str, list[str]] = {}
    for number in range(random.randint(1, 4)):
        column, test, arguments = random.choice(_tests(name))
        config = random.choice(_configs())
        named = {"name": f"{name}_{number}", "arguments": arguments, "config": config}
        said = json.dumps({test: named})
        (columns.setdefault(column, []) if column else own).append(said)
    if own:
        lines.append("    data_tests:\n" + "".join(f"      - {test}\n" for test in own))
    if columns:
        lines.append("    columns:\n")
    for column, tests in columns.items():
        lines.append(
            f"      - name: {column}\n        data_tests:\n" + "".join(f"          - {test}\n" for test in tests)
        )
    return "".join(lines)


def _tests(name: str) -> list[tuple[str | None, str, dict[str, object]]]:
    """Column, test and arguments; no column for what is written at the model."""
    return [
        ("k", "not_null", {}),
        ("id", "unique", {}),
        (None, "unique", {"column_name": "id || '-' || coalesce(tag, '')"}),
        ("tag", "accepted_values", {"values": ["a", "b", "ref(x"]}),
        ("amount", "accepted_values", {"values": [1, 2.5, 0.996, 7.1], "quote": False}),
        ("id", "relationships", {"to": "ref('parent')", "field": "id"}),
        ("k", "relationships", {"to": f"ref('{name}')", "field": "id"}),
        ("k", "ribbon.expect_column_values_to_be_between", {"min_value": 0, "max_value": 5}),
        ("k", "ribbon.expect_column_values_to_be_between", {"min_value": 1, "max_value": 6, "mostly": 0.7}),
        ("amount", "ribbon.expect_column_mean_to_be_between", {"min_value": 1, "max_value": 4}),
        (None, "ribbon.expect_table_row_count_to_be_between", {"min_value": 1, "max_value": 14}),
        ("tag", "ribbon.expect_column_values_to_not_be_in_set", {"value_set": ["c"]}),
        *_tests_of_packages(),
        ("tag", "own_in", {"chosen": ["a", "b", "c"]}),
        ("tag", "own_in", {"chosen": ["b", "c", "ref(x"], "other": "ref('parent')"}),
    ]


def _tests_of_packages() -> list[tuple[str | None, str, dict[str, object]]]:
    """Tests of the packages in tests/other_packages: names and arguments are those of packages that people have."""
    utils = [
        ("k", "accepted_range", {"min_value": 0, "max_value": 5, "inclusive": False}),
        ("k", "expression_is_true", {"expression": "< 6"}),
        (None, "expression_is_true", {"expression": "k is null or k >= 0"}),
        ("tag", "not_empty_string", {}),
        (None, "unique_combination_of_columns", {"combination_of_columns": ["id", "k", "tag"]}),
        ("tag", "not_constant", {}),
        ("k", "at_least_one", {}),
    ]
    expectations = [
        ("k", "expect_column_values_to_not_be_null", {"row_condition": "id < 5"}),
        ("k", "expect_column_values_to_be_null", {"row_condition": "id > 20"}),
        ("k", "expect_column_values_to_be_between", {"min_value": 0, "max_value": 6, "strictly": True}),
        ("tag", "expect_column_value_lengths_to_be_between", {"min_value": 1, "max_value": 3}),
        ("tag", "expect_column_value_lengths_to_equal", {"value": 1}),
        ("tag", "expect_column_values_to_match_like_pattern", {"like_pattern": "a%"}),
        ("tag", "expect_column_values_to_not_match_like_pattern", {"like_pattern": "c%"}),
        (
            None,
            "expect_column_pair_values_A_to_be_greater_than_B",
            {"column_A": "id", "column_B": "k", "or_equal": True},
        ),
        (None, "expect_column_pair_values_to_be_equal", {"column_A": "id", "column_B": "id"}),
        ("tag", "expect_column_values_to_be_in_set", {"value_set": ["a", "b", "c", "ref(x"]}),
        ("k", "expect_column_values_to_not_be_in_set", {"value_set": [6, 9], "quote_values": False}),
        ("k", "expect_column_values_to_be_unique", {}),
        (None, "expect_compound_columns_to_be_unique", {"column_list": ["k", "tag"]}),
        (None, "expect_table_row_count_to_equal", {"value": 4}),
        (None, "expect_table_row_count_to_be_between", {"min_value": 2, "max_value": 9}),
        ("k", "expect_column_min_to_be_between", {"min_value": 0, "max_value": 2}),
        ("k", "expect_column_max_to_be_between", {"min_value": 2, "max_value": 6}),
        ("k", "expect_column_mean_to_be_between", {"min_value": 1, "max_value": 4}),
        ("amount", "expect_column_sum_to_be_between", {"min_value": 3}),
        ("id", "expect_column_unique_value_count_to_be_between", {"min_value": 2, "max_value": 20}),
        ("k", "expect_column_values_to_be_of_type", {"column_type": "integer"}),
        ("amount", "expect_column_values_to_be_in_type_list", {"column_type_list": ["decimal(10,2)", "double"]}),
    ]
    return [(column, f"dbt_utils.{name}", arguments) for column, name, arguments in utils] + [
        (column, f"dbt_expectations.{name}", arguments) for column, name, arguments in expectations
    ]


def _configs() -> list[dict[str, object]]:
    plain: dict[str, object] = {}
    return [
        *[plain] * 4,
        {"severity": "warn"},
        {"where": "id < 6"},
        {"where": "tag is not null", "limit": 2},
        {"warn_if": ">0", "error_if": ">2"},
        {"error_if": ">3"},
        {"fail_calc": "2 * count(*)", "error_if": ">4"},
    ]
