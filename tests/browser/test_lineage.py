"""Column lineage on a relation's page: drawn from a column, walked by pointer and keys."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Visit

STORE_DAILY = "relation/mart.store_daily.html#lineage=net_usd"


def settled(page: "Page", boxes: int) -> "Page":
    page.locator(".lineage .box").nth(boxes - 1).wait_for(state="attached")
    assert page.locator(".lineage .box").count() == boxes
    return page


def columns(page: "Page") -> set[str]:
    return set(page.eval_on_selector_all(".lineage .column", "all => all.map(one => one.getAttribute('aria-label'))"))


def edges(page: "Page", kind: str) -> int:
    return page.locator(f".lineage .edge.{kind}").count()


def details(page: "Page") -> str:
    return page.locator(".lineage-details").inner_text()


def test_one_step_each_way_is_drawn_from_the_column_in_the_address(visit: "Visit") -> None:
    page = settled(visit(STORE_DAILY), 3)
    assert columns(page) == {"net_usd of mart.store_daily", "net_usd of warehouse.orders", "net_usd of mart.regions"}
    assert edges(page, "aggregated") == 2


def test_the_way_goes_on_step_by_step_with_only_the_columns_concerned(visit: "Visit") -> None:
    page = settled(visit(STORE_DAILY), 3)
    page.get_by_role("button", name="One step further up").click()
    settled(page, 4)
    assert {"gross of lake.orders", "discount of lake.orders"} < columns(page)
    assert "sold at of lake.orders" not in columns(page)
    assert page.get_by_role("button", name="One step further up").get_attribute("aria-disabled") == "true"


def test_all_of_the_way_is_one_click(visit: "Visit") -> None:
    page = settled(visit("relation/lake.customers.html#lineage=region"), 2)
    page.get_by_role("button", name="All the way down").click()
    settled(page, 4)


def test_a_box_goes_on_by_its_own_handle(visit: "Visit") -> None:
    page = settled(visit(STORE_DAILY), 3)
    page.get_by_role("button", name="Where warehouse.orders comes from").click()
    settled(page, 4)


def test_what_only_decides_rows_is_apart_and_can_be_shown(visit: "Visit") -> None:
    page = settled(visit(STORE_DAILY), 3)
    assert edges(page, "decides") == 0
    page.get_by_label("what decides rows").check()
    settled(page, 4)
    assert edges(page, "decides") == 3
    assert "customer_id of warehouse.customers" in columns(page)


def test_a_pointer_on_an_edge_tells_kind_and_expression(visit: "Visit") -> None:
    page = settled(visit(STORE_DAILY), 3)
    page.locator(".edge.aggregated .edge-sign").first.hover()
    assert "sum(orders.net_usd)" in details(page)
    assert "aggregated from warehouse.orders.net_usd" in details(page)


def test_arrow_keys_walk_along_the_edges(visit: "Visit") -> None:
    page = settled(visit(STORE_DAILY), 3)
    page.locator(".lineage .column.start").focus()
    page.keyboard.press("ArrowLeft")
    assert "sum(orders.net_usd)" in str(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    page.keyboard.press("ArrowLeft")
    focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused == "net_usd of warehouse.orders"


def test_a_click_on_a_column_starts_from_it(visit: "Visit") -> None:
    page = settled(visit(STORE_DAILY), 3)
    page.get_by_role("button", name="net_usd of warehouse.orders", exact=True).click()
    page.wait_for_selector(".column.start[aria-label='net_usd of warehouse.orders']")
    assert "gross of lake.orders" in columns(page)


def test_another_address_on_the_same_page_draws_anew(visit: "Visit") -> None:
    page = settled(visit(STORE_DAILY), 3)
    page.evaluate("location.hash = 'lineage=orders'")
    page.wait_for_selector(".column.start[aria-label='orders of mart.store_daily']")
    page.go_back()
    page.wait_for_selector(".column.start[aria-label='net_usd of mart.store_daily']")


def test_a_column_with_a_space_in_its_name_is_drawn_from_its_link(visit: "Visit") -> None:
    page = visit("relation/lake.orders.html")
    page.locator("#column-sold_at a.trace").click()
    settled(page, 2)


def test_more_boxes_than_can_be_read_come_in_portions(visit: "Visit") -> None:
    page = settled(visit("relation/warehouse.calendar.html#lineage=day"), 150)
    assert "21 more are left out" in page.locator(".lineage-said").inner_text()
    page.get_by_role("button", name="More boxes").click()
    settled(page, 171)


def test_dragging_moves_and_chooses_nothing(visit: "Visit") -> None:
    page = settled(visit(STORE_DAILY), 3)
    view = page.locator(".lineage > g")
    before = view.get_attribute("transform")
    column = page.get_by_role("button", name="net_usd of warehouse.orders", exact=True)
    column.hover()
    page.mouse.down()
    page.mouse.move(700, 500, steps=5)
    page.mouse.up()
    assert view.get_attribute("transform") != before
    assert page.locator(".column.start").get_attribute("aria-label") == "net_usd of mart.store_daily"


def test_the_wheel_scrolls_the_page_and_zooms_with_control(visit: "Visit") -> None:
    page = settled(visit(STORE_DAILY), 3)
    view = page.locator(".lineage > g")
    before = view.get_attribute("transform")
    page.locator(".lineage .column.start").hover()
    page.mouse.wheel(0, 30)
    assert view.get_attribute("transform") == before
    page.keyboard.down("Control")
    page.mouse.wheel(0, 120)
    page.keyboard.up("Control")
    page.locator(f'.lineage > g:not([transform="{before}"])').wait_for(state="attached")


def test_names_that_look_like_markup_stay_text(visit: "Visit") -> None:
    page = visit(STORE_DAILY)
    chooser = page.get_by_label("Draw the lineage of")
    chooser.select_option(index=5)
    page.wait_for_selector(".column.start[aria-label^='<script>']")
    assert page.evaluate("window.harmed") is None
