"""The search index: names in one file, text in several. The form is that of browser/README.md."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain

import msgspec

from ribbon.catalog.pages import received
from ribbon.catalog.pages.handbook import HANDBOOK
from ribbon.catalog.pages.markdown import first_sentence
from ribbon.catalog.site.context import NAV, SiteContext
from ribbon.catalog.site.folder import Folder
from ribbon.catalog.site.state import State
from ribbon.catalog.views import FrontView, Link, RelationView

__all__ = [
    "LAYERS",
    "SearchName",
    "described_relations",
    "names_data",
    "ranked_name",
    "shard_names",
    "shard_of",
    "short_description",
    "text_entry",
    "write_search_index",
]

# In the order of `layers` in names.js.
LAYERS = ("lake", "warehouse", "mart")

# About so many relations share a file of text.
_SHARD = 150

# More queries than this make no difference to the rank.
_MOST = 10**11

# Characters of a description beside a name.
_LONGEST = 100

Passage = tuple[str, str, str]

NAMES = "search/names.js"


class SearchName(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A relation among the names. layer: its place in LAYERS. columns: joined by line feeds."""

    label: str
    slug: str
    layer: int
    sentence: str
    columns: str


_decoder = msgspec.json.Decoder(SearchName)


@dataclass(frozen=True, slots=True)
class RankedName:
    """A relation in the index. rank: a text that sorts marts first, then by queries, then by label."""

    rank: str
    entry: SearchName


def ranked_name(view: RelationView, sentence: str) -> RankedName:
    """Its entry among the names: label, slug, layer, first sentence of its description as plain text, columns."""
    layer = LAYERS.index(view.layer)
    queries = view.usage.queries if view.usage else 0
    columns = "\n".join(column.name.replace("\n", " ") for column in view.columns)
    rank = f"{len(LAYERS) - layer}{_MOST - min(queries, _MOST):012}{view.label}"
    return RankedName(rank, SearchName(view.label, view.slug, layer, sentence, columns))


def names_data(relations: Sequence[SearchName]) -> dict[str, object]:
    """`columns` and `relations` of names.js: each name of a column once, the most frequent first, then its number."""
    held = [one.columns.split("\n") if one.columns else [] for one in relations]
    columns = [name for name, _ in Counter(chain.from_iterable(held)).most_common()]
    numbers = {name: number for number, name in enumerate(columns)}
    entries = [
        (one.label, one.slug if one.slug != one.label else "", one.layer, one.sentence, [numbers[name] for name in own])
        for one, own in zip(relations, held, strict=True)
    ]
    return {"columns": columns, "relations": entries}


def text_entry(view: RelationView) -> tuple[str, str, str, tuple[Passage, ...]]:
    """The entry of a relation in its file of text: descriptions, promises and SQL."""
    return view.slug, view.label, view.layer, tuple(passage for passage in _passages(view) if passage[2])


def shard_names(relations: int) -> tuple[str, ...]:
    """The files of text for so many relations: a power of two, so that a new relation rarely moves the others."""
    count = 1
    while count * _SHARD < relations:
        count *= 2
    return tuple(f"{number:02x}" for number in range(count))


def shard_of(unique_id: str, shards: Sequence[str]) -> str:
    """The file of text that a relation is in."""
    digest = blake2b(unique_id.encode(), digest_size=8).digest()
    return shards[int.from_bytes(digest) % len(shards)]


def _passages(view: RelationView) -> Iterator[Passage]:
    yield "description", "", _plain(view.description)
    yield from (("column", column.name, _plain(column.description)) for column in view.columns)
    yield from (
        ("promise", promise.column or "", _plain(_joined(promise.words, promise.description)))
        for promise in view.all_promises
    )
    yield "sql", "", view.sql.strip()


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _plain(text: str) -> str:
    return " ".join(text.split())


def text_file(shard: str) -> str:
    """Where a part of the text is."""
    return f"search/text-{shard}.js"


def short_description(description: str) -> str:
    """How a description begins, as plain text."""
    return first_sentence(description, _LONGEST)


def described_relations(state: State) -> Iterator[tuple[Link, str]]:
    """All relations in the order of the index, each with its short description."""
    for entry in _names(state):
        yield Link("", entry.label, LAYERS[entry.layer], entry.slug), entry.sentence


def write_search_index(folder: Folder, context: SiteContext, state: State, front: FrontView) -> set[str]:
    """Write the files of the index that changed. Returns the names of all. state: has the entries of all relations."""
    shards = shard_names(len(context.ids))
    state.move({key: shard_of(key, shards) for key in context.ids})
    for shard in shards:
        if shard in state.touched or not folder.has(text_file(shard)):
            _write_text(folder, shard, [msgspec.Raw(entry) for entry in state.texts(shard)])
    handbook = context.handbook.search_entries()
    if handbook:
        _write_text(folder, HANDBOOK, handbook)
        shards = (HANDBOOK, *shards)
    names = {
        "layers": LAYERS,
        **names_data(list(_names(state))),
        "pages": list(_pages(context, front)),
        "shards": shards,
    }
    folder.write(NAMES, received("names", names))
    return {NAMES, *(text_file(shard) for shard in shards)}


def _write_text(folder: Folder, shard: str, relations: Sequence[object]) -> None:
    folder.write(text_file(shard), received("text", {"shard": shard, "relations": relations}))


def _names(state: State) -> Iterable[SearchName]:
    return (_decoder.decode(entry) for entry in state.names())


def _pages(context: SiteContext, front: FrontView) -> Iterator[tuple[str, str, str, str]]:
    """The pages that are no relation's, as they are found by name: kind, label, page, description."""
    kinds, uses = {"use": "use case", "subject": "subject", "source": "source"}, dict[str, str]()
    for group in (*front.groups, *front.folded):
        if group.page:
            uses[group.key] = group.page
            yield kinds[group.side], group.label, group.page, short_description(group.description)
    exposures = {
        exposure.unique_id: (
            "exposure",
            exposure.label,
            uses[f"use/{case.name}"],
            short_description(exposure.description),
        )
        for case in context.use_cases.values()
        for exposure in case.exposures
    }
    yield from exposures.values()
    yield from (("handbook", entry.label, entry.page, "") for entry in context.handbook.entries)
    yield from (("page", entry.label, entry.page, "") for entry in NAV)
