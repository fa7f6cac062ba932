"""Columns up and down as lists of links. In Python: a page holds hundreds, and a template takes five times as long."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from ribbon.catalog.pages.addresses import quoted
from ribbon.catalog.pages.safe import written
from ribbon.catalog.views import ColumnEdge, ColumnView, Link, RelationView, RowEdge
from ribbon.catalog.views.anchors import column_anchor, fragment

__all__ = ["Ends"]

SHOWN = 8
LONGEST_EXPRESSION = 400


class Ends:
    """What edges of one relation's page point at: the relations one step away and itself."""

    def __init__(self, view: RelationView) -> None:
        here = Link(view.unique_id, view.label, view.layer, view.slug)
        self._ends: Mapping[str, tuple[str, str]] = {
            link.unique_id: (f"{quoted(link.slug)}.html", str(escape(link.label)))
            for link in (*view.upstream, *view.downstream, here)
        }

    def column(self, relation: str, column: str) -> Markup:
        """A column elsewhere; a link where its relation has a page."""
        href, label = self._ends.get(relation) or ("", escape(relation))
        name = f'<span class="of">{label}.</span><wbr>{escape(column)}' if column else label
        if not href:
            return written(name)
        place = fragment(column_anchor(column)) if column else ""
        return written(f'<a href="{href}{place}">{name}</a>')

    def ways(self, column: ColumnView) -> Markup:
        """Where a column comes from, what is made from it, whose rows it decides."""
        parts = (
            _listed(column.kind, _made(column)),
            _listed("from", [self._edge(edge, column.expression) for edge in column.made_from]),
            _listed("feeds", [self._edge(edge) for edge in column.feeds]),
            _listed("rows of", list(dict.fromkeys(self._decided(edge) for edge in column.decides))),
        )
        said = "".join(parts)
        return written(f"<dl>{said}</dl>" if said else "")

    def _edge(self, edge: ColumnEdge, known: str = "") -> str:
        steps = edge.expressions if edge.expressions != (known,) else ()
        said = "".join([f"<code>{escape(shortened(one))}</code>" for one in steps])
        how = f"<details><summary>how</summary>{said}</details>" if said else ""
        return f'{self.column(edge.relation, edge.column)} <span class="kind">{escape(edge.kind)}</span>{how}'

    def _decided(self, edge: RowEdge) -> str:
        return f'{self.column(edge.relation, "")} <span class="kind">{escape(edge.role)}</span>'


def _made(column: ColumnView) -> Sequence[str]:
    if not column.kind:
        return ()
    if column.expression:
        return (f'<code class="expression">{escape(shortened(column.expression))}</code>',)
    return ("",) if column.kind == "constant" else ()


def _listed(label: str, items: Sequence[str]) -> str:
    if not items:
        return ""
    shown = "".join([f"<dd>{item}</dd>" for item in items[:SHOWN]])
    rest = "".join([f"<li>{item}</li>" for item in items[SHOWN:]])
    more = f"<dd><details><summary>{len(items) - SHOWN} more</summary><ul>{rest}</ul></details></dd>" if rest else ""
    return f"<div><dt>{escape(label)}</dt>{shown}{more}</div>"


def shortened(expression: str) -> str:
    """An expression that fits; the whole stands in the SQL below."""
    return expression if len(expression) <= LONGEST_EXPRESSION else expression[:LONGEST_EXPRESSION] + "…"
