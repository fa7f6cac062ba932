"""What is used: asked for, or read by something that is, or by a use that no query log sees."""

from collections.abc import Iterable

from ribbon.evolve.evidence import Seen

__all__ = ["goes_with", "unused_relations"]

# Uses that ask by SQL, so that a log of queries sees them. A notebook or a model may read files or an export.
ASKING = frozenset({"dashboard", "analysis"})


def unused_relations(seen: Seen) -> frozenset[str]:
    """The relations that nobody has asked for in the declared time, nor for anything that is built from them.

    Empty where the logs are no grounds for that.
    """
    if seen.cover.wanting:
        return frozenset()
    used = _with_parents(seen, [key for key in seen.nodes.nodes if _is_used_itself(seen, key)])
    return frozenset(seen.nodes.nodes) - used


def goes_with(seen: Seen, relation: str) -> tuple[str, ...]:
    """What nothing else reads and nobody asks for, once a relation is gone; nearest first."""
    gone = [relation]
    for going in gone:  # grows on the way
        for parent in seen.nodes.nodes[going].parents:
            readers = seen.readers.get(parent, ())
            if parent not in gone and set(readers) <= set(gone) and not _is_used_itself(seen, parent):
                gone.append(parent)
    return tuple(gone[1:])


def _is_used_itself(seen: Seen, key: str) -> bool:
    """Whether it is asked for, younger than that could tell, or read by a use that is not in the log."""
    cutoff = seen.cover.cutoff
    return (
        seen.cover.is_asked(key)
        or cutoff is None
        or not seen.ages.was_there(key, cutoff)
        or any(key in use.depends_on for use in seen.nodes.exposures if use.type not in ASKING)
    )


def _with_parents(seen: Seen, keys: Iterable[str]) -> set[str]:
    found = set(keys)
    ahead = list(found)
    while ahead:
        for parent in seen.nodes.nodes[ahead.pop()].parents:
            if parent in seen.nodes.nodes and parent not in found:
                found.add(parent)
                ahead.append(parent)
    return found
