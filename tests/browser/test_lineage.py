"""Lineage on a relation's page: of a column or of the whole, drawn, followed and walked by pointer and keys."""

from typing import TYPE_CHECKING

from tests.browser.overlaps import overlapping
from tests.browser.small_site import LONG

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Visit

STORE_DAILY = "relation/mart.store_daily.html#lineage=net_usd"
DAYS = "relation/lake.days.html#lineage=day"


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


def test_all_of_the_way_is_drawn_from_the_column_in_the_address_where_it_is_short(visit: "Visit") -> None:
    page = settled(visit(STORE_DAILY), 4)
    assert columns(page) == {
        "gross of lake.orders",
        "discount of lake.orders",
        "net_usd of warehouse.orders",
        "net_usd of mart.store_daily",
        "net_usd of mart.regions",
    }
    assert edges(page, "aggregated") == 2
    assert page.get_by_role("button", name="One step further up").get_attribute("aria-disabled") == "true"


def test_a_long_way_is_drawn_one_step_each_way_and_goes_on_step_by_step(visit: "Visit") -> None:
    page = settled(visit(DAYS), 2)
    assert columns(page) == {"day of lake.days", "day of warehouse.calendar"}
    page.get_by_role("button", name="One step further down").click()
    settled(page, 60)


def test_all_of_a_long_way_is_one_click(visit: "Visit") -> None:
    page = settled(visit(DAYS), 2)
    page.get_by_role("button", name="All the way down").click()
    settled(page, 60)


def test_a_box_goes_on_by_its_own_handle(visit: "Visit") -> None:
    page = settled(visit(DAYS), 2)
    page.get_by_role("button", name="What warehouse.calendar feeds: 1 column").click()
    settled(page, 60)


def test_more_boxes_than_can_be_read_come_in_portions(visit: "Visit") -> None:
    page = settled(visit("relation/warehouse.calendar.html#lineage=day"), 60)
    assert "60 relations shown, 112 more are left out" in page.locator(".lineage-said").inner_text()
    page.get_by_role("button", name="More boxes").click()
    settled(page, 120)


def test_the_relation_as_a_whole_is_drawn_without_being_asked_for(visit: "Visit") -> None:
    page = visit("relation/mart.store_daily.html")
    page.locator("#lineage-title").scroll_into_view_if_needed()
    settled(page, 7)
    assert columns(page) == set()
    assert "Wall of stores" in str(page.locator(".lineage .box.use").text_content())
    assert "6 relations and 1 use shown" in page.locator(".lineage-said").inner_text()


def test_a_relation_that_is_not_well_shows_it_in_the_lineage_of_others(visit: "Visit") -> None:
    page = settled(visit("relation/mart.regions.html#lineage=net_usd"), 4)
    broken = page.locator(".lineage .box", has=page.locator(".health.fail"))
    shown = set(broken.locator(".box-title").all_text_contents())
    assert shown == {"mart.regions", "mart.store_daily", "warehouse.orders"}
    assert "1 of 1 promise failing" in str(broken.locator("title").first.text_content())


def test_a_click_on_a_box_starts_from_that_relation(visit: "Visit") -> None:
    page = settled(visit("relation/mart.regions.html#lineage"), 7)
    page.locator('.lineage [data-key="model.shop.lake.customers\\a "]').click(position={"x": 3, "y": 3})
    page.wait_for_selector('.whole.start[aria-label="lake.customers"]')


def test_what_only_decides_rows_is_apart_and_can_be_shown(visit: "Visit") -> None:
    page = settled(visit(STORE_DAILY), 4)
    assert edges(page, "decides") == 0
    page.get_by_label("what decides rows").check()
    settled(page, 5)
    assert edges(page, "decides") == 4
    assert {"customer_id of warehouse.customers", "is_test of lake.orders"} < columns(page)


def test_a_pointer_on_an_edge_tells_kind_and_expression(visit: "Visit") -> None:
    page = settled(visit(STORE_DAILY), 4)
    page.locator(".edge.aggregated .edge-sign").first.hover()
    assert "sum(orders.net_usd)" in details(page)
    assert "aggregated from warehouse.orders.net_usd" in details(page)


def test_arrow_keys_walk_along_the_edges(visit: "Visit") -> None:
    page = settled(visit(STORE_DAILY), 4)
    page.locator(".lineage .column.start").focus()
    page.keyboard.press("ArrowLeft")
    assert "sum(orders.net_usd)" in str(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    page.keyboard.press("ArrowLeft")
    focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused == "net_usd of warehouse.orders"


def test_a_click_on_a_column_starts_from_it(visit: "Visit") -> None:
    page = settled(visit(STORE_DAILY), 4)
    page.get_by_role("button", name="gross of lake.orders", exact=True).click()
    page.wait_for_selector(".column.start[aria-label='gross of lake.orders']")
    assert "discount of lake.orders" not in columns(page)


def test_another_address_on_the_same_page_draws_anew(visit: "Visit") -> None:
    page = settled(visit(STORE_DAILY), 4)
    page.evaluate("location.hash = 'lineage=orders'")
    page.wait_for_selector(".column.start[aria-label='orders of mart.store_daily']")
    page.go_back()
    page.wait_for_selector(".column.start[aria-label='net_usd of mart.store_daily']")


def test_a_link_to_another_part_of_the_page_leaves_the_drawing_as_it_is(visit: "Visit") -> None:
    page = settled(visit(STORE_DAILY), 4)
    page.locator(".sections a", has_text="SQL").click()
    page.wait_for_url("**#sql")
    assert page.locator(".column.start").get_attribute("aria-label") == "net_usd of mart.store_daily"


def test_a_column_with_a_space_in_its_name_is_drawn_from_its_link(visit: "Visit") -> None:
    page = visit("relation/lake.orders.html")
    page.locator("#column-sold_at a.trace").click()
    page.wait_for_selector(".column.start[aria-label='sold at of lake.orders']")


def test_no_sign_covers_another_and_no_name_reaches_out_of_its_box(visit: "Visit") -> None:
    page = settled(visit("relation/warehouse.orders.html#lineage=sold_on"), 4)
    assert page.locator(".edge-plate").count() >= 7
    assert overlapping(page, ".edge-plate") == []
    rooms = page.eval_on_selector_all(
        ".lineage .box",
        "all => all.map(box => box.querySelector('.box-frame').getBBox().width"
        " - box.querySelector('.box-title').getBBox().width)",
    )
    assert min(rooms) > 14
    long = [name for name in page.locator(".box-title").all_text_contents() if "…" in name]
    assert [name[-8:] for name in long] == [LONG[-8:]]


def test_signs_of_edges_that_cross_stand_apart(visit: "Visit") -> None:
    page = settled(visit("relation/mart.margins.html#lineage=share"), 3)
    # Six edges; a sign for which there is no room is left out.
    assert page.locator(".edge-plate").count() >= 5
    assert overlapping(page, ".edge-plate") == []


def test_dragging_moves_and_chooses_nothing(visit: "Visit") -> None:
    page = settled(visit(STORE_DAILY), 4)
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
    page = settled(visit(STORE_DAILY), 4)
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
