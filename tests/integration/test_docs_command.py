"""`ribbon docs`: on the reference project, and on a dbt project that knows nothing of Ribbon."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from ribbon.config import ProjectPaths
from ribbon.project import read_project
from tests.conftest import Workshop, edit, write_files
from tests.foreign_projects import compile_project, copy_of
from tests.once import Once

FOREIGN = {
    "dbt_project.yml": "name: shop\nprofile: shop\nversion: '1.0'\n",
    "profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n",
    "models/schema.yml": """
sources:
  - name: crm
    schema: raw
    tables:
      - name: orders
        description: "One row per order. <script>alert('no')</script>"
        columns:
          - {name: id, data_type: bigint}
          - {name: amount, data_type: 'decimal(12, 2)'}
models:
  - name: revenue
    columns:
      - name: total
        data_tests: [not_null]
exposures:
  - name: board
    type: dashboard
    owner: {name: Finance, email: finance@example.com}
    depends_on: [ref('revenue')]
""",
    "models/staging/stg_orders.sql": "select id as order_id, amount from {{ source('crm', 'orders') }}\n",
    "models/marts/finance/revenue.sql": "select sum(amount) as total from {{ ref('stg_orders') }}\n",
}


@pytest.fixture(scope="module")
def foreign_once(once: Once) -> Path:
    """A plain dbt project, compiled by dbt."""
    return once.folder("foreign_for_docs", lambda folder: compile_project(folder, FOREIGN))


@pytest.fixture
def foreign(foreign_once: Path, tmp_path: Path) -> Workshop:
    """The same, as a copy that a test may change."""
    return copy_of(foreign_once, tmp_path / "foreign")


@pytest.fixture(scope="module")
def reference(built: Workshop) -> Path:
    """The site that the main job wrote for this project; tests only look at it."""
    return built.data / "site"


def links_of(page: Path) -> set[Path]:
    """The files that a page loads or leads to."""
    found = re.findall(r'(?:href|src)="([^"#?]+)', page.read_text())
    return {(page.parent / target).resolve() for target in found if ":" not in target}


def test_the_main_job_leaves_a_page_for_every_relation(reference: Path, built: Workshop) -> None:
    project = read_project(ProjectPaths(built.project, built.data), built.target)

    assert {page.stem for page in (reference / "relation").glob("*.html")} == set(project.labels.values())
    assert len(project.labels) > 30
    use_cases = {placement.use_case for placement in project.placements.values()} - {None}
    assert {page.stem for page in (reference / "use").glob("*.html")} == use_cases


def test_no_link_of_the_site_leads_nowhere(reference: Path) -> None:
    pages = list(reference.rglob("*.html"))
    broken = {(page.name, str(link)) for page in pages for link in links_of(page) if not link.exists()}

    assert broken == set()


def test_a_page_joins_what_is_documented_traced_promised_and_measured(reference: Path) -> None:
    page = (reference / "relation/mart.store_daily.html").read_text()
    text = re.sub(r"<[^>]+>|\s+", " ", page)

    for part in (
        "One row per store and local day",
        "Sales analytics",
        "SUM(net_sales_usd)",
        "warehouse.fct_basket",
        "promises",
    ):
        assert part.lower() in text.lower() or part in page.replace("<wbr>", ""), part


def test_of_a_restricted_column_only_what_its_contract_says_is_in_the_site(built: Workshop, reference: Path) -> None:
    ages = {row[0] for row in built.query("select distinct age from lake.demographics where age is not null")}
    pages = [
        (reference / f"relation/{name}.html").read_text() for name in ("lake.demographics", "warehouse.dim_household")
    ]
    measured = "".join(
        re.sub(r'<span class="words">.*?</span>|<details.*?</details>', "", page, flags=re.S) for page in pages
    )

    assert ages
    assert {age for age in ages if f">{age}<" in measured} == set()


def test_on_an_unchanged_project_nothing_is_run_and_nothing_written(copy_of_built: Workshop) -> None:
    first = copy_of_built.ribbon("docs", "--json")
    site = copy_of_built.data / "site"
    before = {path: path.stat().st_mtime_ns for path in site.rglob("*")}

    second = copy_of_built.ribbon("docs", "--json")

    assert (first.exit_code, second.exit_code) == (0, 0), first.err + second.err
    assert (second.json["site"]["made"], second.json["site"]["written"]) == (0, 0)
    assert {path: path.stat().st_mtime_ns for path in site.rglob("*")} == before


def test_a_model_that_changed_is_compiled_and_its_page_says_so(mini_built: Workshop) -> None:
    model = sorted((mini_built.project / "models/mart").rglob("*.sql"))[0]
    unchanged = mini_built.ribbon("docs", "--json")
    model.write_text(model.read_text() + "\n-- looked at again\n")
    os.utime(model, (0, 0))  # an old date hides nothing

    ended = mini_built.ribbon("docs", "--json")

    assert (unchanged.exit_code, ended.exit_code) == (0, 0), unchanged.err + ended.err
    assert unchanged.json["site"]["made"] == 0
    assert ended.json["site"]["made"] == 2  # the incremental model too, whose compiled SQL is another by now
    page = mini_built.data / f"site/relation/mart.{model.stem}.html"
    assert "looked at again" in page.read_text()
    assert "SQL changed" in page.read_text()


def test_a_model_that_was_deleted_loses_its_page(mini_built: Workshop) -> None:
    write_files(mini_built.project, {"models/mart/sales/gone.sql": "select 1 as one\n"})
    first = mini_built.ribbon("docs", "--json")
    page = mini_built.data / "site/relation/mart.gone.html"
    assert page.is_file(), first.err
    (mini_built.project / "models/mart/sales/gone.sql").unlink()

    ended = mini_built.ribbon("docs", "--json")

    assert ended.exit_code == 0, ended.err
    assert not page.exists()


def test_any_dbt_project_gets_a_site_from_its_artifacts_alone(foreign: Workshop) -> None:
    (foreign.project / "profiles.yml").unlink()  # dbt could not run here

    ended = foreign.ribbon("docs")

    assert ended.exit_code == 0, ended.err
    assert "target/ribbon/site/index.html: 3 relations, 3 pages rebuilt" in ended.out
    site = foreign.target / "ribbon/site"
    page = (site / "relation/mart.revenue.html").read_text()
    assert "SUM(amount)" in page
    assert "finance@example.com" in page
    assert not foreign.data.exists()
    broken = {str(link) for each in site.rglob("*.html") for link in links_of(each) if not link.exists()}
    assert broken == set()


def test_a_script_in_a_description_stays_text(foreign: Workshop) -> None:
    foreign.ribbon("docs")

    written = [path.read_text() for path in (foreign.target / "ribbon/site").rglob("*.html")]

    assert sum("alert(" in page for page in written) >= 1
    assert not [page for page in written if "<script>alert" in page]


def test_models_that_changed_since_dbt_compiled_are_named(foreign: Workshop) -> None:
    edit(foreign, "models/marts/finance/revenue.sql", "sum", "avg")
    later = (foreign.target / "manifest.json").stat().st_mtime + 10
    os.utime(foreign.project / "models/marts/finance/revenue.sql", (later, later))

    ended = foreign.ribbon("docs")

    assert ended.exit_code == 0
    assert "Changed since dbt compiled, and shown as before: mart.revenue. Run `dbt compile`." in ended.err


def test_the_site_goes_where_it_is_asked_to(foreign: Workshop, tmp_path: Path) -> None:
    ended = foreign.ribbon("docs", "--output", str(tmp_path / "public"))

    assert ended.exit_code == 0, ended.err
    assert (tmp_path / "public/index.html").is_file()
    assert not (foreign.target / "ribbon/site").exists()


def test_a_folder_of_something_else_is_left_alone(foreign: Workshop) -> None:
    ended = foreign.ribbon("docs", "--output", "models")

    assert ended.exit_code == 2
    assert "models: is not a site of Ribbon's" in ended.err
    assert (foreign.project / "models/schema.yml").is_file()


def test_without_artifacts_it_says_what_to_run(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: shop\n")
    ended = Workshop(tmp_path, tmp_path / "data", tmp_path / "target").ribbon("docs")

    assert ended.exit_code == 2
    assert "manifest.json" in ended.err
    assert "dbt compile" in ended.err


def test_a_broken_artifact_is_named(foreign: Workshop) -> None:
    (foreign.target / "manifest.json").write_text("{")

    ended = foreign.ribbon("docs")

    assert ended.exit_code == 2
    assert "manifest.json: is corrupt" in ended.err


def test_a_site_that_cannot_be_written_says_so(foreign: Workshop) -> None:
    (foreign.target / "ribbon").mkdir(exist_ok=True)
    (foreign.target / "ribbon/site").write_text("a file in the way")

    ended = foreign.ribbon("docs")

    assert ended.exit_code == 3
    assert "site: cannot be created" in ended.err


def test_it_runs_without_dbt_and_great_expectations(foreign: Workshop) -> None:
    listing = (
        "import atexit, sys; atexit.register(lambda: print('LOADED', *sys.modules))\n"
        "sys.argv = ['ribbon', 'docs']; from ribbon.cli.main import main; main()"
    )
    command = [*foreign.command("ribbon")[:1], "-c", listing]
    done = subprocess.run(
        command, cwd=foreign.project, env=foreign.environment, capture_output=True, text=True, check=True
    )

    loaded = {module.split(".")[0] for module in done.stdout.split("LOADED")[1].split()}
    assert loaded & {"dbt", "great_expectations", "pandas"} == set()
