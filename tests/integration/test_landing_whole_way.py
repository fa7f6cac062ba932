"""From a delivered file to a model and to quarantine and back, by the commands that people type."""

from pathlib import Path

import pytest

from tests.conftest import Workshop, edit, write_files

CONTRACT = "expectations/lake/shop.yml"
CUSTOMERS = """
      - name: customers
        config:
          meta:
            delivery: upsert
            key: customer_id
            file: "customers*.csv"
            format: {type: csv, delimiter: ";", decimal: ","}
        columns:
          - name: customer_id
            data_type: bigint
            config: {meta: {delivered_as: Kundennummer}}
          - name: credit_eur
            data_type: decimal(10,2)
            data_tests:
              - ribbon.expect_column_values_to_be_between:
                  {arguments: {min_value: 0}, config: {meta: {on_unexpected: quarantine}}}
          - {name: city, data_type: string}
          - {name: _batch_id, data_type: string}
          - {name: _loaded_at, data_type: timestamp}
          - {name: _source_file, data_type: string}
"""
MODEL = """select customer_id, credit_eur, city
from {{ ribbon.current(source('shop', 'customers')) }} as customers
"""
FIRST = "Kundennummer;credit_eur;city\n1;10,50;Aachen\n2;-5,00;Bonn\n3;viel;Celle\n"


@pytest.fixture
def shop(mini: Workshop) -> Workshop:
    contract = mini.project / CONTRACT
    contract.write_text(contract.read_text() + CUSTOMERS)
    write_files(mini.project, {"models/warehouse/orders/dim_customer.sql": MODEL, "files/customers_1.csv": FIRST})
    return mini


def customers(shop: Workshop) -> list[tuple[int, float, str]]:
    assert shop.dbt("run", "--select", "dim_customer").exit_code == 0
    return shop.query("select customer_id, credit_eur::double, city from warehouse.dim_customer order by 1")


def test_rows_that_do_not_fit_and_rows_that_are_not_expected_wait_in_quarantine(shop: Workshop) -> None:
    landed = shop.ribbon("land", "customers", "--json")
    shown = shop.ribbon("quarantine", "ls", "shop.customers")
    again = shop.ribbon("land", "customers")

    assert landed.exit_code == 1, landed.out + landed.err
    (delivery,) = landed.json["land"]["deliveries"]
    assert {key: delivery[key] for key in ("rows", "landed", "known", "quarantined")} == {
        "rows": 3,
        "landed": 1,
        "known": 0,
        "quarantined": 2,
    }
    assert "line 3" not in shown.out
    assert "customer_id=2, credit_eur=-5.00, city=Bonn" in shown.out
    assert "line=4, reasons=credit_eur is not DECIMAL(10,2): viel, text=3;viel;Celle" in shown.out
    assert "customers              nothing new; 1 in the lake" in again.out
    assert shop.ribbon("status").exit_code == 1
    assert customers(shop) == [(1, 10.5, "Aachen")]

    edit(shop, CONTRACT, "min_value: 0", "min_value: -10")
    released = shop.ribbon("quarantine", "release", "shop.customers")

    assert released.exit_code == 1, released.out + released.err
    assert "1 row released into the lake." in released.out
    assert "0 rows released into the lake, 1 row still in quarantine." in released.out
    assert customers(shop) == [(1, 10.5, "Aachen"), (2, -5.0, "Bonn")]
    assert shop.ribbon("quarantine", "drop", "shop.customers", "--yes").exit_code == 0
    assert not list(Path(shop.data / "quarantine/shop/customers").iterdir())


def test_a_model_reads_the_newest_row_of_each_key(shop: Workshop) -> None:
    shop.ribbon("land", "customers")
    write_files(shop.project, {"files/customers_2.csv": "Kundennummer;credit_eur;city\n1;10,50;Köln\n4;1;Dresden\n"})

    landed = shop.ribbon("land", "customers")

    assert "2 rows in 1 new batch, 0 already known, 0 in quarantine; 3 in the lake" in landed.out, landed.err
    assert customers(shop) == [(1, 10.5, "Köln"), (4, 1.0, "Dresden")]


def test_rows_that_still_break_their_promise_stay_when_others_are_released(shop: Workshop) -> None:
    rows = "Kundennummer;credit_eur;city\n1;1,00;Aachen\n2;-5,00;Bonn\n3;-20,00;Celle\n4;-30,00;Dresden\n"
    write_files(shop.project, {"files/customers_1.csv": rows})
    shop.ribbon("land", "customers")

    for before, after, held in ((0, -10, 2), (-10, -25, 1), (-25, -100, 0)):
        edit(shop, CONTRACT, f"min_value: {before}", f"min_value: {after}")
        ended = shop.ribbon("quarantine", "release", "shop.customers")
        assert "1 row released into the lake" in ended.out, ended.out + ended.err
        left = shop.ribbon("quarantine", "ls", "--json").json["batches"]
        assert sum(batch["rows"] for batch in left) == held

    assert [row[0] for row in customers(shop)] == [1, 2, 3, 4]
