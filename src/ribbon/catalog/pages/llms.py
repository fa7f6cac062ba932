"""Relations as Markdown and the site's contents as llms.txt: for language models, and for readers of plain text."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from ribbon.catalog.pages.format import count, share, stamp
from ribbon.catalog.pages.markdown import first_sentence, plain_text
from ribbon.catalog.pages.summary import WORDS, group_summary
from ribbon.catalog.views import ColumnEdge, ColumnView, FrontView, Link, PromiseView, RelationView

__all__ = ["llms_txt", "markdown_of_relation"]

# Markdown leaves an underscore inside a name alone.
MARKUP = re.compile(r"([\\`*\[\]<>|#]|\b_|_\b)")
FENCE = re.compile(r"`{3,}")


def markdown_of_relation(view: RelationView) -> str:
    """relation/<slug>.md: the page without its pictures. Values of columns are not in it at all."""
    labels = {link.unique_id: link.label for link in (*view.upstream, *view.downstream)}
    parts = [
        f"# {_text(view.label)}\n",
        *_description(view),
        *_glance(view),
        *_columns(view, labels),
        *_promises(view),
        *_links("Reads", view.upstream),
        *_links("Read by", view.downstream),
        *_exposures(view),
        *_proposals(view),
        *_sql(view),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _description(view: RelationView) -> Iterator[str]:
    if view.description:
        # Indented by a quote, so that headings of a description are not taken for those of this file.
        yield "\n".join(f"> {line}".rstrip() for line in view.description.strip().splitlines()) + "\n"


def _glance(view: RelationView) -> Iterator[str]:
    facts = {
        "Layer": f"{view.layer}, {view.materialized or view.resource_type}",
        "Name in the database": _code(view.database_name),
        "One row per": ", ".join(_code(name) for name in view.grain),
        "Owner": _text(view.owner) + (f" <{view.email}>" if "@" in view.email else ""),
        "Rows": count(view.row_count) if view.row_count is not None else "",
        "Health": view.verdict.words,
        "Last built": stamp(view.last_built.finished_at) + " UTC" if view.last_built else "",
        "Loaded": stamp(view.loaded_at) + " UTC" if view.loaded_at else "",
        "Freshness": view.freshness,
        "Queried": f"{view.usage.queries:,} times by {len(view.usage.people):,} people" if view.usage else "",
        "Code": _code(view.file),
    }
    yield "".join(f"- {name}: {fact}\n" for name, fact in facts.items() if fact)


def _columns(view: RelationView, labels: dict[str, str]) -> Iterator[str]:
    if not view.columns:
        return
    yield "## Columns\n\n| column | type | description | made from | empty |\n|---|---|---|---|---|"
    for column in view.columns:
        made_from = ", ".join(_edge(edge, labels) for edge in column.made_from)
        marks = "".join(
            f" ({mark})" for mark, there in (("key", column.key), ("restricted", column.restricted)) if there
        )
        name, described = _cell(_code(column.name)), _cell(_text(plain_text(column.description)))
        cells = (name + marks, _cell(column.data_type or ""), described, _cell(made_from), _empty(column))
        yield f"| {' | '.join(cells)} |"
    yield ""


def _edge(edge: ColumnEdge, labels: dict[str, str]) -> str:
    return f"{_code(f'{labels.get(edge.relation, edge.relation)}.{edge.column}')} {edge.kind}"


def _empty(column: ColumnView) -> str:
    seen = column.profile
    return share(seen.nulls / seen.rows) if seen and seen.rows else ""


def _promises(view: RelationView) -> Iterator[str]:
    if view.all_promises:
        yield "## Promises\n"
        yield "".join(f"- {_promise(one)}\n" for one in view.all_promises)


def _promise(one: PromiseView) -> str:
    state = WORDS.get(one.status, one.status)
    return f"{' '.join(one.words.split())} ({state})"


def _links(title: str, links: Iterable[Link]) -> Iterator[str]:
    lines = "".join(f"- [{_text(link.label)}]({quote(link.slug)}.md)\n" for link in links)
    if lines:
        yield f"## {title}\n\n{lines}"


def _exposures(view: RelationView) -> Iterator[str]:
    if view.exposures:
        yield "## Used in\n"
        lines = (
            f"- {_text(one.label or one.name)} ({one.type}): {first_sentence(one.description)}"
            for one in view.exposures
        )
        yield "".join(f"{line.rstrip(': ')}\n" for line in lines)


def _proposals(view: RelationView) -> Iterator[str]:
    if view.proposals:
        lines = (f"- {_text(one.title)} (`ribbon evolve show {one.id}`)\n" for one in view.proposals)
        yield f"## How it should grow\n\n{''.join(lines)}"


def _sql(view: RelationView) -> Iterator[str]:
    if view.sql:
        fence = "`" * max(3, *(len(found) + 1 for found in FENCE.findall(view.sql)), 3)
        yield f"## SQL\n\n{fence}sql\n{view.sql.strip()}\n{fence}"


def _text(text: str) -> str:
    return MARKUP.sub(r"\\\1", text)


def _code(text: str) -> str:
    return f"`{text.replace('`', '')}`" if text else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|") if "\\|" not in text else " ".join(text.split())


def llms_txt(view: FrontView, relations: Iterable[tuple[Link, str]]) -> str:
    """llms.txt as llmstxt.org describes it: marts and the warehouse first, sources as optional.

    relations: each with the first sentence of its description, as plain text.
    """
    by_layer: dict[str, list[str]] = {"mart": [], "warehouse": [], "lake": []}
    for link, about in relations:
        line = f"- [{_text(link.label)}](relation/{quote(link.slug)}.md)"
        by_layer.setdefault(link.layer, []).append(f"{line}: {about}" if about else line)
    about_site = f"> A data catalog made by Ribbon from dbt's artifacts of {view.built_at or 'an unknown date'}."
    parts = [f"# {_text(view.project)}", about_site, f"Promises: {group_summary(view.health).words}.", *_groups(view)]
    titles = {"mart": "Marts", "warehouse": "Warehouse", "lake": "Optional"}
    parts += [f"## {titles.get(layer, layer)}\n\n" + "\n".join(lines) for layer, lines in by_layer.items() if lines]
    return "\n\n".join(parts) + "\n"


def _groups(view: FrontView) -> Iterator[str]:
    lines = [
        f"- [{_text(group.label)}]({group.page}): {first_sentence(group.description) or group.side}"
        for group in (*view.groups, *view.folded)
        if group.page
    ]
    if lines:
        yield "## Sources, subjects and use cases\n\n" + "\n".join(lines)
