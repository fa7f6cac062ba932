"""`ribbon init`: a new project, an existing one that takes Ribbon in, newer macros; a refusal changes nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from ribbon.cli.main import main
from ribbon.scaffold.project_file import HOOKS, with_hooks
from ribbon.scaffold.shipped import shipped_macros
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


def test_a_new_project_has_the_hooks_of_this_one() -> None:
    ours = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text())
    text = (REPOSITORY / "src/ribbon/scaffold/templates/project/dbt_project.yml").read_text()
    new = yaml.safe_load(text.replace("@project@", "shop"))

    for key, hooks in HOOKS.items():
        assert new[key] == ours[key]
        of_layers = ("check_layers", "check_gate")  # they speak of layers, which another project need not have
        assert [hook for hook in ours[key] if not any(name in hook for name in of_layers)] == list(hooks)


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
    assert changed == {"dbt_project.yml"}
    assert {name.split("/")[0] for name in now.keys() - JAFFLE.keys()} <= {"macros", ".user.yml"}
    assert shop.query("select table_name from duckdb_tables() where schema_name = 'main' order by 1") == [
        (name,) for name in ("customers", "orders", "raw_customers", "raw_orders", "report")
    ]
    assert "left out sql/safe_divide.sql: the project has a macro of the same name" in result.output
    assert "dbt build" in result.output


def test_adding_the_hooks_leaves_every_other_byte_of_the_project_file(
    adopted: tuple[Workshop, Result, Ended],
) -> None:
    text = (adopted[0].project / "dbt_project.yml").read_text()

    added = [line for line in text.splitlines() if line not in JAFFLE["dbt_project.yml"].splitlines()]
    kept = [line for line in text.splitlines() if line not in added]
    assert kept[: len(JAFFLE["dbt_project.yml"].splitlines())] == JAFFLE["dbt_project.yml"].splitlines()
    assert added == [
        '  - "{{ record_run_end(results) }}"',
        "# Ribbon: views of the lake, and the history of runs.",
        "on-run-start:",
        '  - "{{ create_lake_views() }}"',
        '  - "{{ record_run_start() }}"',
    ]


def test_the_tests_of_an_existing_project_gate_its_models(adopted: tuple[Workshop, Result, Ended]) -> None:
    shop = adopted[0]
    edit(shop, "seeds/raw_orders.csv", "3,2,400", "3,2,400\n3,2,400")

    ended = shop.dbt("run", "--select", "marts")
    assert ended.exit_code == 0, ended.out
    assert shop.dbt("seed", "--quiet").exit_code == 0
    ended = shop.dbt("run", "--select", "marts")

    assert ended.exit_code == 1, ended.out
    assert "main.orders was not replaced: 1 of 3 expectations failed" in ended.out
    assert "SKIP relation main.report" in ended.out
    assert shop.value("select count(*) from main.orders") == 3
    assert shop.value("select orders from main.report") == 3


def test_status_finds_the_runs_of_an_existing_project(adopted: tuple[Workshop, Result, Ended]) -> None:
    ended = adopted[0].ribbon("status", "--json")

    assert ended.json["runs"], ended.out
    commands = [run["command"] for run in ended.json["runs"]]
    assert set(commands) - {"build", "run", "seed"} == set()
    assert "build" in commands


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


def test_a_macro_that_the_gate_needs_must_be_free(theirs: Path) -> None:
    write_files(theirs, {"macros/literals.sql": "{% macro sql_literal(value) %}'{{ value }}'{% endmacro %}\n"})
    before = texts(theirs)

    refused(init("--existing", theirs), "macros/literals.sql: sql_literal", "Rename or remove yours")

    assert texts(theirs) == before


def test_a_materialization_of_their_own_is_not_overridden_in_silence(theirs: Path) -> None:
    own = "{% materialization table, adapter='duckdb' %}{% endmaterialization %}\n"
    write_files(theirs, {"macros/table.sql": own})

    refused(init("--existing", theirs), "macros/table.sql: materialization_table_duckdb")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "there is no dbt_project.yml"),
        ("name: [", "invalid YAML"),
        ("profile: x\n", "`name` is missing"),
        (
            "name: x\non-run-start: |\n  select 1\nbase: &b [a]\non-run-end: *b\n",
            "cannot be added safely",
        ),
    ],
)
def test_a_project_file_that_cannot_be_added_to_is_left_alone(tmp_path: Path, text: str | None, told: str) -> None:
    if text is not None:
        (tmp_path / "dbt_project.yml").write_text(text)
    before = texts(tmp_path)

    refused(init("--existing", tmp_path), str(tmp_path), told)

    assert texts(tmp_path) == before


@pytest.mark.parametrize(
    "start",
    [
        "name: x\n",
        "name: x",
        "name: x\r\nvars: {a: 1}\r\n",
        "name: x\non-run-start:\n",
        "name: x\non-run-start: []\n",
        "name: x\non-run-start: 'a'  # why\nmodels: {}\n",
        "name: x\non-run-start: a b\nmodels: {}\n",
        "name: x\non-run-start: |\n  select 1;\n  select 2\nmodels: {}\n",
        "name: x\non-run-start: [\"a\", 'b']\nmodels: {}\n",
        "name: x\non-run-start:\n- a\n- b # why\n\n# about models\nmodels: {}\n",
        "name: x\non-run-start:\n    - |\n      a\n      b\n    - sql: c\n      transaction: false\nmodels: {}\n",
        "name: x\non-run-end:\n  - a",
    ],
)
def test_hooks_are_added_in_any_style(start: str) -> None:
    document = yaml.safe_load(start)

    text = with_hooks(start, document, Path("dbt_project.yml"))

    added = yaml.safe_load(text)
    for key, hooks in HOOKS.items():
        before = document.get(key) or []
        assert added[key] == [*(before if isinstance(before, list) else [before]), *hooks]
    assert all(comment in text for comment in ("# why", "# about models") if comment in start)
    assert with_hooks(text, added, Path("dbt_project.yml")) == text
    assert "\r\n" not in start or text.count("\n") == text.count("\r\n")


# Newer macros


def test_an_upgrade_with_the_same_version_changes_nothing(theirs: Path) -> None:
    init("--existing", theirs)
    before = texts(theirs)

    done = init("--upgrade", theirs)

    assert done.exit_code == 0, done.output
    assert "nothing changed" in done.output
    assert texts(theirs) == before


def test_an_upgrade_brings_what_is_newer_and_says_so(theirs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    init("--existing", theirs)
    newer = shipped_macros() | {"gate/new.sql": "{#- New. -#}\n"}
    del newer["lake/latest_batch.sql"]
    monkeypatch.setattr("ribbon.scaffold.upgrading.shipped_macros", lambda: newer)
    monkeypatch.setattr("ribbon.cli.init.__version__", "0.2.0")

    done = init("--upgrade", theirs)

    assert "macros/ribbon/: 0.1.0 → 0.2.0, 2 files changed." in done.output
    home = theirs / "macros/ribbon"
    assert (home / "gate/new.sql").exists()
    assert not (home / "lake/latest_batch.sql").exists()
    assert not (home / "layers/generate_schema_name.sql").exists()
    assert not (home / "sql/safe_divide.sql").exists()
    assert not list(theirs.glob(".ribbon-*"))


def test_an_upgrade_refuses_to_overwrite_edits_until_it_is_told_to(theirs: Path) -> None:
    init("--existing", theirs)
    home = theirs / "macros/ribbon"
    (home / "gate/gate.sql").write_text("{#- mine -#}\n")
    (home / "lake/latest_batch.sql").unlink()
    (home / "own.sql").write_text("{#- mine too -#}\n")
    before = texts(theirs)

    refused(init("--upgrade", theirs), "gate/gate.sql, lake/latest_batch.sql, own.sql: edited by hand", "--force")
    assert texts(theirs) == before

    done = init("--upgrade", "--force", theirs)
    assert done.exit_code == 0, done.output
    assert "overwritten: gate/gate.sql" in done.output
    assert (home / "gate/gate.sql").read_text() == shipped_macros()["gate/gate.sql"]
    assert not (home / "own.sql").exists()


def test_an_upgrade_that_fails_half_way_leaves_the_old_macros(theirs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    init("--existing", theirs)
    before = texts(theirs)
    (theirs / "macros/ribbon/own.sql").write_text("")
    rename = Path.rename

    def fail_the_second(self: Path, target: Path) -> Path:
        if self.name == "ribbon" and Path(target).name == "ribbon":
            raise OSError(28, "No space left on device", str(target))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_the_second)
    done = init("--upgrade", "--force", theirs)

    assert done.exit_code == 3
    assert "No space left on device. Nothing was changed" in done.output
    assert texts(theirs) == before | {"macros/ribbon/own.sql": b""}


def test_there_is_nothing_to_upgrade_without_ribbon(theirs: Path) -> None:
    refused(init("--upgrade", theirs), "macros/ribbon: Ribbon's macros are missing", "ribbon init --existing")


def test_options_that_do_not_go_together(theirs: Path) -> None:
    refused(init("--upgrade", "--existing", theirs), "exclude each other")
    refused(init("--force", theirs), "--force works only with --upgrade")


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
    macros = {name: text.encode() for name, text in shipped_macros().items()}
    came = texts(tmp_path / "shop/macros/ribbon")
    assert {name: text for name, text in came.items() if name != "VERSION.json"} == macros
    assert (tmp_path / "shop/files/orders.parquet").exists()
