"""What the search looks through: names at once, text by and by. The form is that of browser/README.md."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain

import msgspec

from ribbon.catalog.views import RelationView

__all__ = ["LAYERS", "Found", "Named", "found_relation", "listed", "passages_of", "shard_names", "shard_of"]

# In the order of `layers` in names.js.
LAYERS = ("lake", "warehouse", "mart")

# About so many relations share a file of text.
_SHARD = 150

# No relation is asked more often than this, or it does not matter any more.
_MOST = 10**11

Passage = tuple[str, str, str]


class Named(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A relation among the names. layer: its place in LAYERS. columns: joined by line feeds."""

    label: str
    slug: str
    layer: int
    sentence: str
    columns: str


@dataclass(frozen=True, slots=True)
class Found:
    """A relation as it is found by name. rank: a text that sorts marts first, then the most asked, then by label."""

    rank: str
    entry: Named


def found_relation(view: RelationView, sentence: str) -> Found:
    """Its entry among the names: label, slug, layer, first sentence of its description as plain text, columns."""
    layer = LAYERS.index(view.layer)
    queries = view.usage.queries if view.usage else 0
    columns = "\n".join(column.name.replace("\n", " ") for column in view.columns)
    rank = f"{len(LAYERS) - layer}{_MOST - min(queries, _MOST):012}{view.label}"
    return Found(rank, Named(view.label, view.slug, layer, sentence, columns))


def listed(relations: Sequence[Named]) -> dict[str, object]:
    """`columns` and `relations` of names.js: each name of a column once, the most frequent first, then its number."""
    held = [one.columns.split("\n") if one.columns else [] for one in relations]
    columns = [name for name, _ in Counter(chain.from_iterable(held)).most_common()]
    numbers = {name: number for number, name in enumerate(columns)}
    entries = [
        (one.label, one.slug if one.slug != one.label else "", one.layer, one.sentence, [numbers[name] for name in own])
        for one, own in zip(relations, held, strict=True)
    ]
    return {"columns": columns, "relations": entries}


def passages_of(view: RelationView) -> tuple[str, str, str, tuple[Passage, ...]]:
    """The entry of a relation in its file of text: what is said of it, and its SQL."""
    return view.slug, view.label, view.layer, tuple(passage for passage in _passages(view) if passage[2])


def shard_names(relations: int) -> tuple[str, ...]:
    """The files of text for so many relations: a power of two, so that one more relation seldom moves the others."""
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
        ("promise", promise.column or "", _plain(_said(promise.words, promise.description)))
        for promise in view.all_promises
    )
    yield "sql", "", view.sql.strip()


def _said(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _plain(text: str) -> str:
    return " ".join(text.split())
