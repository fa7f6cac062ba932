"""Readers get versions that are complete and never change, and of a use case all marts that belong together."""

import os
import shutil
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from ribbon.publish.versions import Versions
from tests.conftest import Workshop, edit, write_files

SOLD = "select sum(unit_count)::int from mart_sales.sales_daily"
ON_TOP = "select sum(units) as n from {{ ref('sales_total') }}\n"
POSITIVE = "{% test positive(model, column_name) %}select * from {{ model }} where {{ column_name }} < 0{% endtest %}\n"
TOTAL = "select units::int from mart_sales.sales_total"
FILES = {
    "models/mart/sales/sales_total.sql": "select sum(quantity) as units, timestamp '2026-03-02 10:00:00' as until\n"
    "from {{ ref('fct_order') }}\n",
    "models/mart/other/items.sql": "select item, price from {{ ref('dim_item') }}\n",
    "expectations/mart/other/_use_case.yml": """
groups: [{name: other, owner: {name: Other, email: o@example.com}, config: {meta: {stage: stable}}}]
""",
    "expectations/mart/sales/sales_total.yml": """
models:
  - name: sales_total
    config: {meta: {data_through: until}}
    columns: [{name: units, data_tests: [not_null]}]
""",
}


@pytest.fixture
def shop(mini_built: Workshop) -> Workshop:
    write_files(mini_built.project, FILES)
    edit(
        mini_built, "dbt_project.yml", "sales: {+group: sales}", "sales: {+group: sales}\n      other: {+group: other}"
    )
    return mini_built


def versions(shop: Workshop) -> list[str]:
    return sorted(path.name for path in (shop.data / "versions").iterdir())


def sell_twice(shop: Workshop, select: str) -> None:
    """Build the fact with twice the units, and what is selected from it."""
    edit(shop, "models/warehouse/orders/fct_order.sql", "    quantity,", "    2 * quantity as quantity,")
    built = shop.dbt("run", "--full-refresh", "--select", "fct_order", *select.split())
    assert built.exit_code == 0, built.out


def seen(shop: Workshop) -> tuple[int, int]:
    return shop.value(SOLD, "marts.duckdb"), shop.value(TOTAL, "marts.duckdb")


def test_the_marts_of_a_use_case_stay_together_and_others_go_on(shop: Workshop) -> None:
    assert shop.ribbon("run").exit_code == 0
    assert seen(shop) == (8, 8)
    first = shop.query("select distinct version from ribbon.published", "marts.duckdb")
    edit(shop, "models/mart/other/items.sql", "item, price", "item, price, 1 as one")

    sell_twice(shop, "sales_daily items")
    torn = shop.ribbon("publish", "--json")

    assert torn.exit_code == 1
    reason = torn.json["publish"]["kept"]["sales"]["reason"]
    assert reason.startswith("sales_total was made from fct_order of 20"), reason
    assert reason.endswith("build them together: `dbt build --select sales_total sales_daily`")
    assert seen(shop) == (8, 8)
    assert shop.value("select max(one) from mart_other.items", "marts.duckdb") == 1
    records = shop.query("select table_name, version, state, reason from ribbon.published", "marts.duckdb")
    assert records == [
        ("items", versions(shop)[-1], "current", None),
        ("sales_daily", first[0][0], "kept", reason),
        ("sales_total", first[0][0], "kept", reason),
    ]
    assert shop.dbt("run", "--select", "sales_total").exit_code == 0
    assert shop.ribbon("publish").exit_code == 0
    assert seen(shop) == (16, 16)


def test_what_failed_is_named_and_not_advised_to_be_built_together(shop: Workshop) -> None:
    assert shop.ribbon("run").exit_code == 0
    edit(shop, "models/mart/sales/sales_total.sql", "sum(quantity)", "sum(nobody)")
    edit(shop, "models/warehouse/orders/fct_order.sql", "    quantity,", "    2 * quantity as quantity,")
    assert shop.dbt("run", "--full-refresh", "--select", "fct_order+").exit_code == 1

    torn = shop.ribbon("publish")

    assert "because sales_total failed or was refused when it was last built; correct it and build again" in torn.out
    assert "build them together" not in torn.out
    assert seen(shop) == (8, 8)


def test_a_mart_under_a_table_that_was_refused_is_said_not_to_be_refreshed(mini_built: Workshop) -> None:
    edit(mini_built, "models/warehouse/orders/fct_order.sql", "    order_id,", "    1 as order_id,")
    assert mini_built.dbt("build", "--full-refresh").exit_code == 1

    published = mini_built.ribbon("publish")

    words = "not refreshed: mart_sales.sales_daily; fct_order failed or was refused when it was last built"
    assert words in published.out
    assert "rebuild it" not in published.out


def test_one_mart_that_is_built_again_by_itself_blocks_nothing(shop: Workshop) -> None:
    assert shop.dbt("build").exit_code == 0
    assert shop.dbt("run", "--select", "sales_total").exit_code == 0

    assert shop.ribbon("publish").exit_code == 0

    assert seen(shop) == (8, 8)
    through = "select data_through from ribbon.published where table_name = 'sales_total'"
    assert shop.value(through, "marts.duckdb") == datetime(2026, 3, 2, 10)


def test_a_mart_that_reads_another_is_not_published_with_a_newer_one(shop: Workshop) -> None:
    write_files(shop.project, {"models/mart/sales/on_top.sql": ON_TOP})
    assert shop.ribbon("run").exit_code == 0
    edit(shop, "models/mart/sales/sales_total.sql", "sum(quantity)", "sum(quantity) + 1")
    assert shop.dbt("run", "--select", "sales_total").exit_code == 0

    torn = shop.ribbon("publish")

    assert torn.exit_code == 1
    assert "on_top was made from sales_total of 20" in torn.out
    assert ", sales_total is of 20" in torn.out
    assert seen(shop) == (8, 8)


def test_rebuilding_what_comes_out_equal_tears_nothing(shop: Workshop) -> None:
    write_files(shop.project, {"models/mart/sales/on_top.sql": ON_TOP})
    assert shop.dbt("build").exit_code == 0
    assert shop.dbt("run", "--select", "sales_total").exit_code == 0

    assert shop.ribbon("publish").exit_code == 0


def test_a_mart_that_nobody_built_yet_keeps_no_other_from_readers(shop: Workshop) -> None:
    ended = shop.ribbon("publish")

    assert ended.exit_code == 1
    assert "not published: mart_sales.sales_total: it has not been built" in ended.out
    sell_twice(shop, "sales_daily")
    shop.ribbon("publish")
    assert shop.value(SOLD, "marts.duckdb") == 16


def test_a_new_connection_sees_the_new_version_while_an_old_one_is_open(mini_built: Workshop) -> None:
    shop, link = mini_built, str(mini_built.data / "marts.duckdb")
    with duckdb.connect(link, read_only=True) as held:
        assert held.execute(SOLD).fetchone() == (8,)
        sell_twice(shop, "sales_daily")
        assert shop.ribbon("publish").exit_code == 0

        with duckdb.connect(link, read_only=True) as fresh:
            assert fresh.execute(SOLD).fetchone() == (16,)

        assert held.execute(SOLD).fetchone() == (8,)


WRITER = """
import os, signal, sys, time, duckdb
connection = duckdb.connect(sys.argv[1])
connection.execute("set checkpoint_threshold = '1GB'")
connection.execute("update mart_sales.sales_daily set unit_count = 99")
print("wrote", flush=True)
time.sleep(60) if sys.argv[2] == "wait" else os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_program_that_writes_into_a_version_changes_neither_the_next_nor_what_is_kept(mini_built: Workshop) -> None:
    shop, link = mini_built, mini_built.data / "marts.duckdb"
    assert oct(link.stat().st_mode)[-3:] == "444"
    link.resolve().chmod(0o644)  # as the superuser may write, whatever the mode
    write = [sys.executable, "-c", WRITER, str(link)]
    with subprocess.Popen([*write, "wait"], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "wrote\n"
        edit(shop, "models/mart/sales/sales_daily.sql", "sum(orders.quantity) as", "-1 as")
        promise = "ribbon.expect_column_values_to_be_between: {arguments: {max_value: 1000}}"
        edit(shop, "expectations/mart/sales/sales_daily.yml", promise, f"{promise}\n          - positive")
        write_files(shop.project, {"macros/positive.sql": POSITIVE})
        assert shop.dbt("run", "--select", "sales_daily").exit_code == 0

        kept = shop.ribbon("publish")

        assert "readers keep the version of" in kept.out, kept.out + kept.err
        assert shop.value(SOLD, "marts.duckdb") == 8
        writer.kill()
    subprocess.run([*write, "die"], check=False)
    assert list(shop.data.rglob("*.wal"))
    link.with_name("marts.duckdb.wal").write_bytes(b"left behind")

    assert shop.ribbon("publish").exit_code == 1

    assert shop.value(SOLD, "marts.duckdb") == 8
    assert not link.with_name("marts.duckdb.wal").exists()


def test_only_the_newest_versions_stay(mini_built: Workshop) -> None:
    shop = mini_built
    for _ in range(3):
        assert shop.ribbon("publish").exit_code == 0
    assert len(versions(shop)) == 3
    edit(shop, "dbt_project.yml", "vars:", "vars:\n  ribbon: {publish: {keep: 1}, dbt: dbt}")

    assert shop.ribbon("publish").exit_code == 0

    assert versions(shop) == [(shop.data / "marts.duckdb").resolve().parent.name]
    edit(shop, "dbt_project.yml", "{keep: 1}", "{keep: none}")
    ended = shop.ribbon("publish")
    assert ended.exit_code == 2
    assert "vars: ribbon: publish: keep must be a number of versions from 1 on, got 'none'" in ended.err


def test_the_file_of_the_release_before_is_taken_over(mini_built: Workshop) -> None:
    shop, link = mini_built, mini_built.data / "marts.duckdb"
    plain = link.resolve().read_bytes()
    link.unlink()
    shutil.rmtree(shop.data / "versions")
    link.write_bytes(plain)
    with duckdb.connect(str(link)) as old:
        old.execute("drop schema ribbon cascade")
    write_files(shop.project, {"tests/never.sql": "select * from {{ ref('fct_order') }}\n"})
    assert shop.dbt("test", "--select", "never").exit_code == 1

    ended = shop.ribbon("publish")

    assert "not published: sales; readers keep the earlier version" in ended.out
    assert link.is_symlink()
    assert shop.value(SOLD, "marts.duckdb") == 8


def test_a_schema_of_the_projects_own_named_ribbon_is_left_alone(mini_built: Workshop) -> None:
    shop = mini_built
    config = "{{ config(schema='ribbon', alias='published') }}\nselect\n"
    edit(shop, "models/mart/sales/sales_daily.sql", "select\n", config)
    assert shop.dbt("run", "--select", "sales_daily").exit_code == 0

    published = shop.ribbon("publish")

    assert published.exit_code == 0, published.out + published.err
    assert shop.value("select sum(unit_count) from ribbon.published", "marts.duckdb") == 8
    assert shop.value("select table_name from ribbon_.published", "marts.duckdb") == "published"
    assert shop.ribbon("publish").exit_code == 0


@pytest.mark.parametrize("after_s", [0.35, 0.6, 0.9, 1.2])
def test_a_publication_that_is_killed_leaves_the_version_before(mini_built: Workshop, after_s: float) -> None:
    shop = mini_built
    sell_twice(shop, "sales_daily")
    command = [sys.executable, "-m", "ribbon", "publish"]
    with subprocess.Popen(
        command, cwd=shop.project, env=shop.environment, stdout=subprocess.DEVNULL, start_new_session=True
    ) as publishing:
        try:
            publishing.wait(after_s)
        except subprocess.TimeoutExpired:
            os.killpg(publishing.pid, signal.SIGKILL)

    assert shop.value(SOLD, "marts.duckdb") in {8, 16}
    assert shop.ribbon("publish").exit_code == 0
    assert shop.value(SOLD, "marts.duckdb") == 16
    assert "draft" not in versions(shop)


def test_without_links_the_file_itself_is_replaced_and_it_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Path, "symlink_to", _no_links)
    shown = Versions(tmp_path / "marts.duckdb")
    with shown.draft() as draft:
        draft.file.write_bytes(b"1")

        assert not shown.show(draft)

    assert (tmp_path / "marts.duckdb").read_bytes() == b"1"
    assert len(shown.newest_first) == 1


def _no_links(*_: object, **__: object) -> None:
    raise OSError("no links here")
