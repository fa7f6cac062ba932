"""Which columns of two relations the project's queries take for the same, by the joins that they write."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations

from ribbon.catalog.facts.edge_store import Join, NodeEdges

__all__ = ["Tie", "ties_of"]


@dataclass(frozen=True, slots=True)
class Tie:
    """Columns here, and those of another relation that stand across from them; all in lower case.

    plain: whether each equation is between these two relations alone, and not, say, between one and a union of several.
    """

    columns: tuple[str, ...]
    relation: str
    fields: tuple[str, ...]
    plain: bool


def ties_of(edges: Mapping[str, NodeEdges]) -> Mapping[str, tuple[Tie, ...]]:
    """By relation, what it is joined with anywhere in the project. Each tie is there from both of its ends."""
    found: dict[str, dict[Tie, None]] = defaultdict(dict)
    for each in edges.values():
        names = [(relation, column) for relation, columns in each.fields for column in columns] if each.joins else []
        for join in each.joins:
            for relation, tie in _ties(join, names):
                found[relation][tie] = None
    return {relation: tuple(ties) for relation, ties in found.items()}


def _ties(join: Join, names: list[tuple[str, str]]) -> Iterator[tuple[str, Tie]]:
    """The equations of a join, for each two relations that it ties."""
    across: dict[tuple[str, str], dict[tuple[str, str], bool]] = defaultdict(dict)
    for equation in join:
        for (here, column), (there, other) in permutations((names[field] for field in equation), 2):
            if here != there:
                across[here, there][column, other] = len(equation) == 2  # noqa: PLR2004
    for (here, there), pairs in across.items():
        columns, fields = zip(*pairs, strict=True)
        yield here, Tie(columns, there, fields, all(pairs.values()))
