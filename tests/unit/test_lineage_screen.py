"""Columns on the screen, a line each: what is made from them, and whose rows they decide."""

from pathlib import Path
from types import SimpleNamespace

from ribbon.cli.lineage_screen import show_columns, show_readers
from ribbon.model import ColumnName
from tests.lineage_projects import load, model, source

ORDERS = source("orders", {"id": "integer", "net": "decimal(12,2)", "day": "date"})
LATER = "select id, net, day from raw.orders where id > (select max(id) from dw.daily)"
DAILY = model("daily", "select id, net, day from raw.orders", LATER, reads=("raw.orders",))
BOARD = model("board", "select day, sum(net) as total from dw.daily where id > 7 group by day", reads=("daily",))


def shown(folder: Path, show: object, relation: str) -> list[str]:
    graph = load(folder, ORDERS, DAILY, BOARD)
    lines: list[str] = []
    columns = [ColumnName(relation, name) for name in graph.nodes[relation].columns or ()]
    show(SimpleNamespace(say=lines.append), graph, columns)  # type: ignore[operator]
    return lines


def test_what_reads_a_column_is_named_and_a_model_that_reads_itself_is_said_to(tmp_path: Path) -> None:
    assert shown(tmp_path, show_readers, "model.p.daily") == [
        "  id   decides rows of itself (incremental), dw.board",
        "  net  aggregated into dw.board.total",
        "  day  copied to dw.board.day; decides rows of dw.board",
    ]
    assert shown(tmp_path, show_readers, "model.p.board") == [
        "  day    no model reads it",
        "  total  no model reads it",
    ]


def test_what_a_column_is_made_from_is_named(tmp_path: Path) -> None:
    assert shown(tmp_path, show_columns, "model.p.board") == [
        "  day    copied from raw.orders.day",
        "  total  aggregated from raw.orders.net",
    ]
    assert shown(tmp_path, show_columns, "source.p.orders") == [
        "  id   as delivered",
        "  net  as delivered",
        "  day  as delivered",
    ]
