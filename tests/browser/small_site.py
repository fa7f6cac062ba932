"""A small site with everything that scripts have to cope with, made by the real pages from views written here.

Two sources, a warehouse, two use cases; a column that feeds more relations than are drawn at once, and one that feeds
many columns of a relation whose name is too long; a front page of many groups with long names; names and texts that
would do harm if they were taken for markup; a promise that is broken.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from ribbon.catalog.pages import (
    Shell,
    received,
    relation_data,
    render_evolution,
    render_front,
    render_health,
    render_relation,
)
from ribbon.catalog.pages.assets import asset_files
from ribbon.catalog.site.folder import Folder
from ribbon.catalog.site.search_index import LAYERS, names_data, ranked_name, text_entry
from ribbon.catalog.views import (
    Band,
    ColumnEdge,
    ColumnView,
    DayOfHealth,
    EvolutionView,
    ExposureView,
    FrontView,
    GroupView,
    Health,
    HealthView,
    InvocationView,
    KeptView,
    Link,
    PromiseView,
    ProposalLink,
    ProposalView,
    RelationView,
    RowEdge,
    Trouble,
    VerdictView,
)
from ribbon.verdict import Reason, Verdict

NIGHT = datetime(2026, 3, 1, 4, 10, tzinfo=UTC)
HARMFUL = '<script>window.harmed = true</script><img src="x" onerror="window.harmed = true">'
MANY = 170
LONG = "mart.what_became_of_every_order_of_a_store_by_day_and_week_and_month_and_year"

COLUMNS = {
    "lake.orders": ["order_id", "customer_id", "gross", "discount", "is_test", "sold at"],
    "lake.customers": ["customer_id", "email", "region"],
    "warehouse.orders": ["order_id", "customer_id", "net_usd", "sold_on", "margin"],
    "warehouse.customers": ["customer_id", "region"],
    "mart.store_daily": ["sold_on", "region", "net_usd", "orders", HARMFUL],
    "mart.regions": ["region", "net_usd"],
    "mart.margins": ["share"],
    LONG: ["first_day", "last_day", "days_between", "week", "month", "quarter", "year"],
    "lake.days": ["day"],
    "warehouse.calendar": ["day"],
    **{f"mart.many_{number:03}": ["day"] for number in range(MANY)},
}
VALUES = [
    ("lake.orders.order_id", "warehouse.orders.order_id", "copied", ()),
    ("lake.orders.customer_id", "warehouse.orders.customer_id", "copied", ()),
    ("lake.orders.gross", "warehouse.orders.net_usd", "computed", ("gross - coalesce(discount, 0)",)),
    ("lake.orders.discount", "warehouse.orders.net_usd", "computed", ("gross - coalesce(discount, 0)",)),
    ("lake.orders.gross", "warehouse.orders.margin", "computed", ("discount / gross",)),
    ("lake.orders.discount", "warehouse.orders.margin", "computed", ("discount / gross",)),
    ("warehouse.orders.net_usd", "mart.margins.share", "computed", ("margin / net_usd",)),
    ("warehouse.orders.margin", "mart.margins.share", "computed", ("margin / net_usd",)),
    ("lake.orders.sold at", "warehouse.orders.sold_on", "renamed", ()),
    ("lake.customers.customer_id", "warehouse.customers.customer_id", "copied", ()),
    ("lake.customers.region", "warehouse.customers.region", "copied", ()),
    ("warehouse.orders.sold_on", "mart.store_daily.sold_on", "copied", ()),
    ("warehouse.orders.net_usd", "mart.store_daily.net_usd", "aggregated", ("sum(orders.net_usd)",)),
    ("warehouse.orders.order_id", "mart.store_daily.orders", "aggregated", ("count(distinct order_id)",)),
    ("warehouse.customers.region", "mart.store_daily.region", "copied", ()),
    ("mart.store_daily.region", "mart.regions.region", "copied", ()),
    ("mart.store_daily.net_usd", "mart.regions.net_usd", "aggregated", ("sum(net_usd)",)),
    *(("warehouse.orders.sold_on", f"{LONG}.{name}", "computed", (f"{name}(sold_on)",)) for name in COLUMNS[LONG]),
    ("lake.days.day", "warehouse.calendar.day", "copied", ()),
    *(("warehouse.calendar.day", f"mart.many_{number:03}.day", "copied", ()) for number in range(MANY)),
]
ROWS = [
    ("lake.orders.is_test", "warehouse.orders", "filtered by", "not is_test"),
    ("warehouse.orders.customer_id", "mart.store_daily", "joined on", "orders.customer_id = customers.customer_id"),
    ("warehouse.customers.customer_id", "mart.store_daily", "joined on", "orders.customer_id = customers.customer_id"),
    ("warehouse.orders.sold_on", "mart.store_daily", "grouped by", "sold_on"),
]
SQL = "select sold_on, region, sum(orders.net_usd) as net_usd\nfrom warehouse.orders\nwhere peculiar_marker < 3 & 1"


def build_small_site(folder: Path) -> Path:
    """Writes it and gives its folder."""
    views = [_relation(label) for label in COLUMNS]
    files = Folder(folder)
    for name, content in asset_files():
        files.write(f"assets/{name}", content)
    for view in views:
        _write(folder / f"relation/{view.slug}.html", render_relation(view, Shell("Shop", "1", depth=1)))
        _write(folder / f"relation/{view.slug}.js", received("relation", relation_data(view)))
    _write(folder / "index.html", render_front(_front(), Shell("Shop", "1")))
    _write(folder / "crowded.html", render_front(_crowded(), Shell("Shop", "1")))
    _write(folder / "health.html", render_health(_health(), Shell("Shop", "1")))
    _write(folder / "evolution.html", render_evolution(_evolution(), Shell("Shop", "1")))
    _write(folder / "search/names.js", received("names", _names(views)))
    for shard in (0, 1):
        data = {"shard": f"{shard:02}", "relations": [text_entry(view) for view in views[shard::2]]}
        _write(folder / f"search/text-{shard:02}.js", received("text", data))
    return folder


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _names(views: list[RelationView]) -> dict[str, object]:
    found = sorted((ranked_name(view, view.description) for view in views), key=lambda one: one.rank)
    pages = [("use case", "Sales", "index.html#group=sales", "What sold where.")]
    return {"layers": LAYERS, **names_data([one.entry for one in found]), "pages": pages, "shards": ["00", "01"]}


def _relation(label: str) -> RelationView:
    layer, name = label.split(".")
    view = RelationView(
        unique_id=f"model.shop.{label}",
        slug=label,
        label=label,
        name=name,
        layer=layer,
        resource_type="model",
        group="sales",
        description=f"One row per thing of {label}. {HARMFUL}" if label == "mart.store_daily" else f"Rows of {name}.",
        columns=tuple(_column(label, name) for name in COLUMNS[label]),
        rows_by=tuple(RowEdge(_id(source), _name(source), role, how) for source, to, role, how in ROWS if to == label),
        sql=SQL if label == "mart.store_daily" else "",
        exposures=(ExposureView("exposure.shop.wall", "wall", "Wall of stores", "dashboard"),)
        if label == "mart.regions"
        else (),
        proposals=(ProposalLink("agree-00000b", "agree", "net_usd: one name, two meanings"),)
        if label == "mart.regions"
        else (),
    )
    near = {edge.relation for edge in _edges(view)} - {view.unique_id}
    links = tuple(_link(unique_id) for unique_id in sorted(near))
    made = {edge.relation for column in view.columns for edge in column.made_from}
    made |= {edge.relation for edge in view.rows_by}
    return replace(
        view,
        upstream=tuple(link for link in links if link.unique_id in made),
        downstream=tuple(link for link in links if link.unique_id not in made),
        verdict=_verdict(view),
    )


def _verdict(view: RelationView) -> Verdict:
    tests = tuple(promise.words for promise in view.all_promises)
    if not tests:
        return Verdict()
    return Verdict("fail", (Reason("fail", "checks", f"1 of {len(tests)} promise failing"),), (), tests)


def _edges(view: RelationView) -> Iterator[ColumnEdge | RowEdge]:
    yield from view.rows_by
    for column in view.columns:
        yield from (*column.made_from, *column.feeds)
        yield from column.decides


def _column(label: str, name: str) -> ColumnView:
    place = f"{label}.{name}"
    made = tuple(ColumnEdge(_id(a), _name(a), kind, how) for a, b, kind, how in VALUES if b == place)
    verdict = VerdictView("fail", NIGHT, "run-1", 100, 3)
    promise = PromiseView("test.shop.x", "not_null", f"`{name}` is never null", name, history=(verdict,))
    return ColumnView(
        name,
        description=HARMFUL if name == "region" else f"The {name} of it.",
        kind=made[0].kind if made else "",
        expression=made[0].expressions[0] if made and made[0].expressions else "",
        made_from=made,
        feeds=tuple(ColumnEdge(_id(b), _name(b), kind, how) for a, b, kind, how in VALUES if a == place),
        decides=tuple(RowEdge(f"model.shop.{to}", name, role, how) for a, to, role, how in ROWS if a == place),
        promises=(promise,) if name == "net_usd" else (),
    )


def _id(place: str) -> str:
    return "model.shop." + ".".join(place.split(".")[:2])


def _name(place: str) -> str:
    return place.split(".", 2)[2]


def _link(unique_id: str) -> Link:
    label = unique_id.removeprefix("model.shop.")
    return Link(unique_id, label, label.split(".")[0], label)


def _crowded() -> FrontView:
    """Nine groups on each side, next to nothing flowing, so that their blocks are as low as can be."""
    sides = ("source", "subject", "use")
    groups = [
        GroupView(f"{side}{number}", f"merchandise_of_{side}_{number}", side, "index.html", relations=number, columns=9)
        for side in sides
        for number in range(9)
    ]
    bands = [
        Band(f"{a}{number}", f"{b}{8 - number}", 91 if number == 0 else 1)
        for a, b in pairwise(sides)
        for number in range(9)
    ]
    return FrontView(project="crowded", built_at="2026-03-01T04:10:00Z", groups=tuple(groups), bands=tuple(bands))


def _health() -> HealthView:
    """One promise that broke tonight, one source that is late."""
    broken = Trouble(
        "fail",
        "promise",
        "mart.store_daily: `net_usd` is never null",
        "model.shop.mart.store_daily",
        "relation/mart.store_daily.html#column-net_usd",
        since=NIGHT,
        message="3 of 100 rows",
        owner="Sales analytics",
        file="expectations/mart/sales/store_daily.yml",
        line=12,
    )
    late = Trouble("warn", "freshness", "lake.customers", "model.shop.lake.customers", "relation/lake.customers.html")
    days = tuple(DayOfHealth((NIGHT - timedelta(days=back)).date(), "pass" if back else "fail") for back in range(30))
    run = InvocationView("run-1", "build", "prod", NIGHT - timedelta(minutes=2), NIGHT, "failed", 1)
    return HealthView((run,), (broken, late), 20, 22, days[::-1], (("lake.orders: one a day", "a singular test"),))


def _evolution() -> EvolutionView:
    """A change that can be proven, others that take a person, two that were kept apart, one thing that is unknown."""
    diff = (
        "--- a/models/mart/sales/regions.sql\n+++ b/models/mart/sales/regions.sql\n@@ -1,3 +1,3 @@\n select region,\n"
        f"--- the old way\n-    sum(gross) as net_usd, {'x' * 200}\n+    sum(net_usd) as net_usd\n from {HARMFUL}"
    )
    proven = ProposalView(
        "simplify-00000a",
        "simplify",
        f"warehouse.orders adds nothing {HARMFUL}",
        (_link("model.shop.warehouse.orders"), _link("model.shop.mart.store_daily")),
        (("models/warehouse/orders.sql:1", "selects all columns as they are"), ("query logs", "no reader but one")),
        "2 use cases, 31 lines of SQL",
        "Whoever reads it directly reads another relation from then on.",
        ("Sales analytics", "Ann <ann@example.com>"),
        diff,
        provable=True,
    )
    person = ProposalView("agree-00000b", "agree", "net_usd: one name, two meanings", proven.about, proven.evidence)
    more = tuple(replace(person, id=f"retire-{each:06}", kind="retire", title=f"{LONG} {each}") for each in range(9))
    apart = KeptView("retire-00000c", "mart.margins is not asked", "The auditors ask in March.", NIGHT.date(), "Ann")
    unknown = ("No query log is imported: nothing can be called unused.",)
    return EvolutionView(NIGHT, True, "", (proven, person, *more), (apart, replace(apart, id="x", past=True)), unknown)


def _front() -> FrontView:
    kept, broken = Health(passing=12), Health(passing=8, failing=2)
    return FrontView(
        project="shop",
        built_at="2026-03-01T04:10:00Z",
        groups=(
            GroupView("shop", "Shop", "source", "index.html#shop", relations=2, columns=9, health=kept),
            GroupView("web", "Web events", "source", "index.html#web", relations=1, columns=4, health=Health(late=1)),
            GroupView("orders", "Orders", "subject", "index.html#orders", relations=2, columns=6, health=kept),
            GroupView("people", "People " + HARMFUL, "subject", "index.html#people", relations=2, columns=5),
            GroupView("sales", "Sales", "use", "index.html#sales", relations=2, columns=7, queries=40, health=broken),
            GroupView("growth", "Growth", "use", "index.html#growth", relations=1, columns=3, health=kept),
        ),
        bands=(
            Band("shop", "orders", 6, 90_000, 30),
            Band("shop", "people", 3, 4_000, 12),
            Band("web", "people", 2, 700_000, 2),
            Band("orders", "sales", 5, 365, 40),
            Band("people", "sales", 2, 365, 40),
            Band("people", "growth", 3, 900, 0),
        ),
        health=broken,
        proposals=11,
    )
