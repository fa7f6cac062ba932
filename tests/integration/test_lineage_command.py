"""`ribbon lineage`: on the reference project, and on a dbt project that knows nothing of Ribbon."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Workshop, edit
from tests.foreign_projects import compile_project, copy_of
from tests.once import Once

FOREIGN = {
    "dbt_project.yml": "name: shop\nprofile: shop\nversion: '1.0'\n",
    "profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n",
    "models/staging/schema.yml": """
sources:
  - name: crm
    schema: raw
    tables:
      - name: orders
        columns:
          - {name: id, data_type: bigint}
          - {name: amount, data_type: 'decimal(12, 2)'}
          - {name: email, data_type: varchar, config: {meta: {restricted: true}}}
          - {name: ordered_on, data_type: date}
          - {name: is_test, data_type: boolean}
""",
    "models/staging/stg_orders.sql": """
select id as order_id, amount, lower(email) as contact, ordered_on, current_date as read_on
from {{ source('crm', 'orders') }}
where not is_test
""",
    "models/marts/revenue.sql": """
select ordered_on as day, sum(amount) as revenue, count(*) as orders, max(contact) as last_contact
from {{ ref('stg_orders') }}
group by ordered_on
""",
    "models/marts/uses.yml": """
exposures:
  - name: board
    type: dashboard
    owner: {name: Finance, email: finance@example.com}
    depends_on: [ref('revenue')]
""",
}


@pytest.fixture(scope="module")
def reference(compiled: Workshop) -> Workshop:
    """This project, built on the sample; tests only look at it."""
    return compiled


@pytest.fixture(scope="module")
def foreign_once(once: Once) -> Path:
    """A plain dbt project, compiled by dbt."""
    return once.folder("foreign_for_lineage", lambda folder: compile_project(folder, FOREIGN))


@pytest.fixture
def foreign(foreign_once: Path, tmp_path: Path) -> Workshop:
    """The same, as a copy that a test may change."""
    return copy_of(foreign_once, tmp_path / "foreign")


@pytest.fixture(scope="module")
def bare(foreign_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """A folder with the artifact alone; tests only look at it."""
    folder = tmp_path_factory.mktemp("bare")
    (folder / "target").mkdir()
    shutil.copy(foreign_once / "target/manifest.json", folder / "target")
    return Workshop(folder, folder / "data", folder / "target")


def test_a_figure_of_a_mart_goes_up_to_the_lake_with_kinds_and_expressions(reference: Workshop) -> None:
    told = reference.ribbon("lineage", "mart.store_daily.net_sales_usd", "--json").json

    assert told["column"] == "mart.store_daily.net_sales_usd"
    assert [(step["column"], step["kind"], step["depth"]) for step in told["steps"]] == [
        ("warehouse.fct_basket.net_sales_usd", "aggregated", 1),
        ("warehouse.basket_line_product.net_sales_usd", "aggregated", 2),
        ("warehouse.fct_basket_line.net_sales_usd", "copied", 3),
        ("warehouse.stg_complete_journey__transactions.net_sales_usd", "copied", 4),
        ("lake.transactions.sales_value", "computed", 5),
    ]
    assert told["steps"][0]["of"] == "mart.store_daily.net_sales_usd"
    assert told["steps"][0]["expressions"] == ["CAST(SUM(net_sales_usd) AS DECIMAL(14, 2))"]
    assert told["unresolved"] == []
    assert told["relations"]["lake.transactions"]["unique_id"] == "source.grocery.complete_journey.transactions"


def test_rows_are_told_apart_from_values(reference: Workshop) -> None:
    told = reference.ribbon("lineage", "mart.store_daily.net_sales_usd", "--json").json

    keys = {row["column"]: row["sources"] for row in told["rows"] if (row["role"], row["depth"]) == ("grouped by", 0)}
    assert keys == {
        "warehouse.fct_basket.store_id": ["lake.transactions.store_id"],
        "warehouse.fct_basket.sold_date": ["lake.transactions.transaction_timestamp"],
    }
    assert keys.keys().isdisjoint(step["column"] for step in told["steps"])


def test_on_the_reference_project_nothing_is_unresolved(reference: Workshop) -> None:
    ended = reference.ribbon("lineage", "--strict", "--json")

    assert ended.json["unresolved"] == []
    assert ended.exit_code == 0
    assert ended.json["relations"] == sum(layer["relations"] for layer in ended.json["layers"].values()) > 30
    assert ended.json["columns"] > 300


def test_a_source_column_goes_down_to_the_uses(reference: Workshop) -> None:
    ended = reference.ribbon("lineage", "complete_journey.transactions.sales_value", "--downstream")
    told = reference.ribbon("lineage", "lake.transactions.sales_value", "--downstream", "--json").json

    assert ended.exit_code == 0, ended.err
    assert "aggregated into mart.store_daily.net_sales_usd by CAST(SUM(net_sales_usd) AS DECIMAL(14, 2))" in ended.out
    assert "  store_sales_dashboard (dashboard, Sales analytics): values of mart.store_daily" in ended.out
    uses = {use["name"]: use for use in told["uses"]}
    assert (uses["store_sales_dashboard"]["by"], uses["store_sales_dashboard"]["use_case"]) == ("values", "sales")


def test_an_incremental_model_that_reads_itself_says_so(reference: Workshop) -> None:
    ended = reference.ribbon("lineage", "warehouse.fct_basket_line")
    told = reference.ribbon("lineage", "warehouse.fct_basket_line", "--json").json

    assert "warehouse.fct_basket_line._batch_id (itself, incremental)" in ended.out
    assert {(row["column"], row["incremental"]) for row in told["rows"]} == {
        ("warehouse.stg_complete_journey__transactions.week_start_date", False),
        ("warehouse.stg_complete_journey__transactions._batch_id", False),
        ("warehouse.fct_basket_line._batch_id", True),
    }


def test_restricted_columns_are_marked(reference: Workshop) -> None:
    ended = reference.ribbon("lineage", "demographics.age", "--downstream")

    assert ended.out.splitlines()[:4] == [
        "lake.demographics.age (restricted)",
        "└── renamed to warehouse.stg_complete_journey__demographics.age_band (restricted)",
        "    └── copied to warehouse.dim_household.age_band (restricted)",
        "        └── copied to mart.household_features.age_band (restricted)",
    ]


def test_any_dbt_project_is_walked_from_its_manifest_alone(bare: Workshop) -> None:
    ended = bare.ribbon("lineage", '"main".Revenue."LAST_CONTACT"')

    assert ended.exit_code == 0, ended.err
    assert ended.out.splitlines()[:3] == [
        "mart.revenue.last_contact (restricted)",
        "└── aggregated from warehouse.stg_orders.contact (restricted) by MAX(contact)",
        "    └── computed from lake.orders.email (restricted) by LOWER(email)",
    ]
    assert "    filtered by lake.orders.is_test: NOT is_test" in ended.out


def test_a_relation_shows_all_its_columns_with_their_sources(bare: Workshop) -> None:
    ended = bare.ribbon("lineage", "revenue")

    assert [line.split(maxsplit=1) for line in ended.out.splitlines()[1:5]] == [
        ["day", "renamed from lake.orders.ordered_on"],
        ["revenue", "aggregated from lake.orders.amount"],
        ["orders", "aggregated from no column"],
        ["last_contact", "(restricted)  aggregated from lake.orders.email (restricted)"],
    ]
    assert "grouped by warehouse.stg_orders.ordered_on" in ended.out


def test_a_relation_shows_what_its_columns_feed_and_what_nothing_reads(bare: Workshop) -> None:
    ended = bare.ribbon("lineage", "stg_orders", "--downstream")
    told = bare.ribbon("lineage", "stg_orders", "--downstream", "--json").json

    assert "aggregated into mart.revenue.revenue" in ended.out
    assert [each["column"] for each in told["columns"] if not each["readers"] and not each["rows"]] == [
        "warehouse.stg_orders.order_id",
        "warehouse.stg_orders.read_on",
    ]
    assert [use["name"] for use in told["uses"]] == ["board"]


def test_a_column_that_decides_rows_alone_reaches_a_use_by_rows(bare: Workshop) -> None:
    told = bare.ribbon("lineage", "crm.orders.is_test", "--downstream", "--json").json

    assert told["steps"] == []
    assert [(row["relation"], row["role"]) for row in told["rows"]] == [("warehouse.stg_orders", "filtered by")]
    assert told["following"] == ["mart.revenue"]
    assert [(use["name"], use["by"]) for use in told["uses"]] == [("board", "rows")]


def test_a_constant_says_what_it_is(bare: Workshop) -> None:
    ended = bare.ribbon("lineage", "stg_orders.read_on")

    assert "└── constant: CURRENT_DATE" in ended.out


def test_the_summary_counts_relations_columns_and_what_is_unresolved(bare: Workshop) -> None:
    told = bare.ribbon("lineage", "--json").json

    assert (told["relations"], told["columns"], told["unresolved"]) == (3, 14, [])
    assert told["layers"]["mart"] == {"relations": 1, "columns": 4}


def test_what_is_unresolved_is_named_with_its_reason_and_strict_ends_with_one(foreign: Workshop) -> None:
    manifest = json.loads((foreign.target / "manifest.json").read_text())
    node = manifest["nodes"]["model.shop.revenue"]
    node["compiled_code"] = node["compiled_code"].replace("max(contact)", "max(contcat)")
    (foreign.target / "manifest.json").write_text(json.dumps(manifest))

    shown, strict = foreign.ribbon("lineage"), foreign.ribbon("lineage", "--strict")
    column, other = (
        foreign.ribbon("lineage", "revenue.last_contact"),
        foreign.ribbon("lineage", "revenue.day", "--strict"),
    )

    assert (shown.exit_code, strict.exit_code, other.exit_code) == (0, 1, 0)
    assert "mart.revenue.last_contact: " in shown.out
    assert "contcat" in shown.out
    assert "mart.revenue.last_contact (restricted) (not resolved: " in column.out


def test_what_may_read_a_column_unseen_is_named_downstream(foreign: Workshop) -> None:
    manifest = json.loads((foreign.target / "manifest.json").read_text())
    manifest["nodes"]["model.shop.revenue"]["language"] = "python"
    (foreign.target / "manifest.json").write_text(json.dumps(manifest))

    ended = foreign.ribbon("lineage", "crm.orders.amount", "--downstream", "--strict")

    assert ended.exit_code == 1
    assert "  mart.revenue: It is a Python model" in ended.out


def test_a_name_that_nothing_goes_by_is_a_wrong_call_and_says_what_is_close(bare: Workshop) -> None:
    ended = bare.ribbon("lineage", "mart.revenu.day")

    assert ended.exit_code == 2
    assert "nothing is called mart.revenu.day. Similar: mart.revenue" in ended.err


def test_without_artifacts_it_says_what_to_run(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: shop\n")
    ended = Workshop(tmp_path, tmp_path / "data", tmp_path / "target").ribbon("lineage")

    assert ended.exit_code == 2
    assert "manifest.json" in ended.err
    assert "dbt compile" in ended.err


def test_another_folder_of_artifacts_is_read_where_it_is_named(bare: Workshop) -> None:
    ended = Workshop(bare.project.parent, bare.data, bare.data / "none").ribbon(
        "lineage", "revenue.day", "--project-dir", str(bare.project), "--target-path", "target"
    )

    assert ended.exit_code == 0, ended.err


def test_models_that_changed_since_dbt_compiled_are_named(foreign: Workshop) -> None:
    assert "Changed since" not in foreign.ribbon("lineage", "revenue.day").err
    edit(foreign, "models/marts/revenue.sql", "sum(amount)", "avg(amount)")
    later = (foreign.target / "manifest.json").stat().st_mtime + 10
    os.utime(foreign.project / "models/marts/revenue.sql", (later, later))

    ended = foreign.ribbon("lineage", "revenue.day")

    assert ended.exit_code == 0, ended.err
    assert "Changed since dbt compiled, and shown as before: mart.revenue. Run `dbt compile`." in ended.err


def test_layers_that_change_are_shown_as_they_are_now_and_a_pattern_that_matches_nothing_is_a_warning(
    foreign: Workshop,
) -> None:
    assert foreign.ribbon("lineage").exit_code == 0
    project = foreign.project / "dbt_project.yml"
    project.write_text(project.read_text() + "vars: {ribbon: {layers: {warehouse: marts, mart: Staging}}}\n")

    for ended in (foreign.ribbon("lineage", "warehouse.revenue"), foreign.ribbon("docs"), foreign.ribbon("evolve")):
        assert ended.exit_code == 0, ended.err
        assert ended.err.count("mart: `Staging` matches no relation. Did you mean `staging`?") == 1
        assert "Changed since" not in ended.err


def test_long_expressions_are_cut_on_the_screen_and_whole_in_the_document(foreign: Workshop) -> None:
    manifest = json.loads((foreign.target / "manifest.json").read_text())
    node = manifest["nodes"]["model.shop.revenue"]
    many = " + ".join(f"sum(amount * {number})" for number in range(60))
    node["compiled_code"] = node["compiled_code"].replace("sum(amount)", many)
    (foreign.target / "manifest.json").write_text(json.dumps(manifest))

    shown = foreign.ribbon("lineage", "revenue.revenue").out.splitlines()[1]
    told = foreign.ribbon("lineage", "revenue.revenue", "--json").json

    assert len(shown) <= 200
    assert shown.endswith("…")
    assert "* 59" in told["steps"][0]["expressions"][0]


def test_it_starts_without_dbt_and_great_expectations(bare: Workshop) -> None:
    listing = (
        "import atexit, sys; atexit.register(lambda: print('LOADED', *sys.modules))\n"
        "sys.argv = ['ribbon', 'lineage', 'revenue.day']; from ribbon.cli.main import main; main()"
    )
    command = [*bare.command("ribbon")[:1], "-c", listing]
    done = subprocess.run(command, cwd=bare.project, env=bare.environment, capture_output=True, text=True, check=True)

    loaded = {module.split(".")[0] for module in done.stdout.split("LOADED")[1].split()}
    assert loaded & {"dbt", "great_expectations", "pandas", "pyarrow"} == set()
