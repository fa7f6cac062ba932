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


def drawn_project(seed: int, models: int) -> dict[str, str]:
    """Files of a project with so many models, which read nothing but `parent` and the var `load`, 0 to LOADS - 1."""
    random = Random(seed)  # noqa: S311 - drawn again from the seed
    files = {
        "macros/own_in.sql": OWN,
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
        f"{{% if var('load') | int == {load} %}}{_rows(random, amount, unique=keyed)}{{% endif %}}"
        for load in range(LOADS)
    )
    # The table of the first load decides how amounts are stored.
    stored = "{% if var('load') | int == 0 %}decimal(10, 2){% else %}" + amount + "{% endif %}"
    return (
        f"{{{{ config({_BUILDS[build]}) }}}}\n"
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
        ("tag", "own_in", {"chosen": ["a", "b", "c"]}),
        ("tag", "own_in", {"chosen": ["b", "c", "ref(x"], "other": "ref('parent')"}),
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
