"""A small site, and a page of it taken apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from ribbon.catalog import pages
from ribbon.catalog.pages import NavEntry, Shell
from ribbon.catalog.views import (
    Band,
    ColumnView,
    EntityView,
    EvolutionView,
    FrontView,
    GroupView,
    Health,
    HealthView,
    KeyColumn,
    Link,
    ListedView,
    ProposalLink,
    ProposalView,
    RelationshipView,
    RelationView,
    SubjectView,
    Trouble,
    UseCaseView,
)
from tests.catalog_views import DAILY, NOW, ORDERS, column, relation

VOID = {"meta", "link", "input", "img", "br", "hr", "wbr"}
ROOT = Shell("shop", "7", 0, "2026-11-21T05:12:00Z", "manifest.json")
BELOW = replace(ROOT, depth=1)


@dataclass
class Page(HTMLParser):
    """A page taken apart: every element has an end, and what stands where."""

    text: str
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.text)
        self.close()
        assert self.open == []

    def __hash__(self) -> int:
        return id(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, name: str) -> list[str]:
        return [attrs[name] for _, attrs in self.elements if name in attrs]

    @property
    def said(self) -> str:
        return " ".join(" ".join(self.words).split())


def site() -> dict[str, str]:
    """A small site, whole: every page that a link of it leads to."""
    here = relation(proposals=(ProposalLink("agree-1", "agree", "paid: two meanings"),))
    me = Link(here.unique_id, here.label, here.layer, here.slug)
    lake = _end(here, ORDERS, ("paid", "is_test"), downstream=(me,), group_page="source/raw.html")
    mart = _end(here, DAILY, ("order_id", "paid"), upstream=(me,), group_page="use/daily.html")
    use = UseCaseView("daily", "Daily", marts=(DAILY.unique_id,))
    return {
        "index.html": pages.render_front(_front(), ROOT),
        "health.html": pages.render_health(_health(me), ROOT),
        "evolution.html": pages.render_evolution(_evolution(me), ROOT),
        "source/raw.html": pages.render_subject(replace(_subject(me), side="source", name="raw"), BELOW),
        "subject/sales.html": pages.render_subject(_subject(me), BELOW),
        "use/daily.html": pages.render_use_case(use, BELOW, (ListedView(DAILY),)),
        **_handbook(
            {"naming": "# Naming\n\n## A `b`\n\n[x](gate.md#the-gate), [y](../../a.py)", "gate": "## The gate"}
        ),
        **{f"relation/{view.slug}.html": pages.render_relation(view, BELOW) for view in (here, lake, mart)},
        **{f"relation/{view.slug}.md": pages.markdown_of_relation(view) for view in (here, lake, mart)},
    }


def _front() -> FrontView:
    groups = (
        GroupView("source/raw", "Raw", "source", "source/raw.html", "What **came**.", 1, 2, 0, Health(passing=1)),
        GroupView("subject/sales", "Sales", "subject", "subject/sales.html", relations=1, columns=2),
        GroupView("use/daily", "Daily", "use", "use/daily.html", queries=4),
    )
    return FrontView(
        "shop", "", groups, (Band("source/raw", "subject/sales", 2), Band("subject/sales", "use/daily", 1))
    )


def _health(link: Link) -> HealthView:
    page = f"relation/{link.slug}.html#column-paid"
    trouble = Trouble("fail", "promise", "paid", link.unique_id, page, NOW, file="a.yml", line=3)
    return HealthView(troubles=(trouble, replace(trouble, status="warn")))


def _evolution(link: Link) -> EvolutionView:
    proposal = ProposalView("agree-1", "agree", "paid: two meanings", (link, Link("model.shop.gone", "gone", "", "")))
    return EvolutionView(NOW, proposals=(proposal, replace(proposal, id="agree-2", title="order_id: two meanings")))


def _subject(link: Link) -> SubjectView:
    keys = (KeyColumn("order_id", "bigint", primary=True, foreign=True),)
    names = (link.unique_id, ("order_id",), DAILY.unique_id, ("order_id",))
    tie = RelationshipView(*names, "test", "many to one", optional=False)
    return SubjectView(
        "sales",
        "Sales",
        relations=(ListedView(link),),
        entities=(EntityView(link, keys, 2), EntityView(DAILY, outside=True)),
        relationships=(tie, replace(tie, target=link.unique_id)),
    )


def _end(like: RelationView, link: Link, names: tuple[str, ...], **more: object) -> RelationView:
    """A relation of which nothing but names is traced."""
    columns: tuple[ColumnView, ...] = tuple(column(name, made_from=(), feeds=(), decides=()) for name in names)
    facts: Mapping[str, object] = {
        "upstream": (),
        "downstream": (),
        "rows_by": (),
        "sql": "",
        "grain": names[:1],
        **more,
    }
    return replace(like, unique_id=link.unique_id, slug=link.slug, columns=columns, **facts)  # type: ignore[arg-type]


def _handbook(texts: Mapping[str, str]) -> dict[str, str]:
    entries = tuple(NavEntry(pages.handbook_title(text, name), f"handbook/{name}.html") for name, text in texts.items())
    return {
        f"handbook/{name}.html": pages.render_handbook(text, BELOW, name=name, pages=entries)
        for name, text in texts.items()
    }
