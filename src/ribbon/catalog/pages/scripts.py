"""Data for the page's scripts: as JSON inside a page, and as a file that calls `ribbon.receive`."""

from collections.abc import Iterable
from typing import Any

import msgspec
from markupsafe import Markup

from ribbon.catalog.pages.format import safe_html
from ribbon.catalog.pages.summary import relation_summary
from ribbon.catalog.views import ColumnEdge, ColumnView, Link, RelationView, RowEdge

__all__ = ["json_for_script", "received", "relation_data"]

# A `</script` in a description must not end the script, and `<!--` must not begin a comment in it.
ESCAPES = (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"))
LINE_ENDS = (("\u2028", "\\u2028"), ("\u2029", "\\u2029"))

Row = list[Any]


def json_for_script(data: object) -> Markup:
    """JSON that may stand inside `<script type="application/json">`."""
    return safe_html(_replaced(msgspec.json.encode(data).decode(), (*ESCAPES, *LINE_ENDS)))


def received(kind: str, data: object) -> str:
    """The text of a script that hands data to the page."""
    body = _replaced(msgspec.json.encode(data).decode(), LINE_ENDS)
    return f'ribbon.receive("{kind}", {body});\n'


def _replaced(text: str, pairs: Iterable[tuple[str, str]]) -> str:
    for old, new in pairs:
        text = text.replace(old, new)
    return text


def relation_data(view: RelationView) -> dict[str, Any]:
    """A relation, what it reads, its columns with their edges, in the form that browser/README.md describes."""
    places = _Places(view)
    summary = relation_summary(view)
    return {
        "id": view.unique_id,
        "label": view.label,
        "layer": view.layer,
        "slug": view.slug,
        "complete": view.complete,
        "standing": [summary.status, summary.words],
        "reads": [places.of(link.unique_id) for link in view.upstream],
        "read_by": [places.of(link.unique_id) for link in (*view.downstream, *places.uses)],
        "columns": [_column(column, places) for column in view.columns],
        "rows": [[places.of(edge.relation), edge.column, edge.role, edge.expression] for edge in view.rows_by],
        "relations": places.relations,
    }


class _Places:
    """Relations that edges name, each once, numbered as they are met."""

    def __init__(self, view: RelationView) -> None:
        self.uses = [Link(use.unique_id, use.label or use.name, "use", "") for use in view.exposures]
        self.links = {link.unique_id: link for link in (*view.upstream, *view.downstream, *self.uses)}
        self.links[view.unique_id] = Link(view.unique_id, view.label, view.layer, view.slug)
        self.numbers: dict[str, int] = {}
        self.relations: list[Row] = []

    def of(self, unique_id: str) -> int:
        number = self.numbers.get(unique_id)
        if number is None:
            number = self.numbers[unique_id] = len(self.relations)
            link = self.links.get(unique_id) or Link(unique_id, unique_id, "", "")
            self.relations.append([link.unique_id, link.label, link.layer, link.slug])
        return number


def _column(column: ColumnView, places: _Places) -> Row:
    row: Row = [
        column.name,
        column.kind,
        column.expression,
        [_edge(edge, places) for edge in column.made_from],
        [_edge(edge, places) for edge in column.feeds],
        [_decided(edge, places) for edge in column.decides],
    ]
    while len(row) > 1 and not row[-1]:
        row.pop()
    return row


def _edge(edge: ColumnEdge, places: _Places) -> Row:
    return [places.of(edge.relation), edge.column, edge.kind, edge.expressions]


def _decided(edge: RowEdge, places: _Places) -> Row:
    return [places.of(edge.relation), edge.role, edge.expression]
