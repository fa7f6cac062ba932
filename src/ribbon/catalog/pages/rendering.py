"""Views as pages. What a template would have to work out is worked out here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from ribbon.catalog.pages.anchors import unique
from ribbon.catalog.pages.diagram import entity_diagram
from ribbon.catalog.pages.edges import Ends
from ribbon.catalog.pages.environment import render
from ribbon.catalog.pages.scripting import relation_data
from ribbon.catalog.pages.shell import Shell
from ribbon.catalog.pages.standing import (
    group_standing,
    health_standing,
    relation_standing,
    shown_status,
    use_case_standing,
)
from ribbon.catalog.views import FrontView, HealthView, Link, ListedView, RelationView, SubjectView, UseCaseView
from ribbon.catalog.views.anchors import column_anchor

__all__ = ["render_front", "render_health", "render_relation", "render_subject", "render_use_case"]

SIDES = (("source", "Sources"), ("subject", "Subjects"), ("use", "Use cases"))
MOST_TROUBLES = 300


@dataclass(frozen=True, slots=True)
class Totals:
    """How much there is of it all."""

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
        standing=group_standing(view.health),
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
        standing=relation_standing(view),
        sections=_sections(view),
        columns=[(column, unique(column_anchor(column.name), taken)) for column in view.columns],
        ends=Ends(view),
        references=_references(view.upstream),
        data=relation_data(view),
    )


def _sections(view: RelationView) -> list[tuple[str, str]]:
    """Anchor and label of the parts that the page has."""
    parts: tuple[tuple[str, str, object], ...] = (
        ("lineage", "Lineage", True),
        ("promises", "Promises", view.promises),
        ("columns", "Columns", True),
        ("sql", "SQL", view.sql or view.compiled),
        ("runs", "Runs", view.runs),
        ("usage", "Who asks", view.usage),
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
        summary=health_standing(view),
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
        standing=use_case_standing(view),
        links=links or {},
        listed=listed,
    )


def render_subject(view: SubjectView, shell: Shell) -> str:
    """subject/<name>.html or source/<name>.html: its relations and how their keys tie them."""
    return render(
        "subject.html.j2",
        view=view,
        shell=shell,
        here=f"{view.side}/{view.name}.html",
        standing=group_standing(view.health),
        named={entity.link.unique_id: entity.link.label for entity in view.entities},
        diagram=entity_diagram(view, shell),
    )
