"""Views as pages. What a template would have to work out is worked out here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ribbon.catalog.addresses import column_anchor, fragment, unique
from ribbon.catalog.pages import assets, charts
from ribbon.catalog.pages.columns import ColumnLinks, values
from ribbon.catalog.pages.entity_diagram import entity_diagram
from ribbon.catalog.pages.format import (
    breakable,
    capital,
    count,
    duration,
    external,
    lasting,
    mailto,
    moment,
    plural,
    quoted,
    share,
    stamp,
)
from ribbon.catalog.pages.highlighting import highlighted, highlighted_diff
from ribbon.catalog.pages.markdown import first_sentence, inline, rendered
from ribbon.catalog.pages.scripts import json_for_script, relation_data
from ribbon.catalog.pages.summary import (
    WORDS,
    group_summary,
    health_summary,
    promises_summary,
    relation_summary,
    shown_status,
    trouble_words,
    use_case_summary,
)
from ribbon.catalog.views import (
    EvolutionView,
    FrontView,
    HealthView,
    Link,
    ListedView,
    ProposalView,
    RelationView,
    Shell,
    SubjectView,
    UseCaseView,
)

__all__ = [
    "render",
    "render_evolution",
    "render_front",
    "render_health",
    "render_relation",
    "render_subject",
    "render_use_case",
]

FILTERS: dict[str, Callable[..., Any]] = {
    "anchor": column_anchor,
    "breakable": breakable,
    "capital": capital,
    "count": count,
    "duration": duration,
    "external": external,
    "fragment": fragment,
    "inline": inline,
    "json": json_for_script,
    "mailto": mailto,
    "markdown": rendered,
    "moment": moment,
    "plural": plural,
    "quoted": quoted,
    "sentence": first_sentence,
    "share": share,
    "shown": shown_status,
    "sql": highlighted,
    "stamp": stamp,
}
GLOBALS: dict[str, Any] = {
    "WORDS": WORDS,
    "assets": assets,
    "bars": charts.bars,
    "day_strip": charts.day_strip,
    "group_summary": group_summary,
    "lasting": lasting,
    "promises_summary": promises_summary,
    "relation_summary": relation_summary,
    "run_bars": charts.run_bars,
    "trouble_words": trouble_words,
    "spark": charts.spark,
    "values": values,
    "verdict_strip": charts.verdict_strip,
}

SIDES = (("source", "Sources"), ("subject", "Subjects"), ("use", "Use cases"))

MOST_TROUBLES = 300

# What each kind does, by kind.
KINDS = {
    "extract": ("Extract", "Logic that recurs becomes a model of the warehouse."),
    "agree": ("Agree", "One name with two meanings, or two names with one."),
    "add-mart": ("Add a mart", "What is queried repeatedly and no mart covers."),
    "retire": ("Retire", "Unused relations, in steps that can be undone."),
    "promise": ("Promise more", "Expectations that are missing, or that test nothing."),
    "follow": ("Follow the source", "What changed where the data comes from."),
    "mend": ("Fix the layers", "Breaches of the layer rule."),
    "simplify": ("Simplify", "Models that add nothing, or are built in the wrong way."),
}

# Proposals of a kind that are shown whole, the others in a line; and lines of a change.
MOST_WHOLE, MOST_LINES = 100, 200

# How many the page begins with.
BEST = 10


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("ribbon.catalog.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(FILTERS)
    environment.globals.update(GLOBALS)
    return environment


ENVIRONMENT = _environment()


def render(template: str, **names: Any) -> str:
    """The text of a page. Templates are compiled when they are first used."""
    return ENVIRONMENT.get_template(template).render(**names)


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals of the front page."""

    relations: int
    columns: int


def render_front(view: FrontView, shell: Shell) -> str:
    """index.html: what flows from sources over subjects into uses."""
    labels = {group.key: group.label for group in view.groups}
    groups = [group for group in (*view.groups, *view.folded) if group.page]
    return render(
        "front.html.j2",
        view=view,
        shell=shell,
        here="index.html",
        summary=group_summary(view.health),
        totals=Totals(sum(group.relations for group in view.groups), sum(group.columns for group in view.groups)),
        sides=[(side, label, [group for group in groups if group.side == side]) for side, label in SIDES],
        bands=[
            (band, labels.get(band.source, band.source), labels.get(band.target, band.target)) for band in view.bands
        ],
    )


def render_relation(view: RelationView, shell: Shell) -> str:
    """relation/<slug>.html: everything that is known of a relation."""
    taken: set[str] = set()
    return render(
        "relation.html.j2",
        view=view,
        shell=shell,
        here=f"relation/{view.slug}.html",
        summary=relation_summary(view),
        sections=_relation_sections(view),
        columns=[(column, unique(column_anchor(column.name), taken)) for column in view.columns],
        links=ColumnLinks(view),
        references=_references(view.upstream),
        data=relation_data(view),
    )


def _relation_sections(view: RelationView) -> list[tuple[str, str]]:
    """Anchor and label of the parts that the page has."""
    parts: tuple[tuple[str, str, object], ...] = (
        ("lineage", "Lineage", True),
        ("promises", "Promises", view.promises),
        ("columns", "Columns", True),
        ("sql", "SQL", view.sql or view.compiled),
        ("runs", "Runs", view.runs),
        ("usage", "Who queries it", view.usage),
        ("uses", "Used in", view.exposures),
        ("evolution", "Evolution", view.proposals),
        ("changes", "Changes", view.changes),
    )
    return [(anchor, label) for anchor, label, there in parts if there]


def _references(upstream: Sequence[Link]) -> dict[str, str]:
    """Addresses by what `ref` and `source` may call them: `orders`, `package.orders`, `system.table`."""
    found: dict[str, str] = {}
    for link in upstream:
        # As dbt makes them: `model.package.orders`, `model.package.orders.v2`, `source.package.system.table`.
        kind, package, name, *rest = [*link.unique_id.split("."), "", ""]
        names = [f"{name}.{rest[0]}"] if kind == "source" else [name, f"{package}.{name}"]
        found.update(dict.fromkeys(names, f"{quote(link.slug)}.html"))
    return found


def render_health(view: HealthView, shell: Shell) -> str:
    """health.html: what ran, what failed, since when."""
    run = view.runs[0] if view.runs else None
    return render(
        "health.html.j2",
        view=view,
        shell=shell,
        here="health.html",
        summary=health_summary(view),
        now=(run.finished_at or run.started_at) if run else None,
        red=[trouble for trouble in view.troubles if shown_status(trouble.status) == "fail"],
        amber=[trouble for trouble in view.troubles if shown_status(trouble.status) != "fail"],
        most=MOST_TROUBLES,
    )


def render_use_case(
    view: UseCaseView, shell: Shell, listed: Sequence[ListedView] = (), links: Mapping[str, Link] | None = None
) -> str:
    """use/<name>.html. listed: its marts. links: by unique id, for what its exposures read."""
    return render(
        "use_case.html.j2",
        view=view,
        shell=shell,
        here=f"use/{view.name}.html",
        summary=use_case_summary(view),
        links=links or {},
        listed=listed,
    )


def render_subject(view: SubjectView, shell: Shell) -> str:
    """subject/<name>.html or source/<name>.html: its relations and how their keys connect them."""
    return render(
        "subject.html.j2",
        view=view,
        shell=shell,
        here=f"{view.side}/{view.name}.html",
        summary=group_summary(view.health),
        named={entity.link.unique_id: entity.link.label for entity in view.entities},
        diagram=entity_diagram(view, shell),
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal shown whole. rank: among all, from 1. more: lines of the change that are left out."""

    proposal: ProposalView
    rank: int
    change: Markup
    more: int


@dataclass(frozen=True, slots=True)
class Section:
    """The proposals of a kind, the best first. rest: those that are shown in a line."""

    kind: str
    label: str
    about: str
    shown: Sequence[Shown]
    rest: Sequence[ProposalView]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.shown) + len(self.rest)


def render_evolution(view: EvolutionView, shell: Shell) -> str:
    """evolution.html: how the model should grow, the best first, by kind."""
    return render(
        "evolution.html.j2",
        view=view,
        shell=shell,
        here="evolution.html",
        best=view.proposals[:BEST] if len(view.proposals) > BEST else (),
        sections=_proposals_by_kind(view.proposals),
    )


def _proposals_by_kind(proposals: Sequence[ProposalView]) -> list[Section]:
    """The kind of the best proposal first."""
    by_kind: dict[str, list[tuple[int, ProposalView]]] = {}
    for rank, proposal in enumerate(proposals, 1):
        by_kind.setdefault(proposal.kind, []).append((rank, proposal))
    return [_kind_section(kind, ranked) for kind, ranked in by_kind.items()]


def _kind_section(kind: str, ranked: Sequence[tuple[int, ProposalView]]) -> Section:
    label, about = KINDS.get(kind, (kind, ""))
    shown = [Shown(each, rank, *highlighted_diff(each.diff, MOST_LINES)) for rank, each in ranked[:MOST_WHOLE]]
    return Section(kind, label, about, shown, [each for _, each in ranked[MOST_WHOLE:]])
