"""How many columns flow from source systems into subjects and from those into use cases.

One pass from the sources to the marts carries, for every column, the set of groups that its values come from, as the
bits of a number. Three things are kept apart: the source systems; the subjects; and the source systems that a mart has
a column of without a subject in between.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

from ribbon.catalog.facts.groups import SOURCE, SUBJECT, USE, Group
from ribbon.catalog.facts.lineage_edges import NodeEdges
from ribbon.lineage import LineageGraph
from ribbon.lineage.scheduling import Order
from ribbon.processes import collecting_rarely

__all__ = ["Flow", "Flows", "flows_of"]

# Of a relation without a query, all columns are alike; of others, each has its own.
_Sets = int | dict[str, int]

# A group, and a set that flows into it.
_Reach = tuple[Group, int]


@dataclass(frozen=True, slots=True)
class Flow:
    """A band. columns: of the target, with values from the source. relations: of the target that have such columns."""

    source: Group
    target: Group
    columns: int
    relations: tuple[str, ...]


class Flows:
    """What flows. groups: of each relation. reached: of each relation, how many columns come from which set of groups.

    bits: what a bit of such a set means: a group and the side of the targets that it counts for.
    """

    def __init__(
        self,
        groups: Mapping[str, Group],
        reached: Mapping[str, Mapping[int, int]],
        bits: Sequence[tuple[Group, str]],
    ) -> None:
        self._groups, self._reached, self._bits = groups, reached, bits

    def bands(self, shown_as: Callable[[Group], Group] = lambda group: group) -> tuple[Flow, ...]:
        """The bands, those with the most columns first. shown_as: the group that stands for a group, if another does.

        A column that comes from two groups that are shown as one counts once.
        """
        columns: Counter[tuple[Group, Group]] = Counter()
        relations: dict[tuple[Group, Group], list[str]] = {}
        sources = cache(partial(self._sources, shown_as))
        alike, together = self._alike(shown_as)
        for (target, bits), number in alike.items():
            for source in sources(bits, target.side):
                columns[source, target] += number
        for (target, bits), reached in together.items():
            for source in sources(bits, target.side):
                relations.setdefault((source, target), []).extend(reached)
        ranked = sorted(columns.items(), key=lambda each: (-each[1], each[0]))
        return tuple(Flow(*ends, number, tuple(relations[ends])) for ends, number in ranked)

    def _alike(self, shown_as: Callable[[Group], Group]) -> tuple[Mapping[_Reach, int], Mapping[_Reach, list[str]]]:
        """How many columns, and which relations as a whole, come into a group from the same set: few of many."""
        columns: Counter[_Reach] = Counter()
        relations: dict[_Reach, list[str]] = {}
        for relation, sets in self._reached.items():
            target, whole = shown_as(self._groups[relation]), 0
            for bits, number in sets.items():
                columns[target, bits] += number
                whole |= bits
            relations.setdefault((target, whole), []).append(relation)
        return columns, relations

    def _sources(self, shown_as: Callable[[Group], Group], bits: int, side: str) -> frozenset[Group]:
        """The groups that a set counts for where the target is on that side."""
        meant = (self._bits[place] for place in _places(bits))
        return frozenset(shown_as(group) for group, counts_for in meant if counts_for == side)


@collecting_rarely()
def flows_of(graph: LineageGraph, edges: Mapping[str, NodeEdges], groups: Mapping[str, Group]) -> Flows:
    """Follow all columns. edges: of the relations that have a query. groups: of all relations, by unique id."""
    propagation = _Propagation(edges, groups)
    propagation.run(_sorted(graph))
    return Flows(groups, {key: propagation.counted(key) for key in edges}, propagation.bits)


class _Propagation:
    """The pass from sources to marts. bits: as in Flows."""

    def __init__(self, edges: Mapping[str, NodeEdges], groups: Mapping[str, Group]) -> None:
        self._edges, self._groups = edges, groups
        sides: dict[str, list[Group]] = {SOURCE: [], SUBJECT: [], USE: []}
        for group in dict.fromkeys(groups.values()):
            sides[group.side].append(group)
        direct = [(group, USE) for group in sides[SOURCE]]
        through = [*((group, SUBJECT) for group in sides[SOURCE]), *((group, USE) for group in sides[SUBJECT])]
        self.bits = (*direct, *through)
        own = _own_bits(sides, self.bits)
        self._own = {key: own[group] for key, group in groups.items()}
        self._handed_on = {SOURCE: -1, SUBJECT: -1 << len(direct), USE: -1}
        self._sets: dict[str, _Sets] = {}

    def run(self, keys: Sequence[str]) -> None:
        """Parents come first, so once is enough, but for relations that read each other in a ring."""
        place = {key: number for number, key in enumerate(keys)}
        ring = any(place.get(read, -1) > place[key] for key, edges in self._edges.items() for read, _ in edges.fields)
        changed = True
        while changed:
            changed = sum(self._follow(key) for key in keys) > 0 and ring

    def counted(self, key: str) -> Mapping[int, int]:
        """How many columns of a relation come from which set of groups."""
        sets, found = self._sets[key], dict[int, int]()
        for bits in sets.values() if isinstance(sets, dict) else ():
            found[bits] = found.get(bits, 0) + 1
        return found

    def _follow(self, key: str) -> bool:
        """Find the sets of a relation's columns; whether they are others than before."""
        edges, before = self._edges.get(key), self._sets.get(key)
        if edges is None:
            self._sets[key] = self._own[key]
            return before is None
        reads_itself = any(read == key for read, _ in edges.fields)
        now = self._sets[key] = self._columns(key, edges)
        while reads_itself and (later := self._columns(key, edges)) != now:
            now = self._sets[key] = later
        return now != before

    def _columns(self, key: str, edges: NodeEdges) -> dict[str, int]:
        own, handed_on = self._own[key], self._handed_on[self._groups[key].side]
        fields = self._fields(edges)
        found: dict[str, int] = {}
        for name, origins in zip(edges.names, edges.origins, strict=True):
            bits = 0
            for origin in origins:
                bits |= fields[origin]
            found[name] = bits & handed_on | own
        return found

    def _fields(self, edges: NodeEdges) -> list[int]:
        """The sets of the columns that a relation reads, one after the other."""
        found: list[int] = []
        for relation, columns in edges.fields:
            sets = self._sets.get(relation, 0)
            if isinstance(sets, dict):
                unlisted = self._own[relation]
                found += [sets.get(column, unlisted) for column in columns]
            else:
                found += [sets] * len(columns)
        return found


def _own_bits(sides: Mapping[str, Iterable[Group]], bits: Sequence[tuple[Group, str]]) -> Mapping[Group, int]:
    """What a column has of the group that it is in itself. A use case hands on nothing but what it has."""
    own = {group: 0 for groups in sides.values() for group in groups}
    for place, (group, _) in enumerate(bits):
        own[group] |= 1 << place
    return own


def _places(bits: int) -> Iterator[int]:
    """Which bits are set."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _sorted(graph: LineageGraph) -> list[str]:
    """All relations, each behind those that it reads, as far as that can be."""
    reads = {key: set(node.reads).difference((key,)) for key, node in graph.nodes.items()}
    order, found = Order(reads), list[str]()
    while len(found) < len(reads):
        for key in order.ready():
            found.append(key)
            order.done(key)
        if (stuck := order.cut()) is not None:
            found.append(stuck)
            order.done(stuck)
    return found
