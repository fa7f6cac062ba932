"""One verdict: status, pages, Markdown and exports say the same of each relation, in the same words."""

import json
import re
from pathlib import Path

import duckdb
import pytest

from tests.conftest import Workshop, edit, write_files

WEEKLY = "select sum(unit_count) as units from {{ ref('sales_daily') }}\n"
FAULTS = ("nothing", "refused upstream", "failed upstream", "a check that fails", "late", "newer source", "empty")


@pytest.fixture
def shop(mini_built: Workshop) -> Workshop:
    write_files(mini_built.project, {"models/mart/sales/sales_total.sql": WEEKLY})
    assert mini_built.ribbon("build").exit_code == 0
    assert mini_built.ribbon("publish").exit_code == 0
    return mini_built


def break_it(shop: Workshop, fault: str) -> None:
    fact = "models/warehouse/orders/fct_order.sql"
    if fault == "refused upstream":
        edit(shop, fact, "    order_id,", "    1 as order_id,")
        shop.dbt("build", "--full-refresh", "--select", "fct_order+")
    elif fault == "failed upstream":
        edit(shop, fact, "    order_id,", "    nobody,")
        shop.dbt("run", "--select", "fct_order+")
    elif fault == "a check that fails":
        write_files(shop.project, {"tests/never.sql": "select * from {{ ref('fct_order') }}\n"})
        shop.dbt("test", "--select", "never")
    elif fault == "late":
        promised = "{freshness: {warn_after: {count: 1, period: minute}, error_after: {count: 2, period: minute}}}"
        contract = "expectations/warehouse/orders/fct_order.yml"
        edit(shop, contract, "name: fct_order", f"name: fct_order\n    config: {{meta: {promised}}}")
        with duckdb.connect(str(shop.data / "build.duckdb")) as build:
            build.execute("update ribbon.node_runs set finished_at = finished_at - interval 1 hour")
        shop.dbt("parse")
    elif fault == "newer source":
        shop.dbt("run", "--select", "fct_order")
    elif fault == "empty":
        shop.dbt("run", "--empty", "--select", "fct_order")


EXPECTED = {
    "nothing": ("pass", "all 2 promises passing"),
    "refused upstream": ("warn", "not refreshed: warehouse.fct_order failed; data from"),
    "failed upstream": ("warn", "not refreshed: warehouse.fct_order failed; data from"),
    "a check that fails": ("fail", "reads warehouse.fct_order, which fails its checks"),
    "late": ("warn", "not refreshed: warehouse.fct_order is late; data from"),
    "newer source": ("warn", "older than warehouse.fct_order; data from"),
    "empty": ("warn", "rows of warehouse.fct_order are missing"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_surface_says_the_same(shop: Workshop, fault: str) -> None:
    break_it(shop, fault)

    told = shop.ribbon("status", "--json").json
    assert shop.ribbon("docs").exit_code == 0
    exported = shop.ribbon("export", "json", "--output", str(shop.data / "catalog.json"))
    assert exported.exit_code == 0, exported.err

    status, words = EXPECTED[fault]
    mart = told["verdicts"]["mart.sales_daily"]
    assert mart["status"] == status
    assert words in mart["words"]
    assert told["verdicts"]["mart.sales_total"]["status"] in {status, "never" if fault == "nothing" else status}
    assert told["use_cases"]["sales"]["status"] == status
    document = json.loads((shop.data / "catalog.json").read_text())
    for row in document["relations"]:
        assert {"status": row["status"], "words": row["state"]} == told["verdicts"][row["label"]]
        page = (shop.data / "site" / "relation" / f"{row['label']}.html").read_text()
        assert f'<p class="lead"><span class="state"><span class="dot {row["status"]}"' in page
        markdown = (shop.data / "site" / "relation" / f"{row['label']}.md").read_text()
        health = re.search(r"^- Health: (.*)$", markdown, re.M)
        assert health is not None
        assert health[1] == row["state"]
    (case,) = (row for row in document["use_cases"] if row["use_case"] == "sales")
    assert {"status": case["status"], "words": case["state"]} == told["use_cases"]["sales"]
    page = (Path(shop.data) / "site/use/sales.html").read_text()
    assert f'<p class="lead"><span class="state"><span class="dot {status}"' in page


def test_a_landing_that_could_not_be_done_is_red_until_one_can(shop: Workshop) -> None:
    for file in (shop.project / "files").glob("items*"):
        file.write_bytes(b"no parquet")

    landed = shop.ribbon("land")
    told = shop.ribbon("status", "--json")

    assert landed.exit_code != 0
    assert told.exit_code == 1
    assert told.json["verdicts"]["lake.items"]["status"] == "fail"
