"""The whole of The Complete Journey, as the package ships it. Minutes, so only where slow tests run."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.conftest import REPOSITORY, SHIPPED, Workshop
from tests.readme import shown_commands, shown_program

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Year:
    """The whole data set, after two runs of the main job, and what each of them printed."""

    workshop: Workshop
    first: str
    second: str


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    home = tmp_path_factory.mktemp("year")
    workshop = Workshop(REPOSITORY, home / "data", home / "target")
    runs = [workshop.shell("make --silent run") for _ in range(2)]
    for ended in runs:
        assert ended.exit_code == 0, ended.out + ended.err
    return Year(workshop, runs[0].out, runs[1].out)


def steady(output: str, data: Path) -> list[str]:
    """The lines of a run without what differs between two of them: seconds, and how many tests there are by now."""
    lines = output.replace(str(data), "data").strip().splitlines()
    return [re.sub(r"[\d.]+ s\b", "… s", line) for line in lines if " unit tests: " not in line]


def test_all_rows_of_all_files_land(year: Year) -> None:
    total = 0
    for file in sorted(SHIPPED.glob("*.parquet")):
        ((delivered,),) = duckdb.sql(f"select count(*) from '{file}'").fetchall()
        assert year.workshop.value(f"select count(*) from lake.{file.stem}") == delivered
        total += delivered

    assert total == 22_627_890


def test_the_facts_keep_every_line_and_every_cent(year: Year) -> None:
    ((lines, sales),) = duckdb.sql(
        f"select count(*), sum(sales_value)::decimal(14, 2) from '{SHIPPED}/transactions.parquet'"
    ).fetchall()

    assert year.workshop.query("select count(*), sum(net_sales_usd) from warehouse.fct_basket_line") == [(lines, sales)]
    assert year.workshop.value("select sum(net_sales_usd) from mart_sales.store_daily", "marts.duckdb") == sales
    assert year.workshop.value("select count(*) from warehouse.fct_promotion") == 20_940_529
    assert year.workshop.value("select count(*) from warehouse.dim_product where is_inferred") == 20


def test_the_readme_shows_what_the_main_job_prints(year: Year) -> None:
    first, second = [shown.output for shown in shown_commands() if shown.command == "make run"]

    assert steady(first, year.workshop.data) == steady(year.first, year.workshop.data)
    assert steady(second, year.workshop.data) == steady(year.second, year.workshop.data)


def test_the_readme_shows_what_the_marts_answer(year: Year) -> None:
    home = year.workshop.data.parent
    (query,) = [shown for shown in shown_commands() if shown.command.startswith("duckdb")]

    assert year.workshop.shell(query.command, folder=home).out.strip() == query.output.strip()
    program = year.workshop.shell(f"python -c {shlex.quote(shown_program())}", folder=home)
    assert program.out.startswith("[('SOFT DRINKS', 37070, Decimal('3.021310'))")


def test_the_readme_shows_how_the_model_should_grow(year: Year) -> None:
    """The log is simulated, the proposals are not: they are what the rules find in it and in the built project."""
    (imported,) = [shown for shown in shown_commands() if shown.command.startswith("ribbon usage import")]
    (proposed,) = [shown for shown in shown_commands() if shown.command == "ribbon evolve"]

    assert year.workshop.shell(imported.command).out.strip() == imported.output.strip()
    assert year.workshop.shell(proposed.command).out.strip() == proposed.output.strip()
