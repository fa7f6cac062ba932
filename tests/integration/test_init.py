"""`ribbon init`: a new project, an existing one that takes Ribbon in, newer macros; a refusal changes nothing."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from ribbon.cli.main import main
from ribbon.config import ProjectPaths
from ribbon.doctor.dbt_2 import deprecated
from ribbon.scaffold.shipped import shipped_package
from ribbon.scaffold.wrappers import materializations, schema_rule
from tests.conftest import REPOSITORY, Ended, Workshop, deliver, edit, write_files


def init(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["init", *map(str, words)])


def texts(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def refused(result: Result, *told: str) -> None:
    assert result.exit_code == 2, result.output
    for text in told:
        assert text in result.output


# A new project


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """A project made in an empty folder, landed and built with plain dbt."""
    home = tmp_path_factory.mktemp("started")
    shop = Workshop(home / "My shop", home / "data", home / "target")
    (shop.project / ".git").mkdir(parents=True)
    made = init(shop.project)
    assert made.exit_code == 0, made.output
    for words in (("ribbon", "land"), ("dbt", "build")):
        ended = shop.run(*words)
        assert ended.exit_code == 0, ended.out + ended.err
    return shop


DAILY = "select order_date::varchar, order_count, unit_count, sales_usd::varchar from mart_sales.sales_daily order by 1"
SOLD = [("2026-01-05", 3, 4, "5.00"), ("2026-01-06", 2, 7, "10.40"), ("2026-01-07", 3, 9, "11.25")]


def test_a_new_project_lands_and_builds(started: Workshop) -> None:
    assert started.query(DAILY) == SOLD
    assert yaml.safe_load((started.project / "dbt_project.yml").read_text())["name"] == "my_shop"
    assert (started.project / ".gitignore").read_text().startswith("data/")
    assert not list(started.project.glob(".ribbon-*"))


def test_the_gate_of_a_new_project_holds_back_bad_data(started: Workshop) -> None:
    order = (
        "9::bigint as order_id, timestamp '2026-01-08 10:00' as ordered_at, 'apple' as item, 0.5::double as price_usd"
    )
    deliver(started, "orders_2.parquet", f"select {order}, 5000::bigint as quantity")

    ended = started.ribbon("run")

    assert ended.exit_code == 1, ended.out + ended.err
    assert "1 row in 1 new batch" in ended.out
    assert "max_value=1000" in ended.err
    assert "1 of 9 rows" in ended.err
    assert started.value("select count(*) from lake.orders") == 9
    assert started.value("select count(*) from warehouse.fct_order") == 8
    assert started.query(DAILY) == SOLD
    assert started.query(DAILY, "marts.duckdb") == SOLD


def test_this_repository_has_the_wrappers_that_a_new_project_gets() -> None:
    wrappers = REPOSITORY / "macros/project"

    assert (wrappers / "ribbon.sql").read_text() == materializations()
    assert (wrappers / "generate_schema_name.sql").read_text() == schema_rule()


@pytest.mark.parametrize("name", ["notes.txt", ".gitignore"])
def test_a_folder_that_holds_something_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")

    refused(init(tmp_path), f"{tmp_path}: is not empty: it holds {name}. Name an empty or a new folder")

    assert texts(tmp_path) == {name: b"mine"}


def test_a_project_is_not_started_over_another_one(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: theirs\n")

    refused(init(tmp_path), "is a dbt project already", "ribbon init --existing")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert "is a file" in init(tmp_path / "file").output
    result = init(tmp_path / "file/project")
    assert result.exit_code == 3
    assert "cannot be created" in result.output


# An existing project

JAFFLE = {
    "dbt_project.yml": """\
# The jaffle shop's own settings.
name: 'jaffle_shop'   # quoted, with a comment
config-version: 2
version: '1.0'
profile: 'jaffle_shop'
model-paths: ["models"]
macro-paths: ["macros"]

on-run-end:
  # theirs
  - "{{ log('their own hook', info=true) }}"

models:
  jaffle_shop:
      marts:
          materialized: table
""",
    "profiles.yml": """\
jaffle_shop:
  target: dev
  outputs:
    dev: {type: duckdb, path: "{{ env_var('RIBBON_DATA') }}/build.duckdb", schema: main, threads: 2}
""",
    "macros/cents_to_dollars.sql": "{% macro cents_to_dollars(cents) %}({{ cents }} / 100.0){% endmacro %}",
    "macros/safe_divide.sql": "{% macro safe_divide(a, b) %}({{ a }} / nullif({{ b }}, 0)){% endmacro %}\n",
    "seeds/raw_customers.csv": "id,first_name\n1,Michael\n2,Shawn\n",
    "seeds/raw_orders.csv": "id,user_id,amount\n1,1,1000\n2,1,250\n3,2,400\n",
    "models/staging/stg_customers.sql": "select id as customer_id, first_name from {{ ref('raw_customers') }}\n",
    "models/staging/stg_orders.sql": (
        "select id as order_id, user_id as customer_id, {{ cents_to_dollars('amount') }} as amount\n"
        "from {{ ref('raw_orders') }}\n"
    ),
    "models/staging/schema.yml": """\
models:
  - name: stg_customers
    columns: [{name: customer_id, data_tests: [unique, not_null]}]
  - name: stg_orders
    columns: [{name: order_id, data_tests: [unique, not_null]}]
""",
    "models/marts/customers.sql": """\
select
    stg_customers.customer_id,
    count(*) as orders,
    {{ safe_divide('sum(amount)', 'count(*)') }} as average_amount
from {{ ref('stg_customers') }} as stg_customers
left join {{ ref('stg_orders') }} as stg_orders using (customer_id)
group by 1
""",
    "models/marts/orders.sql": "select * from {{ ref('stg_orders') }}\n",
    "models/marts/report.sql": "select count(*) as orders from {{ ref('orders') }}\n",
    "models/marts/schema.yml": """\
models:
  - name: customers
    columns: [{name: customer_id, data_tests: [unique, not_null]}]
  - name: orders
    columns:
      - name: order_id
        data_tests: [unique, not_null]
      - name: customer_id
        data_tests:
          - not_null
          - relationships: {arguments: {to: ref('stg_customers'), field: customer_id}}
""",
}


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A jaffle shop that knows nothing of Ribbon."""
    folder = tmp_path / "jaffle"
    write_files(folder, JAFFLE)
    return folder


@pytest.fixture(scope="module")
def adopted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workshop, Result, Ended]:
    """A jaffle shop that was built, took Ribbon in, and was built again."""
    home = tmp_path_factory.mktemp("adopted")
    (home / "data").mkdir()
    shop = Workshop(home / "jaffle", home / "data", home / "target")
    write_files(shop.project, JAFFLE)
    assert shop.dbt("build", "--quiet").exit_code == 0
    result = init("--existing", shop.project)
    assert result.exit_code == 0, result.output
    return shop, result, shop.dbt("build")


def test_an_existing_project_is_built_as_before(adopted: tuple[Workshop, Result, Ended]) -> None:
    shop, result, ended = adopted

    assert ended.exit_code == 0, ended.out
    assert "their own hook" in ended.out
    now = texts(shop.project)
    changed = {name for name, text in JAFFLE.items() if now[name] != text.encode()}
    assert changed == set()
    came = {name for name in now.keys() - JAFFLE.keys() if not name.startswith(("packages/ribbon/", "dbt_packages/"))}
    assert came - {".user.yml"} == {"packages.yml", "macros/ribbon.sql"}
    assert shop.query("select table_name from duckdb_tables() where schema_name = 'main' order by 1") == [
        (name,) for name in ("customers", "orders", "raw_customers", "raw_orders", "report")
    ]
    assert "macros/ribbon.sql: puts the gate into dbt's materializations" in result.output
    assert "dbt build" in result.output


def test_the_tests_of_an_existing_project_gate_its_models(adopted: tuple[Workshop, Result, Ended]) -> None:
    shop = adopted[0]
    edit(shop, "seeds/raw_orders.csv", "3,2,400", "3,2,400\n3,2,400")

    ended = shop.dbt("run", "--select", "marts")
    assert ended.exit_code == 0, ended.out
    assert shop.dbt("seed", "--quiet").exit_code == 0
    ended = shop.dbt("run", "--select", "marts")

    assert ended.exit_code == 1, ended.out
    assert "main.orders was not replaced: 1 of 4 expectations failed" in ended.out
    assert "SKIP relation main.report" in ended.out
    assert shop.value("select count(*) from main.orders") == 3
    assert shop.value("select orders from main.report") == 3


def test_status_finds_the_runs_of_an_existing_project(adopted: tuple[Workshop, Result, Ended]) -> None:
    ended = adopted[0].ribbon("status", "--json")

    assert ended.json["runs"], ended.out
    commands = [run["command"] for run in ended.json["runs"]]
    assert set(commands) - {"build", "run", "seed"} == set()
    assert "build" in commands


def test_doctor_finds_an_existing_project_well(adopted: tuple[Workshop, Result, Ended]) -> None:
    shop = adopted[0]

    text, ended = shop.ribbon("doctor"), shop.ribbon("doctor", "--json")

    assert text.exit_code == 0, text.out + text.err
    assert "9 of 10 tests run before readers see the table" in text.out
    assert "relationships_orders_customer_id__customer_id__ref_stg_customers_" in text.out
    assert "**/marts/<use_case>, a common layout" in text.out
    assert f"target dev: 3 marts to {shop.data / 'marts.duckdb'}" in text.out
    assert "main_ribbon: last run" in text.out
    assert text.out.endswith("Verdict\n  The gate works.\n")
    assert ended.json["works"] is True
    assert ended.json["findings"] == []
    assert ended.json["dbt_2"] == {"runs_on_dbt_2": False, "obstacles": []}
    assert [group["count"] for group in ended.json["gate"]["ungated"]] == [1]
    assert {each["model"] for each in ended.json["layers"]["breaches"]} == {"customers", "orders", "report"}
    assert ended.json["wrappers_and_hooks"]["hooks"] == [
        f"operation.ribbon.ribbon-on-run-{end}-0" for end in ("start", "end")
    ]


@pytest.mark.dbt1
def test_what_dbt_1_calls_deprecated_keeps_a_project_from_dbt_2(tmp_path: Path) -> None:
    tests = "[accepted_values: {values: [1]}]"
    contract = f"models: [{{name: m, columns: [{{name: id, data_tests: {tests}}}]}}]\n"
    profile = "p: {target: d, outputs: {d: {type: duckdb, path: a.duckdb}}}\n"
    files = {"dbt_project.yml": "name: p\nprofile: p\n", "profiles.yml": profile, "models/m.sql": "select 1 as id\n"}
    write_files(tmp_path, {**files, "models/m.yml": contract})

    told = deprecated(ProjectPaths.find(tmp_path, None))

    assert [(each.where, each.what) for each in told] == [
        ("models/m.yml", "arguments of a test that are not under `arguments`")
    ]


def test_an_existing_project_publishes_its_marts_wherever_its_profile_builds(tmp_path: Path) -> None:
    shop = Workshop(tmp_path / "jaffle", tmp_path / "data", tmp_path / "target")
    write_files(shop.project, JAFFLE)
    edit(shop, "profiles.yml", "{{ env_var('RIBBON_DATA') }}/build.duckdb", "warehouse/shop.duckdb")
    (shop.project / "warehouse").mkdir()
    assert init("--existing", shop.project).exit_code == 0
    assert shop.dbt("build", "--quiet").exit_code == 0

    published, status = shop.ribbon("publish", "--json"), shop.ribbon("status", "--json")

    assert published.exit_code == 0, published.err
    assert published.json["publish"]["rows"] == {"main.customers": 2, "main.orders": 3, "main.report": 1}
    assert shop.query("select orders from main.report", "marts.duckdb") == [(3,)]
    assert status.exit_code == 0, status.err
    assert {run["command"] for run in status.json["runs"]} == {"build"}
    assert status.json["checks"]["passed"] > 0

    text = (shop.project / "dbt_project.yml").read_text()
    write_files(
        shop.project, {"dbt_project.yml": text + "vars: {ribbon: {layers: {mart: 'tag:none', warehouse: marts}}}\n"}
    )
    without = shop.ribbon("publish")
    assert without.exit_code == 2
    assert "no model is a mart, so nothing is published and readers keep what they have" in without.err
    assert shop.query("select orders from main.report", "marts.duckdb") == [(3,)]

    write_files(
        shop.project, {"dbt_project.yml": text + "vars: {ribbon: {layers: {mart: marts/report, warehouse: marts}}}\n"}
    )
    fewer = shop.ribbon("publish", "--json")
    assert fewer.exit_code == 0, fewer.err
    assert fewer.json["publish"]["rows"] == {"main.report": 1}
    assert "no longer published: main.customers; it is not a mart any more" in fewer.json["warnings"]


def test_a_target_that_is_no_production_target_of_an_existing_project_publishes_nothing(tmp_path: Path) -> None:
    shop = Workshop(tmp_path / "jaffle", tmp_path / "data", tmp_path / "target")
    shop.data.mkdir()
    write_files(shop.project, JAFFLE)
    with (shop.project / "dbt_project.yml").open("a") as file:
        file.write("vars: {production_targets: [live]}\n")
    assert init("--existing", shop.project).exit_code == 0
    assert shop.dbt("build", "--quiet").exit_code == 0

    ended = shop.ribbon("publish")

    assert ended.exit_code == 2
    assert "it is none of the production targets (live)" in ended.err
    assert not (shop.data / "marts.duckdb").exists()


def test_taking_ribbon_in_twice_changes_nothing(theirs: Path) -> None:
    assert init("--existing", theirs).exit_code == 0
    before = texts(theirs)

    again = init("--existing", theirs)

    assert again.exit_code == 0
    assert "Nothing to do" in again.output
    assert texts(theirs) == before


def test_a_fresh_clone_gets_the_package_from_dbt_deps(theirs: Path, tmp_path: Path) -> None:
    assert init("--existing", theirs).exit_code == 0
    (theirs / "dbt_packages/ribbon").unlink()
    (tmp_path / "data").mkdir()
    clone = Workshop(theirs, tmp_path / "data", tmp_path / "target")

    ended = clone.ribbon("build")

    assert ended.exit_code == 0, ended.out + ended.err
    assert (theirs / "dbt_packages/ribbon/dbt_project.yml").is_file()


@pytest.mark.parametrize(
    ("files", "listing", "expected"),
    [
        ({}, "packages.yml", ["packages/ribbon"]),
        (
            {"packages.yml": "packages:\n- package: a/b # why\n  version: 1.0.0\n"},
            "packages.yml",
            ["a/b", "packages/ribbon"],
        ),
        ({"packages.yml": "packages: [{package: a/b, version: 1.0.0}]"}, "packages.yml", ["a/b", "packages/ribbon"]),
        ({"packages.yml": "# none yet\n"}, "packages.yml", ["packages/ribbon"]),
        ({"packages.yml": "packages:\n"}, "packages.yml", ["packages/ribbon"]),
        ({"packages.yml": "packages: []\r\n"}, "packages.yml", ["packages/ribbon"]),
        (
            {"dependencies.yml": "projects: [{name: up}]\npackages:\n  - {package: a/b, version: 1.0.0}\n"},
            "dependencies.yml",
            ["a/b", "packages/ribbon"],
        ),
        ({"dependencies.yml": "projects: [{name: up}]\n"}, "packages.yml", ["packages/ribbon"]),
        (
            {"packages.yml": "# moved\n", "dependencies.yml": "packages: [{package: a/b, version: 1.0.0}]\n"},
            "dependencies.yml",
            ["a/b", "packages/ribbon"],
        ),
    ],
)
def test_the_package_is_listed_where_the_project_lists_its_packages(
    theirs: Path, files: dict[str, str], listing: str, expected: list[str]
) -> None:
    write_files(theirs, files)

    assert init("--existing", theirs).exit_code == 0

    text = (theirs / listing).read_bytes().decode()
    entries = yaml.safe_load(text)["packages"]
    assert [entry.get("package") or entry["local"] for entry in entries] == expected
    assert all(comment in text for comment in ("# why", "# none yet") if comment in files.get(listing, ""))
    assert {name: (theirs / name).read_text() for name in files if name != listing} == {
        name: text for name, text in files.items() if name != listing
    }


def test_a_package_that_comes_from_elsewhere_is_not_copied(theirs: Path) -> None:
    git = "packages:\n  - {git: 'https://example.com/ribbon.git', subdirectory: macros/ribbon, revision: '0.2.0'}\n"
    write_files(theirs, {"packages.yml": git})

    done = init("--existing", theirs)

    assert done.exit_code == 0, done.output
    assert not (theirs / "packages").exists()
    assert (theirs / "macros/ribbon.sql").is_file()
    assert (theirs / "packages.yml").read_text() == git
    refused(init("--upgrade", theirs), "packages.yml: the package is not taken from packages/ribbon", "dbt deps")


def test_the_package_can_come_from_git(theirs: Path, tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "macros/ribbon", tmp_path / "origin/macros/ribbon")
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false")
    for words in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "-m", "The package"), ("tag", "v0")):
        subprocess.run([shutil.which("git") or "git", *who, *words], cwd=tmp_path / "origin", check=True)
    entry = f"{{git: 'file://{tmp_path / 'origin'}', subdirectory: macros/ribbon, revision: v0}}"
    write_files(theirs, {"packages.yml": f"packages:\n  - {entry}\n"})
    (tmp_path / "data").mkdir()
    shop = Workshop(theirs, tmp_path / "data", tmp_path / "target")

    assert init("--existing", theirs).exit_code == 0
    deps, built = shop.dbt("deps"), shop.dbt("build")

    assert deps.exit_code == 0, deps.out
    assert built.exit_code == 0, built.out
    assert shop.value("select count(*) from main_ribbon.expectation_results where gated") > 0


def test_a_materialization_of_their_own_stays_and_has_no_gate(theirs: Path, tmp_path: Path) -> None:
    body = "{{ return(dbt.materialization_view_default()) }}"
    own = f"{{% materialization view, adapter='duckdb' %}}{body}{{% endmaterialization %}}\n"
    write_files(theirs, {"macros/view.sql": own})
    (tmp_path / "data").mkdir()
    shop = Workshop(theirs, tmp_path / "data", tmp_path / "target")
    edit(shop, "models/marts/report.sql", "select", "{{ config(materialized='view') }}\nselect")
    edit(
        shop,
        "models/marts/schema.yml",
        "models:\n",
        "models:\n  - name: report\n    columns: [{name: orders, data_tests: [unique]}]\n",
    )

    done = init("--existing", theirs)

    assert done.exit_code == 0, done.output
    assert "macros/view.sql: is the project's own materialization view, which has no gate." in done.output
    assert shop.dbt("build").exit_code == 0
    recorded = "select node_id, reason from main_ribbon.expectation_results where not gated"
    assert set(shop.query(recorded)) >= {("model.jaffle_shop.report", "the materialization view is not gated")}
    assert (
        shop.value("select count(*) from main_ribbon.expectation_results where gated and node_id like '%.orders'") == 3
    )


def test_a_materialization_of_their_own_for_all_adapters_stays_too(theirs: Path) -> None:
    body = "{{ return(dbt.materialization_view_default()) }}"
    write_files(theirs, {"macros/view.sql": f"{{% materialization view, default %}}{body}{{% endmaterialization %}}\n"})

    done = init("--existing", theirs)

    assert "macros/view.sql: is the project's own materialization view, which has no gate." in done.output
    assert "materialization view" not in (theirs / "macros/ribbon.sql").read_text()
    assert "materialization table, adapter='duckdb'" in (theirs / "macros/ribbon.sql").read_text()


def test_a_package_that_was_lost_comes_back(theirs: Path) -> None:
    assert init("--existing", theirs).exit_code == 0
    shutil.rmtree(theirs / "packages")
    refused(init("--upgrade", theirs), "packages/ribbon: Ribbon's package is missing", "ribbon init --existing")

    assert init("--existing", theirs).exit_code == 0

    assert (theirs / "packages/ribbon/dbt_project.yml").is_file()


def test_a_file_in_the_way_of_the_wrappers_is_left_alone(theirs: Path) -> None:
    write_files(theirs, {"macros/ribbon.sql": "{% macro theirs() %}{% endmacro %}\n"})
    before = texts(theirs)

    refused(init("--existing", theirs), "macros/ribbon.sql: Ribbon's wrappers go there. Rename your file")

    assert texts(theirs) == before


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "there is no dbt_project.yml"),
        ({"dbt_project.yml": "name: ["}, "invalid YAML"),
        ({"dbt_project.yml": "profile: x\n"}, "`name` is missing"),
        (
            {"dbt_project.yml": "name: x\n", "packages.yml": "base: &b [{package: a/b}]\npackages: *b\n"},
            "cannot be added safely",
        ),
        ({"dbt_project.yml": "name: x\n", "packages.yml": "packages: ["}, "invalid YAML"),
        (
            {"dbt_project.yml": "name: x\npackages-install-path: packages\n"},
            "would put a link where the package itself",
        ),
        ({"dbt_project.yml": "name: ribbon\n"}, "a project cannot have the name of the package"),
        (
            {"dbt_project.yml": "name: x\nmacro-paths: [macros, '.']\n"},
            "macro-paths: . would make dbt read the package",
        ),
        ({"dbt_project.yml": "name: x\nmodel-paths: [packages]\n"}, "model-paths: packages would make dbt read"),
    ],
)
def test_a_project_that_cannot_be_added_to_is_left_alone(tmp_path: Path, files: dict[str, str], told: str) -> None:
    write_files(tmp_path, files)
    before = texts(tmp_path)

    refused(init("--existing", tmp_path), str(tmp_path), told)

    assert texts(tmp_path) == before


def test_bare_names_stand_for_those_of_the_package(theirs: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    shop = Workshop(theirs, tmp_path / "data", tmp_path / "target")
    edit(
        shop,
        "models/marts/schema.yml",
        "  - name: customers\n",
        "  - name: customers\n    data_tests: [expect_grain: {arguments: {columns: [customer_id]}}]\n",
    )
    edit(shop, "models/marts/orders.sql", "select *", "select *, {{ ratio('amount', 2) }} as half")

    done = init("--existing", "--bare-names", theirs)

    assert done.exit_code == 0, done.output
    assert "macros/ribbon_names.sql: gives expectations and macros of the package their bare names." in done.output
    ended = shop.dbt("build")
    assert ended.exit_code == 0, ended.out
    results = "select expectation, gated, status from main_ribbon.expectation_results where expectation like 'expect%'"
    assert shop.query(results) == [("expect_grain", True, "pass")]
    assert shop.query("select half::double from main.orders order by order_id") == [(5.0,), (1.25,), (2.0,)]
    again = init("--existing", "--bare-names", theirs)
    assert "Nothing to do" in again.output


def test_bare_names_that_come_later_are_upgraded_too(theirs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert init("--existing", theirs).exit_code == 0
    assert init("--existing", "--bare-names", theirs).exit_code == 0
    assert "nothing changed" in init("--upgrade", theirs).output
    monkeypatch.setattr("ribbon.scaffold.wrappers.HEAD_OF_NAMES", "{#- Newer names. -#}\n")

    assert init("--upgrade", theirs).exit_code == 0

    assert (theirs / "macros/ribbon_names.sql").read_text().startswith("{#- Newer names. -#}")


def test_history_goes_on_under_new_ids(theirs: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    shop = Workshop(theirs, tmp_path / "data", tmp_path / "target")
    grain = "    data_tests: [expect_grain: {arguments: {columns: [customer_id]}}]\n"
    edit(shop, "models/marts/schema.yml", "  - name: customers\n", f"  - name: customers\n{grain}")
    assert init("--existing", "--bare-names", theirs).exit_code == 0
    assert shop.dbt("build").exit_code == 0
    ids = "select distinct {} from main_ribbon.{} where {} not like 'operation.%' order by 1"
    tables = {
        "expectation_results": ("test_id", "node_id"),
        "column_profiles": ("node_id",),
        "node_runs": ("unique_id",),
    }

    (theirs / "macros/ribbon_names.sql").unlink()
    edit(shop, "models/marts/schema.yml", "expect_grain", "ribbon.expect_grain")
    edit(shop, "dbt_project.yml", "name: 'jaffle_shop'", "name: 'jaffle'")
    assert shop.dbt("build").exit_code == 0

    manifest = json.loads((shop.target / "manifest.json").read_text())
    for table, columns in tables.items():
        for column in columns:
            found = {row[0] for row in shop.query(ids.format(column, table, column))}
            assert found <= manifest["nodes"].keys(), (table, column)
            assert found
    runs = "select count(distinct run_id) from main_ribbon.expectation_results where expectation = 'expect_grain'"
    assert shop.value(runs) == 2


# Newer packages


def test_an_upgrade_with_the_same_version_changes_nothing(theirs: Path) -> None:
    init("--existing", theirs)
    before = texts(theirs)

    done = init("--upgrade", theirs)

    assert done.exit_code == 0, done.output
    assert "nothing changed" in done.output
    assert texts(theirs) == before


def test_an_upgrade_brings_what_is_newer_and_says_so(theirs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    init("--existing", theirs)
    newer = shipped_package() | {"gate/new.sql": "{#- New. -#}\n"}
    del newer["lake/latest_batch.sql"]
    monkeypatch.setattr("ribbon.scaffold.upgrading.shipped_package", lambda: newer)
    monkeypatch.setattr("ribbon.cli.init.__version__", "0.3.0")
    monkeypatch.setattr("ribbon.scaffold.wrappers.HEAD", "{#- A newer head. -#}\n")

    done = init("--upgrade", theirs)

    assert "packages/ribbon/: 0.2.0 → 0.3.0, 2 files changed." in done.output
    assert "macros/ribbon.sql: puts the gate into dbt's materializations." in done.output
    home = theirs / "packages/ribbon"
    assert (home / "gate/new.sql").exists()
    assert not (home / "lake/latest_batch.sql").exists()
    assert (theirs / "macros/ribbon.sql").read_text().startswith("{#- A newer head. -#}")
    assert not list(theirs.glob(".ribbon-*"))


def test_an_upgrade_takes_out_a_hook_that_the_package_has_no_more(theirs: Path) -> None:
    init("--existing", theirs)
    project = theirs / "dbt_project.yml"
    before = project.read_text()
    project.write_text(f'{before}on-run-start:\n  - "{{{{ ribbon.check_gate() }}}}"\n  - "select 1"\n')

    done = init("--upgrade", theirs)

    assert "dbt_project.yml" in done.output
    assert project.read_text() == f'{before}on-run-start:\n  - "select 1"\n'


def test_a_wrapper_that_was_edited_stays(theirs: Path) -> None:
    init("--existing", theirs)
    mine = "{#- mine -#}\n" + (theirs / "macros/ribbon.sql").read_text()
    (theirs / "macros/ribbon.sql").write_text(mine)

    done = init("--upgrade", theirs)

    assert "macros/ribbon.sql: edited by hand, so it stays as it is" in done.output
    assert (theirs / "macros/ribbon.sql").read_text() == mine
    assert "macros/ribbon.sql: edited by hand" in init("--upgrade", theirs).output

    (theirs / "macros/ribbon.sql").unlink()
    assert "macros/ribbon.sql: puts the gate" in init("--upgrade", theirs).output
    assert (theirs / "macros/ribbon.sql").read_text() == materializations()


def test_an_upgrade_refuses_to_overwrite_edits_until_it_is_told_to(theirs: Path) -> None:
    init("--existing", theirs)
    home = theirs / "packages/ribbon"
    (home / "gate/gate.sql").write_text("{#- mine -#}\n")
    (home / "lake/latest_batch.sql").unlink()
    (home / "own.sql").write_text("{#- mine too -#}\n")
    before = texts(theirs)

    refused(init("--upgrade", theirs), "gate/gate.sql, lake/latest_batch.sql, own.sql: edited by hand", "--force")
    assert texts(theirs) == before

    done = init("--upgrade", "--force", theirs)
    assert done.exit_code == 0, done.output
    assert "overwritten: gate/gate.sql" in done.output
    assert (home / "gate/gate.sql").read_text() == shipped_package()["gate/gate.sql"]
    assert not (home / "own.sql").exists()


def test_an_upgrade_that_fails_half_way_leaves_the_old_package(theirs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    init("--existing", theirs)
    (theirs / "packages/ribbon/own.sql").write_text("")
    before = texts(theirs)
    rename = Path.rename

    def fail_to_place(self: Path, target: Path) -> Path:
        if self.name == "package":
            raise OSError(28, "No space left on device", str(target))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_to_place)
    done = init("--upgrade", "--force", theirs)

    assert done.exit_code == 3
    assert "No space left on device. Nothing was changed" in done.output
    assert texts(theirs) == before


def test_there_is_nothing_to_upgrade_without_ribbon(theirs: Path) -> None:
    refused(init("--upgrade", theirs), "packages/ribbon: Ribbon's package is missing", "ribbon init --existing")


def test_options_that_do_not_go_together(theirs: Path) -> None:
    refused(init("--upgrade", "--existing", theirs), "exclude each other")
    refused(init("--force", theirs), "--force works only with --upgrade")
    refused(init("--bare-names", theirs), "--bare-names works only with --existing")


# The wheel


def test_an_installed_wheel_carries_all_that_init_needs(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    wheels, site = tmp_path / "wheels", tmp_path / "site"
    subprocess.run([*pip, "wheel", str(REPOSITORY), "--no-deps", "--wheel-dir", str(wheels)], check=True)
    (wheel,) = wheels.glob("dbt_ribbon-*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(site), str(wheel)], check=True)
    program = "import ribbon; assert '/site/' in ribbon.__file__; from ribbon.cli.main import main; main()"

    done = subprocess.run(
        [sys.executable, "-c", program, "init", str(tmp_path / "shop")],
        check=False,
        env=os.environ | {"PYTHONPATH": str(site)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    package = {name: text.encode() for name, text in shipped_package().items()}
    came = texts(tmp_path / "shop/packages/ribbon")
    assert {name: text for name, text in came.items() if name != "VERSION.json"} == package
    assert (tmp_path / "shop/files/orders.parquet").exists()
