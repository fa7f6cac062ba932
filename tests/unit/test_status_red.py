"""What makes a project red: what has to be fixed, and nothing that is amber."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ribbon.engines.history import NodeRun
from ribbon.engines.quarantine_tables import TableAside
from ribbon.model import Delivery, Measurement, SourceTable
from ribbon.status import SourceFreshness, Status

NOW = datetime(2026, 11, 21, tzinfo=UTC)
SOURCE = SourceTable(
    "shop", "orders", "shop.yml", "files", "*.parquet", Delivery.SNAPSHOT, None, "{}", columns=(), expectations=()
)
ORDERS = SourceFreshness(SOURCE, batches=3, rows=30, landed_at=NOW, quarantined=0)
CHECK = Measurement("run", NOW, "test", "node", "unique", "id", {}, "error", "pass", True, 1, 0, None, 0, 0, None, None)
CALM = Status((), (), (CHECK,), (), (ORDERS, ORDERS), None)


@pytest.mark.parametrize(
    ("part", "red"),
    [
        ({}, False),
        ({"failed": (NodeRun("model.shop.fct_order", "error", None, NOW, None),)}, True),
        ({"checks": (CHECK, replace(CHECK, status="fail"))}, True),
        ({"checks": (CHECK, replace(CHECK, status="warn"))}, False),
        ({"sources": (ORDERS, replace(ORDERS, quarantined=1))}, True),
        ({"sources": ()}, False),
        ({"aside": (TableAside("warehouse", "fct_order", 3, NOW, ()),)}, False),
        ({"busy": "dbt builds"}, False),
    ],
)
def test_what_failed_or_is_in_quarantine_is_red_and_what_was_set_aside_is_not(part: dict[str, Any], red: bool) -> None:
    assert replace(CALM, **part).red is red


def test_a_check_that_readers_do_not_wait_for_has_a_reason() -> None:
    ungated = replace(CHECK, gated=False, reason="singular tests are not gated")

    assert replace(CALM, checks=(CHECK, ungated, replace(CHECK, gated=False))).ungated == (ungated,)
