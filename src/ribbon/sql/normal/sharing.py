"""What several queries have in common as a query of its own, and what is left of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ribbon.sql.normal.blocks import Block, Source, is_plain
from ribbon.sql.normal.expressions import Unreadable
from ribbon.sql.normal.finishing import finish
from ribbon.sql.normal.moved import moved
from ribbon.sql.normal.terms import AGGREGATE, COLUMN, WINDOW, Term, contains, walk

__all__ = ["Shared", "share_columns", "share_groups", "share_rows"]

NEW = "#shared"
MOVES = ("unfold", "volatile")  # what gives several rows, or other values each time


@dataclass(frozen=True)
class Shared:
    """model: what the queries have in common. readers: what is left of each, in their order. keys: one row for each."""

    model: Block
    readers: tuple[Block, ...]
    keys: tuple[str, ...] = ()


def share_groups(blocks: Sequence[Block], label: str) -> Shared:
    """Queries of the same groups: those, with the outputs of all. label: the key of the new relation.

    The first query gives names before the others do. Raises Unreadable where the queries cannot be taken apart so.
    """
    queries = [moved(each, blocks[0]) for each in blocks]
    own, told = queries[0], [finish(each).keys for each in blocks]
    if any(keys != told[0] for keys in told) or any(map(_filters_windows, queries)):
        raise Unreadable("they do not have the same groups")
    outputs = [output for query in queries for output in query.outputs]
    keys = [(_key_name(key, outputs), key) for key in own.keys or () if key[0] not in ("text", "number")]
    groups = replace(own, having=[], qualify=[], tail=None)
    model, names = _with_outputs(groups, [*keys, *outputs])
    readers = tuple(
        _reader(query, replace(query, conditions=query.having, having=[]), model, names, label) for query in queries
    )
    return Shared(model, readers, tuple(dict.fromkeys(names[key] for _, key in keys)))


def share_rows(blocks: Sequence[Block], label: str) -> Shared:
    """Queries that choose the same rows, by windows too: those, with the outputs of all; else as `share_groups`."""
    queries = [moved(each, blocks[0]) for each in blocks]
    if any(finish(each).rows != finish(blocks[0]).rows for each in blocks):
        raise Unreadable("they do not choose the same rows")
    model, names = _with_outputs(queries[0], [output for query in queries for output in query.outputs])
    return Shared(model, tuple(_reader(each, Block(outputs=each.outputs), model, names, label) for each in queries))


def share_columns(blocks: Sequence[Block], label: str) -> Shared:
    """Queries that read, join and filter the same: that, with the columns that any of them takes; as `share_groups`."""
    queries = [moved(each, blocks[0]) for each in blocks]
    own = queries[0]
    frame = replace(own, keys=None, having=[], qualify=[], tail=None)
    model, names = _with_outputs(frame, list(dict.fromkeys(_columns(own, queries))))
    readers = tuple(_reader(query, replace(query, conditions=[]), model, names, label) for query in queries)
    return Shared(model, readers)


def _filters_windows(block: Block) -> bool:
    """Whether windows are computed over fewer rows than there are groups."""
    later = block.having or block.qualify
    return bool(later) and any(contains(term, WINDOW) for _, term in block.outputs)


def _key_name(key: Term, outputs: Sequence[tuple[str, Term]]) -> str:
    """What a query calls a key, else what its source does."""
    called = next((name for name, term in outputs if term == key), None)
    if called is None and not is_plain(key):
        raise Unreadable("a key has no name")
    return called if called is not None else str(key[2])


def _columns(own: Block, queries: Sequence[Block]) -> Iterator[tuple[str, Term]]:
    """The columns of the sources that queries take, besides for choosing rows."""
    for query in queries:
        for term in replace(query, conditions=[], joins=[]).terms():
            for part in walk(term):
                if is_plain(part) and part[1] in own.sources:
                    yield str(part[2]), part
                elif isinstance(part, tuple) and part[:1] == ("place",):
                    yield own.sides[0].names()[int(str(part[1]))], part


def _with_outputs(frame: Block, wanted: Sequence[tuple[str, Term]]) -> tuple[Block, dict[Term, str]]:
    """The frame with each meaning that is wanted once, under its first name, and the name of each term."""
    if any(contains(term, "volatile") for term in frame.terms()) or any(contains(term, *MOVES) for _, term in wanted):
        raise Unreadable("what gives something else each time")
    asked = replace(frame, outputs=list(wanted), finished=None)
    meanings: dict[Term, str] = {}
    outputs: list[tuple[str, Term]] = []
    for (name, term), (_, meaning) in zip(wanted, finish(asked).outputs, strict=True):
        if meaning not in meanings:
            meanings[meaning] = _unique(name, term, frame, set(meanings.values()))
            outputs.append((meanings[meaning], term))
    told = zip((term for _, term in wanted), finish(asked).outputs, strict=True)
    return replace(asked, outputs=outputs, finished=None), {term: meanings[meaning] for term, (_, meaning) in told}


def _unique(name: str, term: Term, frame: Block, taken: set[str]) -> str:
    """The name, with that of the relation before it, or a number behind it, where it is taken."""
    relation = _relation(term, frame)
    before = [f"{relation}_{name}"] if relation else []
    wanted: list[str] = [name, *before, *(f"{name}_{number}" for number in range(2, 1000))]
    return next(each for each in wanted if each not in taken)


def _relation(term: Term, frame: Block) -> str:
    source = frame.sources.get(str(term[1])) if is_plain(term) else None
    label = str(source.label) if source is not None and isinstance(source.label, str) else ""
    return label.rsplit(".", 1)[-1].removeprefix("fct_").removeprefix("dim_")


def _reader(query: Block, left: Block, model: Block, names: Mapping[Term, str], label: str) -> Block:
    """What is left of a query, over the columns of the model."""
    grouped = model.keys is not None
    kept = replace(left, sources={NEW: Source(label, model.names())}, joins=[], combined=None, sides=(), finished=None)
    kept = replace(kept, keys=None) if grouped else kept
    found = _over(kept, names)
    if any(_belongs_below(term) or (grouped and contains(term, AGGREGATE)) for term in found.terms()):
        raise Unreadable(f"{query.names()} asks what the others do not give back")
    return found


def _over(block: Block, names: Mapping[Term, str]) -> Block:
    def change(term: Term) -> Term | None:
        return (COLUMN, NEW, names[term]) if isinstance(term, tuple) and term in names else None

    return block.changed(change, {NEW: NEW})


def _belongs_below(term: Term) -> bool:
    parts = (part for part in walk(term) if isinstance(part, tuple) and part)
    return any((is_plain(part) and part[1] != NEW) or part[0] == "place" for part in parts)
