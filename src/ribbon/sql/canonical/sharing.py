"""Extracts what several queries share into a query of its own; what is left of each reads from it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ribbon.sql.canonical.blocks import Block, Source
from ribbon.sql.canonical.form import canonical_form
from ribbon.sql.canonical.terms import (
    AGGREGATE,
    COLUMN,
    CONSTANTS,
    OUTPUT,
    UNMOVABLE,
    WINDOW,
    Term,
    Unreadable,
    contains,
    is_plain,
    walk,
)

__all__ = ["Shared", "share_columns", "share_groups", "share_rows"]

NEW = "#shared"


@dataclass(frozen=True)
class Shared:
    """model: what the queries have in common. readers: what is left of each, in their order. keys: one row for each."""

    model: Block
    readers: tuple[Block, ...]
    keys: tuple[str, ...] = ()


def share_groups(blocks: Sequence[Block], label: str) -> Shared:
    """Queries of the same groups: those, with the outputs of all. label: the key of the new relation.

    The first query gives names before the others do. Raises Unreadable where the queries cannot be split like this.
    """
    queries = [_aligned(each, blocks[0]) for each in blocks]
    own, keys_of = queries[0], [canonical_form(each).keys for each in blocks]
    if any(keys != keys_of[0] for keys in keys_of) or any(map(_filters_windows, queries)):
        raise Unreadable("they do not have the same groups")
    outputs = [output for query in queries for output in query.outputs]
    keys = [(_key_name(key, outputs), key) for key in own.keys or () if key[0] not in CONSTANTS]
    groups = replace(own, having=[], qualify=[], tail=None)
    model, names = _with_outputs(groups, [*keys, *outputs])
    readers = tuple(
        _reader(query, replace(query, conditions=query.having, having=[]), model, names, label) for query in queries
    )
    return Shared(model, readers, tuple(dict.fromkeys(names[key] for _, key in keys)))


def share_rows(blocks: Sequence[Block], label: str) -> Shared:
    """Queries that choose the same rows, by windows too: those, with the outputs of all; else as `share_groups`."""
    queries = [_aligned(each, blocks[0]) for each in blocks]
    if any(canonical_form(each).rows != canonical_form(blocks[0]).rows for each in blocks):
        raise Unreadable("they do not choose the same rows")
    model, names = _with_outputs(queries[0], [output for query in queries for output in query.outputs])
    return Shared(model, tuple(_reader(each, Block(outputs=each.outputs), model, names, label) for each in queries))


def share_columns(blocks: Sequence[Block], label: str) -> Shared:
    """Queries that read, join and filter the same: that, with the columns that any of them takes; as `share_groups`."""
    queries = [_aligned(each, blocks[0]) for each in blocks]
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
                    yield own.branches[0].names()[int(str(part[1]))], part


def _with_outputs(frame: Block, wanted: Sequence[tuple[str, Term]]) -> tuple[Block, dict[Term, str]]:
    """The frame with each meaning that is wanted once, under its first name, and the name of each term."""
    if any(contains(term, "volatile") for term in frame.terms()) or any(
        contains(term, *UNMOVABLE) for _, term in wanted
    ):
        raise Unreadable("a value that differs each time")
    whole = replace(frame, outputs=list(wanted), form=None)
    meanings: dict[Term, str] = {}
    outputs: list[tuple[str, Term]] = []
    for (name, term), (_, meaning) in zip(wanted, canonical_form(whole).outputs, strict=True):
        if meaning not in meanings:
            meanings[meaning] = _unique(name, term, frame, set(meanings.values()))
            outputs.append((meanings[meaning], term))
    meant = zip((term for _, term in wanted), canonical_form(whole).outputs, strict=True)
    return replace(whole, outputs=outputs, form=None), {term: meanings[meaning] for term, (_, meaning) in meant}


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
    kept = replace(left, sources={NEW: Source(label, model.names())}, joins=[], combined=None, branches=(), form=None)
    kept = replace(kept, keys=None) if grouped else kept
    found = _over(kept, names)
    if any(_belongs_below(term) or (grouped and contains(term, AGGREGATE)) for term in found.terms()):
        raise Unreadable(f"{query.names()} needs what the others do not give back")
    return found


def _over(block: Block, names: Mapping[Term, str]) -> Block:
    def change(term: Term) -> Term | None:
        return (COLUMN, NEW, names[term]) if isinstance(term, tuple) and term in names else None

    return block.changed(change, {NEW: NEW})


def _belongs_below(term: Term) -> bool:
    parts = (part for part in walk(term) if isinstance(part, tuple) and part)
    return any((is_plain(part) and part[1] != NEW) or part[0] == "place" for part in parts)


def _aligned(block: Block, own: Block) -> Block:
    """The block with the ids of `own`, and with its names for what nested queries give back.

    Raises Unreadable where the two do not read, join and filter the same, or name what is around them.
    """
    ours, theirs = canonical_form(own), canonical_form(block)
    if ours.frame != theirs.frame or _names_around(block):
        raise Unreadable("it does not read, join and filter the same")
    by_label = {label: key for key, label in ours.ids}
    ids = {key: by_label[label] for key, label in theirs.ids}
    names = {key: _output_names(block, key, own, ids[key]) for key in ids}

    def change(term: Term) -> Term | None:
        match term:
            case ("col", str(key), str(name)) if key in ids:
                return (COLUMN, ids[key], name)
            case ("out", str(key), str(name)) if key in ids:
                return (OUTPUT, ids[key], _output_name(names[key], name))
        return None

    return block.changed(change, ids)


def _output_names(block: Block, key: str, own: Block, ours: str) -> Mapping[str, str]:
    """What a nested query gives back, by its names, in the names of the other that means the same."""
    inner, other = block.sources[key].block, own.sources[ours].block
    if inner is None or other is None:
        return {}
    by_meaning = {term: name for name, term in reversed(canonical_form(other).outputs)}
    return {name: by_meaning[term] for name, term in canonical_form(inner).outputs if term in by_meaning}


def _output_name(names: Mapping[str, str], name: str) -> str:
    if name not in names:
        raise Unreadable(f"{name} is not given back by both")
    return names[name]


def _names_around(block: Block) -> bool:
    parts = (part for term in block.terms() for part in walk(term) if isinstance(part, tuple) and part)
    return any(part[0] in (COLUMN, OUTPUT) and _is_id(part[1]) and part[1] not in block.sources for part in parts)


def _is_id(key: Term) -> bool:
    return isinstance(key, str) and key.startswith("#")
