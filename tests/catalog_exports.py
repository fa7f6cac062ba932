"""A small project to export: a source, a staging model and a mart of a use case, run and tested once."""

import json
from pathlib import Path
from typing import Any

from ribbon.catalog import site_paths
from ribbon.catalog.exports import Exported, Format, export_catalog, export_path
from ribbon.config import ProjectPaths
from tests.manifests import column, data_test, model, source, write_manifest

INVOCATION = "0f7e8a52-6f1c-4c65-9c6e-5f2c4a1d9b10"
BOARD, STAGED, ORDERS = "model.shop.board", "model.shop.stg_orders", "source.shop.crm.orders"
SECRET = {"config": {"meta": {"restricted": True}}}


class Export:
    """A project that is exported again and again, whose artifacts a test may change in between."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.nodes = _nodes()
        self.results = _results()
        self.metadata: dict[str, Any] = {}
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "dbt_project.yml").write_text("name: shop\n")

    def __call__(self, made: Format, output: Path | str = "out") -> Exported:
        """Write what dbt would, then export. output: relative to the project's folder."""
        target = write_manifest(
            self.folder / "target", self.nodes, groups=[_GROUP], exposures=[_EXPOSURE], **self.metadata
        )
        if self.results:
            (target / "run_results.json").write_text(json.dumps(self.results))
        project = ProjectPaths(self.folder, self.folder / "data")
        return export_catalog(project, site_paths(project), made, export_path(self.folder / output, made))


_GROUP = {
    "unique_id": "group.shop.finance",
    "name": "finance",
    "owner": {"name": "Finance", "email": "finance@example.com"},
    "description": "What we earn.",
    "config": {
        "meta": {"stage": "exploring", "decision": "what to buy", "service_level": {"fresh_by": "7 in the morning"}}
    },
}
_EXPOSURE = {
    "unique_id": "exposure.shop.weekly",
    "name": "weekly",
    "type": "dashboard",
    "label": "Weekly",
    "url": "https://bi.example.com/1",
    "owner": {"name": "Finance", "email": "finance@example.com"},
    "depends_on": {"nodes": [BOARD], "macros": []},
    "fqn": ["shop", "weekly"],
}


def _nodes() -> list[dict[str, Any]]:
    said = column("id", "bigint") | column("amount", "double") | column("email", "text", **SECRET)
    orders = source("crm", "orders", columns=said, source_description="Of the shop.")
    staged = model(
        "stg_orders",
        "select id, amount, email as mail from db.crm.orders where amount > 0",
        parents=[ORDERS],
        columns=column("mail", "text", **SECRET),
        materialized="view",
    )
    board = model(
        "board",
        "select id, sum(amount) as total from db.main.stg_orders group by id",
        parents=[STAGED],
        folder="marts/finance",
        description='One row per order.\n\n<b>Not</b> all of them: "some".',
        columns=column("id", "bigint", description="Of the order.") | column("total", "decimal(12, 2)"),
        config={"group": "finance"},
        tags=["money"],
    )
    return [orders, staged, board, *_tests()]


def _tests() -> list[dict[str, Any]]:
    return [
        data_test("not_null", "board", "id"),
        data_test("unique", "board", "id"),
        data_test("accepted_range", "board", "total", arguments={"min_value": 0}, namespace="dbt_utils"),
        data_test("expect_table_row_count_to_be_between", "board", arguments={"min_value": 1, "max_value": 9}),
        data_test("not_null", "board", "total", config={"severity": "warn", "where": "id > 1"}),
        data_test("accepted_values", "stg_orders", "mail", arguments={"values": ["a@example.com"]}),
    ]


def _results() -> dict[str, Any]:
    tests = {test["name"]: test["unique_id"] for test in _tests()}
    said = [
        _result(STAGED, "success", message="SELECT 3"),
        _result(BOARD, "success", adapter_response={"rows_affected": 42}),
        _result(tests["not_null_board_id"], "pass", failures=0),
        _result(tests["accepted_range_board_total"], "fail", failures=2, message="Got 2 results"),
        _result(tests["accepted_values_stg_orders_mail"], "fail", failures=1, message="Got eve@example.com"),
    ]
    metadata = {"generated_at": "2026-11-21T06:00:10Z", "invocation_id": INVOCATION, "env": {}}
    return {"metadata": metadata, "results": said, "elapsed_time": 20.0, "args": {"which": "build", "target": "prod"}}


def _result(uid: str, status: str, **fields: Any) -> dict[str, Any]:
    timing = [{"name": "execute", "started_at": None, "completed_at": "2026-11-21T06:00:00Z"}]
    return {"unique_id": uid, "status": status, "execution_time": 2.5, "timing": timing, "message": None, **fields}
