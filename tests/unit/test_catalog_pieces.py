"""The pieces of the catalog's pages: text, SQL, pictures, colours."""

import html
import re
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ribbon.catalog.pages import llms_txt, markdown_of_relation
from ribbon.catalog.pages.charts import bars, day_strip, run_bars, spark, verdict_strip
from ribbon.catalog.pages.entity_diagram import entity_diagram
from ribbon.catalog.pages.format import duration, moment, plural, share
from ribbon.catalog.pages.highlighting import highlighted
from ribbon.catalog.pages.markdown import PARSER, first_sentence, inline, rendered
from ribbon.catalog.pages.summary import promises_summary, relation_summary
from ribbon.catalog.views import (
    DayOfHealth,
    EntityView,
    FrontView,
    Health,
    KeyColumn,
    Link,
    NodeRunView,
    RelationshipView,
    SubjectView,
)
from ribbon.verdict import Reason, Verdict
from tests.catalog_site import ROOT
from tests.catalog_views import DAILY, NOW, ORDERS, column, promise, relation
from tests.conftest import REPOSITORY

STYLES = (REPOSITORY / "src/ribbon/catalog/browser/site.css").read_text()


def words_of(markup: str) -> str:
    return html.unescape(re.sub("<[^>]*>", "", markup))


@given(st.text(alphabet=st.sampled_from("ab1 .,'`_*-+#&<>()[]!:/\n\\~|=")))
def test_the_short_way_for_plain_sentences_says_what_the_parser_says(text: str) -> None:
    tokens = PARSER.parse(text.strip())
    if all(token.type in ("paragraph_open", "inline", "paragraph_close") for token in tokens):
        assert words_of(inline(text)) == words_of(PARSER.renderInline(text.strip()))
        assert words_of(rendered(text)).strip() == words_of(PARSER.render(text.strip())).strip()


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc"]
)
def test_a_link_in_a_description_leads_to_the_web_or_to_this_site(url: str) -> None:
    assert "href" not in rendered(f"[x]({url}) <{url}> ![x]({url})")
    assert 'href="https://example.com/a"' in rendered("[x](https://example.com/a)")
    assert 'href="../handbook/gate.html"' in rendered("[x](../handbook/gate.html)")


def test_html_in_a_description_stays_text_and_headings_stand_below_those_of_the_page() -> None:
    assert rendered("<b>x</b>\n\n<div>y</div>").count("<p>") == 2
    assert "&lt;div&gt;" in rendered("<b>x</b>\n\n<div>y</div>")
    assert "<h3>Grain</h3>" in rendered("# Grain")
    assert "<table>" in rendered("| a |\n|---|\n| 1 |")


def test_the_first_sentence_is_plain_and_not_too_long() -> None:
    assert first_sentence("One row per *store*. And more.\n\nSecond.") == "One row per store."
    assert first_sentence("a `b`\nc") == "a b c"
    assert len(first_sentence("x" * 500)) == 200


@given(st.text(alphabet=st.sampled_from("selct frm'\"`<>&{}%#-/*\\1.;\n")))
def test_sql_with_colours_says_what_it_said_without(sql: str) -> None:
    assert words_of(highlighted(sql)) == sql


def test_sql_tells_keywords_strings_comments_numbers_and_templates_apart() -> None:
    shown = highlighted("select 'a''b' as x, \"q\", 12 -- no\nfrom {{ ref('t') }} /* a */", {"t": "t.html"})
    assert re.findall(r"class=(\w)>(\w*)", shown) == [
        ("k", "select"), ("s", ""), ("k", "as"), ("q", ""), ("n", "12"), ("c", ""), ("k", "from"), ("j", ""), ("c", ""),
    ]  # fmt: skip
    assert """<a href="t.html">ref('t')</a>""" in shown


def test_a_strip_says_in_words_what_it_shows_and_puts_the_newest_to_the_right() -> None:
    history = promise("x", "fail", "pass", "warn", "skipped", "pass").history
    strip = verdict_strip(history)
    assert "Last 5: 2 passed, 1 warned, 1 failed, 1 not measured" in strip
    assert '<path class="fail" d="M116 6h4"/>' in strip
    assert verdict_strip(()) == ""
    days = day_strip([DayOfHealth(date(2026, 10, 1) + timedelta(days=day), "none") for day in range(40)])
    assert "2026-10-11 to 2026-11-09: 30 not measured" in days


def test_pictures_of_nothing_are_not_drawn() -> None:
    assert (
        spark((), "x")
        == spark((1,), "x")
        == spark((2, 2), "x")
        == bars((), "x")
        == bars((0, 0), "x")
        == run_bars(())
        == ""
    )


def test_a_line_and_bars_stay_inside_their_pictures() -> None:
    assert 'd="M0 20 1 0 2 10"' in spark((1.0, 3.0, 2.0), "x")
    assert 'd="M0 15 1 0"' in spark((0.1, 0.4), "x", 0.0)
    assert 'd="M4 40V0M12 40V39"' in bars((1000, 1), "x")
    assert "1 failed" in run_bars((NodeRunView("a", "success", 1, NOW), NodeRunView("b", "error", 2, NOW)))


def test_figures_never_round_something_to_nothing_nor_almost_all_to_all() -> None:
    assert [share(part) for part in (0, 0.00001, 0.1234, 0.5, 0.99999, 1)] == [
        "0 %", "< 0.1 %", "12.3 %", "50 %", "> 99.9 %", "100 %",
    ]  # fmt: skip
    assert [duration(seconds) for seconds in (0.04, 12.34, 200, 7500, 300000)] == [
        "0.04 s", "12.3 s", "3 min 20 s", "2 h 5 min", "3 days",
    ]  # fmt: skip
    assert moment(NOW) == '<time datetime="2026-11-21T05:12:00Z">2026-11-21 05:12</time>'
    assert (plural(1, "row"), plural(1200, "query", "queries")) == ("1 row", "1,200 queries")


def test_the_worst_comes_first_when_a_relation_is_judged() -> None:
    kept, broken, never = promise("a", "pass"), promise("b", "error"), promise("c")
    assert promises_summary([kept, kept]).words == "all 2 promises passing"
    assert promises_summary([kept, broken]).words == "1 of 2 promises failing"
    assert promises_summary([kept, never]).words == "1 of 2 promises measured, all passing"
    assert promises_summary([never]).status == promises_summary([]).status == "never"
    verdict = Verdict("fail", (Reason("fail", "run", "its last build failed", NOW), Reason("warn", "late", "late")))
    assert relation_summary(relation(verdict=verdict)).words == f"its last build failed; data from {NOW:%Y-%m-%d %H:%M}"
    assert (
        relation_summary(relation(verdict=Verdict("pass", (), ("a", "b"), ("a", "b")))).words
        == "all 2 promises passing"
    )


def diagram_of(*pairs: str) -> str:
    names = sorted({name for pair in pairs for name in pair})
    entities = tuple(
        EntityView(Link(name, name, "warehouse", name), tuple(KeyColumn(f"{key}_id") for key in names))
        for name in names
    )
    ties = tuple(RelationshipView(a, (f"{b}_id",), b, (f"{b}_id",), "join", "many to one") for a, b in pairs)
    return str(entity_diagram(SubjectView("s", "S", entities=entities, relationships=ties), ROOT))


def places_in(picture: str) -> dict[str, int]:
    found = re.findall(r'translate\((\d+) (\d+)\).*?class="entity-name">(\w)<', picture)
    return {name: int(x) for x, _, name in found}


def test_what_points_stands_left_of_what_it_points_at() -> None:
    places = places_in(diagram_of("ab", "bc", "ac"))
    assert places["a"] < places["b"] < places["c"]
    assert "many to one" in diagram_of("ab")
    assert 'class="tie inferred"' in diagram_of("ab")


@pytest.mark.parametrize("pairs", [("aa",), ("ab", "ba"), ("ab", "bc", "ca"), ()])
def test_keys_that_point_in_circles_are_drawn_too(pairs: tuple[str, ...]) -> None:
    assert len(places_in(diagram_of(*pairs))) == len({name for pair in pairs for name in pair})


def test_markdown_of_a_relation_is_whole_and_its_tables_hold() -> None:
    odd = column("a|b", description="x | y\n\n<b> *z*", promises=())
    text = markdown_of_relation(relation(odd, sql="select '```'"))
    row = next(line for line in text.splitlines() if line.startswith("| `a"))
    assert len(re.findall(r"(?<!\\)\|", row)) == 6
    assert "````sql\nselect '```'\n````" in text
    assert "- [lake.raw.orders](lake.raw.orders.md)" in text
    assert "One row per: `order_id`" in text


def test_llms_txt_lists_marts_first_and_sources_as_what_may_be_left_out() -> None:
    front = FrontView("shop", "2026-11-21", health=Health(passing=3))
    text = llms_txt(front, [(ORDERS, ""), (DAILY, "One row per day.")])
    assert text.startswith("# shop\n\n> ")
    assert "## Marts\n\n- [mart.daily](relation/mart.daily.md): One row per day.\n" in text
    assert text.index("## Marts") < text.index("## Optional")


def colour(name: str, dark: bool) -> tuple[float, ...]:
    found = re.search(rf"--{name}: light-dark\(#(\w+), #(\w+)\)", STYLES)
    assert found, name
    digits = found[2 if dark else 1]
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    return tuple(int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))


def luminance(parts: tuple[float, ...]) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


TEXT = [
    "ink",
    "soft",
    "link",
    "lake",
    "warehouse",
    "mart",
    "use",
    "pass",
    "warn",
    "fail",
    "never",
    "sql-k",
    "sql-s",
    "sql-n",
    "sql-c",
    "sql-j",
    "sql-q",
]
GROUNDS = ("ground", "raised")


@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out_from_its_ground(dark: bool) -> None:
    pairs = [
        *product(TEXT, GROUNDS),
        *product(("ink", "soft", "link"), ("sunken", "mark", "fail-ground", "warn-ground")),
    ]
    pairs += [("fail", "fail-ground"), ("warn", "warn-ground"), ("link", "fail-ground")]
    weak = {}
    for ink, ground in pairs:
        light, deep = sorted((luminance(colour(ink, dark)), luminance(colour(ground, dark))), reverse=True)
        if (contrast := (light + 0.05) / (deep + 0.05)) < 4.5:
            weak[ink, ground] = round(contrast, 2)
    assert not weak


def test_styles_are_small_and_every_variable_is_set() -> None:
    assert len(STYLES) < 30_000
    assert set(re.findall(r"var\(--([\w-]+)", STYLES)) <= set(re.findall(r"--([\w-]+):", STYLES))
    assert STYLES.count("{") == STYLES.count("}")
