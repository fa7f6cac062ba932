"""A query with the sources of another that reads, joins and filters the same."""

from collections.abc import Mapping

from ribbon.sql.normal.blocks import Block
from ribbon.sql.normal.expressions import Unreadable
from ribbon.sql.normal.finishing import finish
from ribbon.sql.normal.terms import COLUMN, OUTPUT, Term, walk

__all__ = ["moved"]


def moved(block: Block, own: Block) -> Block:
    """The block with the ids of `own`, and with its names for what nested queries give back.

    Raises Unreadable where the two do not read, join and filter the same, or name what is around them.
    """
    ours, theirs = finish(own), finish(block)
    if ours.frame != theirs.frame or _names_around(block):
        raise Unreadable("it does not read, join and filter the same")
    by_label = {label: key for key, label in ours.ids}
    ids = {key: by_label[label] for key, label in theirs.ids}
    names = {key: _names(block, key, own, ids[key]) for key in ids}

    def change(term: Term) -> Term | None:
        match term:
            case ("col", str(key), str(name)) if key in ids:
                return (COLUMN, ids[key], name)
            case ("out", str(key), str(name)) if key in ids:
                return (OUTPUT, ids[key], _known(names[key], name))
        return None

    return block.changed(change, ids)


def _names(block: Block, key: str, own: Block, ours: str) -> Mapping[str, str]:
    """What a nested query gives back, by its names, in the names of the other that means the same."""
    inner, other = block.sources[key].block, own.sources[ours].block
    if inner is None or other is None:
        return {}
    by_meaning = {term: name for name, term in reversed(finish(other).outputs)}
    return {name: by_meaning[term] for name, term in finish(inner).outputs if term in by_meaning}


def _known(names: Mapping[str, str], name: str) -> str:
    if name not in names:
        raise Unreadable(f"{name} is not given back by both")
    return names[name]


def _names_around(block: Block) -> bool:
    parts = (part for term in block.terms() for part in walk(term) if isinstance(part, tuple) and part)
    return any(part[0] in (COLUMN, OUTPUT) and _is_id(part[1]) and part[1] not in block.sources for part in parts)


def _is_id(key: Term) -> bool:
    return isinstance(key, str) and key.startswith("#")
