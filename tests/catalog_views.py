"""Views for tests of the catalog's pages: made up, bare, and with a script in every text that they hold."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from ribbon.catalog.views import (
    ChangeView,
    ColumnEdge,
    ColumnView,
    Distribution,
    ExposureView,
    Link,
    NodeRunView,
    PersonView,
    ProfileView,
    PromiseView,
    RelationView,
    RowEdge,
    UsageView,
    VerdictView,
)
from ribbon.verdict import Reason, Verdict

NOW = datetime(2026, 11, 21, 5, 12, tzinfo=UTC)
ORDERS = Link("source.shop.raw.orders", "lake.raw.orders", "lake", "lake.raw.orders")
DAILY = Link("model.shop.daily", "mart.daily", "mart", "mart.daily")
HOSTILE = (
    """<script>alert('x')</script><img src=x onerror="alert(1)"> javascript:alert(2) "' --> ]]> {{ 7*7 }} \u2028"""
)

_PLAIN = {bool: True, int: 3, float: 0.5, datetime: NOW, date: NOW.date(), Any: HOSTILE}


def bare(kind: Any) -> Any:
    """An instance with nothing but what it must have, and that empty."""
    hints = get_type_hints(kind)
    needed = [field.name for field in fields(kind) if field.default is MISSING and field.default_factory is MISSING]
    return kind(**{name: _empty(hints[name]) for name in needed})


def _empty(hint: Any) -> Any:
    return None if NoneType in get_args(hint) else {str: "", int: 0, float: 0.0}.get(hint) or _PLAIN.get(hint, "")


def hostile(hint: Any) -> Any:
    """A value of this type with a script in every text, two of every list, nothing left out."""
    if hint is str:
        return HOSTILE
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return hint(**{field.name: hostile(hints[field.name]) for field in fields(hint)})  # type: ignore[operator]
    origin, args = get_origin(hint), get_args(hint)
    if origin is UnionType:
        return hostile(next(arg for arg in args if arg is not NoneType))
    if origin is tuple:
        return (hostile(args[0]),) * 2 if args[-1] is ... else tuple(map(hostile, args))
    return {HOSTILE: HOSTILE} if origin is Mapping else _PLAIN[hint]


def promise(words: str, *statuses: str, column: str | None = None, message: str = "") -> PromiseView:
    """A promise with these verdicts, the newest first."""
    history = tuple(
        VerdictView(status, NOW - timedelta(days=day), "run", 100, 3, message or None, message or None)
        for day, status in enumerate(statuses)
    )
    return PromiseView("test.shop.one", "not_null", words, column, history=history)


def column(name: str, **more: Any) -> ColumnView:
    """A column with everything on it."""
    full = {
        "data_type": "bigint",
        "description": "What the *customer* paid.",
        "kind": "computed",
        "expression": "coalesce(paid, 0)",
        "made_from": (ColumnEdge(ORDERS.unique_id, "paid", "computed", ("coalesce(paid, 0)", "paid")),),
        "feeds": (ColumnEdge(DAILY.unique_id, name, "copied"),),
        "decides": (RowEdge(DAILY.unique_id, name, "filtered by", "paid > 0"),),
        "promises": (promise(f"`{name}` is never null", "pass", "fail", column=name),),
        "profile": ProfileView(100, 3, 17, "1", "99", Distribution(("a", "b"), (60, 37)), (0.1, 0.03)),
        "queried": (("selected", 12),),
    }
    return ColumnView(name, **{**full, **more})


def relation(*columns: ColumnView, **more: Any) -> RelationView:
    """A relation of the warehouse with everything on it."""
    exposure = ExposureView("exposure.shop.board", "board", "The board", "dashboard", url="https://example.com/b")
    full = {
        "materialized": "table",
        "description": "One row per **order**.\n\n# Details\n\nWithout the cancelled ones.",
        "owner": "Sales",
        "email": "sales@example.com",
        "grain": ("order_id",),
        "promises": (promise("one row per `order_id`", "pass"), promise("`b` is `a`", "fail", message="3 rows")),
        "rows_by": (RowEdge(ORDERS.unique_id, "is_test", "filtered by", "not is_test"),),
        "upstream": (ORDERS,),
        "downstream": (DAILY,),
        "exposures": (exposure,),
        "verdict": Verdict("fail", (Reason("fail", "checks", "1 of 3 promises failing"),), ("a",), ("a", "b", "c")),
        "sql": "select paid < 1 from {{ source('raw', 'orders') }}",
        "compiled": "select paid from raw.orders",
        "row_count": 100,
        "row_counts": (90, 100),
        "runs": (NodeRunView("r1", "success", 1.5, NOW), NodeRunView("r0", "error", 0.5, None, "boom")),
        "usage": UsageView(12, 1, (PersonView("ana", 12, NOW),), (("2026-11-20", 12),), NOW, NOW),
        "changes": (ChangeView(NOW, "column `paid` added"),),
        "group_page": "subject/sales.html",
    }
    facts = ("model.shop.orders", "warehouse.orders", "warehouse.orders", "orders", "warehouse", "model", "sales")
    return RelationView(*facts, columns=columns or (column("order_id", key=True), column("paid")), **{**full, **more})
