"""A column's lineage and values as HTML lists: in Python, for a template takes five times as long."""

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup, escape

from ribbon.catalog.addresses import column_anchor, fragment
from ribbon.catalog.pages.charts import spark, value_bars
from ribbon.catalog.pages.format import count, quoted, safe_html, share
from ribbon.catalog.views import ColumnEdge, ColumnView, Distribution, Link, ProfileView, RelationView, RowEdge

__all__ = ["ColumnLinks", "values"]

SHOWN = 8
LONGEST_EXPRESSION = 400

LONGEST_VALUE = 60


class ColumnLinks:
    """Links of one relation's page: to columns of the relations one step away and of itself."""

    def __init__(self, view: RelationView) -> None:
        here = Link(view.unique_id, view.label, view.layer, view.slug)
        self._links: Mapping[str, tuple[str, str]] = {
            link.unique_id: (f"{quoted(link.slug)}.html", str(escape(link.label)))
            for link in (*view.upstream, *view.downstream, here)
        }

    def column(self, relation: str, column: str) -> Markup:
        """A column elsewhere; a link where its relation has a page."""
        href, label = self._links.get(relation) or ("", escape(relation))
        name = f'<span class="of">{label}.</span><wbr>{escape(column)}' if column else label
        if not href:
            return safe_html(name)
        place = fragment(column_anchor(column)) if column else ""
        return safe_html(f'<a href="{href}{place}">{name}</a>')

    def ways(self, column: ColumnView) -> Markup:
        """Where a column comes from, what is made from it, whose rows it decides."""
        parts = (
            _listed(column.kind, _made(column)),
            _listed("from", [self._edge(edge, column.expression) for edge in column.made_from]),
            _listed("feeds", [self._edge(edge) for edge in column.feeds]),
            _listed("rows of", list(dict.fromkeys(self._decided(edge) for edge in column.decides))),
        )
        text = "".join(parts)
        return safe_html(f"<dl>{text}</dl>" if text else "")

    def _edge(self, edge: ColumnEdge, known: str = "") -> str:
        steps = edge.expressions if edge.expressions != (known,) else ()
        code = "".join([f"<code>{escape(shortened(one))}</code>" for one in steps])
        how = f"<details><summary>how</summary>{code}</details>" if code else ""
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
    """An expression that fits; the SQL below has all of it."""
    return expression if len(expression) <= LONGEST_EXPRESSION else expression[:LONGEST_EXPRESSION] + "…"


def values(column: ColumnView) -> Markup:
    """Share of empty values, distinct ones, the smallest, the largest and the most frequent."""
    seen = column.profile
    if seen is None:
        return safe_html("")
    listed = "".join(
        f"<div><dt>{name}</dt><dd>{figure}</dd></div>" for name, figure in _figures(seen, column.restricted)
    )
    frequent = _frequent(seen.top, seen.rows) if seen.top and seen.top.counts and not column.restricted else ""
    return safe_html(f"<dl>{listed}</dl>{frequent}")


def _figures(seen: ProfileView, restricted: bool) -> Iterator[tuple[str, str]]:
    empty = escape(share(seen.nulls / seen.rows)) if seen.rows else "no rows"
    yield "empty", f"{empty} {spark(seen.null_rates, 'Share of empty values over the last runs', 0.0)}"
    if seen.distinct is not None:
        yield "distinct", count(seen.distinct)
    if seen.smallest is not None and not restricted:
        yield "least", _value(seen.smallest)
    if seen.largest is not None and not restricted:
        yield "most", _value(seen.largest)


def _frequent(top: Distribution, rows: int) -> str:
    items = "".join(f"<li><code>{_value(label)}</code> {_times(number, rows)}</li>" for label, number in _pairs(top))
    picture = f'<summary>{value_bars(top)}<span class="hidden">Most frequent values</span></summary>'
    return f'<details class="top-values">{picture}<ol>{items}</ol></details>'


def _pairs(top: Distribution) -> Iterator[tuple[str, int]]:
    return zip(top.labels, top.counts, strict=False)


def _times(number: int, rows: int) -> str:
    return f'{count(number)} <span class="of">{escape(share(number / rows))}</span>' if rows else count(number)


def _value(text: str) -> str:
    return str(escape(text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"))
