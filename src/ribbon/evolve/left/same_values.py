"""Which of the columns that came are those that went, by their values."""

import re
from collections.abc import Mapping
from itertools import product

from ribbon.engines.batch_profile import Sketch

__all__ = ["likely_renames"]

# The part of the new column's values that the old one has too.
SAME, NEXT_BEST = 0.8, 0.5

# So many different values do not agree by chance. Of fewer the shares have to agree, and a word of the names.
MANY, SHARES = 20, 0.1


def likely_renames(gone: Mapping[str, Sketch], came: Mapping[str, Sketch]) -> dict[str, tuple[str, float]]:
    """By the old name, the new one and the share of its values that are the same; none where two could be it."""
    scores = {(old, new): _alike(old, gone[old], new, came[new]) for old, new in product(gone, came)}
    found = {}
    for (old, new), score in scores.items():
        rivals = [other for pair, other in scores.items() if pair != (old, new) and (pair[0] == old or pair[1] == new)]
        if score >= SAME and max(rivals, default=0.0) <= NEXT_BEST:
            found[old] = (new, score)
    return found


def _alike(old: str, before: Sketch, new: str, after: Sketch) -> float:
    """The share of the new column's values that the old one has; 0 where chance would give that too."""
    if not after.hashes or not before.hashes:
        return 0.0
    # Both keep the smallest hashes; above the smaller of the two largest, one of them may have left some out.
    reach = min(max(before.hashes), max(after.hashes)) if before.distinct > len(before.hashes) else max(after.hashes)
    compared = {hashed for hashed in after.hashes if hashed <= reach}
    share = len(compared & before.hashes) / len(compared) if compared else 0.0
    if after.distinct >= MANY:
        return share
    return share if _share_a_word(old, new) and _distance(before, after) <= SHARES else 0.0


def _distance(before: Sketch, after: Sketch) -> float:
    """Half the sum of how far the shares of the values are apart: 0 for the same, 1 for none in common."""
    hashes = before.shares.keys() | after.shares.keys()
    return sum(abs(before.shares.get(each, 0.0) - after.shares.get(each, 0.0)) for each in hashes) / 2


def _share_a_word(old: str, new: str) -> bool:
    return bool(_words(old) & _words(new))


def _words(name: str) -> set[str]:
    """The words of a name in snake case or camel case."""
    return {
        word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", name) if word.lower() not in {"is", "has", "id"}
    }
