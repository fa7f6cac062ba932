"""Which relations a change touches: what is made of something else, and everything that reads it."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter

from ribbon.dbt.same_sql import same_sql
from ribbon.evolve.proving.state import State

__all__ = ["Pair", "Touched", "ancestors", "touched"]


@dataclass(frozen=True, slots=True)
class Pair:
    """A relation by its unique ids on either side; None where it is not there."""

    before: str | None
    after: str | None


@dataclass(frozen=True)
class Touched:
    """What differs between two states. changed: unique ids of what is made of something else, or is on one side only.

    pairs: the relations that are touched, upstream ones first.
    """

    before: State
    after: State
    changed: frozenset[str]
    pairs: tuple[Pair, ...]

    def of(self, state: State) -> frozenset[str]:
        """The unique ids that are touched of one of the states."""
        keys = (pair.before if state is self.before else pair.after for pair in self.pairs)
        return frozenset(key for key in keys if key)

    def knows(self, name: str) -> bool:
        """Whether a model on either side is called so."""
        return any(True for state in (self.before, self.after) for _ in _meant(state, [name]))

    def confined_to(self, names: Collection[str]) -> "Touched":
        """The same without what none of these needs: names of models, or `schema.identifier`."""
        wanted = {key for state in (self.before, self.after) for key in _meant(state, names)}
        wanted |= {key for state in (self.before, self.after) for key in ancestors(state, wanted)}
        kept = tuple(pair for pair in self.pairs if {pair.before, pair.after} & wanted)
        return Touched(self.before, self.after, self.changed, kept)


def touched(before: State, after: State) -> Touched:
    """Compare two states."""
    keys = {*before.nodes, *after.nodes}
    changed = frozenset(key for key in keys if not _same(before, after, key))
    reached = _downstream(before, changed) | _downstream(after, changed)
    return Touched(before, after, changed, tuple(_pairs(before, after, reached)))


def ancestors(state: State, keys: Collection[str]) -> set[str]:
    """Everything that these read, through to the sources."""
    found: set[str] = set()
    ahead = [key for key in keys if key in state.nodes]
    while ahead:
        parents = [each for each in state.nodes[ahead.pop()].depends_on.nodes if each in state.nodes]
        ahead += [parent for parent in parents if parent not in found]
        found.update(parents)
    return found


def _same(before: State, after: State, key: str) -> bool:
    """Whether a node is on both sides and made of the same.

    SQL that says when it was compiled is another text each time; then what it was compiled from has to be the same.
    """
    if key not in before.nodes or key not in after.nodes or before.made_of[key] != after.made_of[key]:
        return False
    one, other = before.nodes[key], after.nodes[key]
    if same_sql(one.compiled_code or "", other.compiled_code or ""):
        return True
    of_the_moment = one.raw_code == other.raw_code and before.has_moment(key)
    return of_the_moment and before.macros == after.macros and before.variables == after.variables


def _downstream(state: State, keys: Collection[str]) -> set[str]:
    found = {key for key in keys if key in state.nodes}
    ahead = list(found)
    while ahead:
        readers = [each for each in state.readers.get(ahead.pop(), ()) if each not in found]
        ahead += readers
        found.update(readers)
    return found


def _pairs(before: State, after: State, reached: Collection[str]) -> Iterator[Pair]:
    """Relations are the same by their name, which is what readers know, else by their unique id, else by their SQL."""
    left = {key for key in before.relations if key in reached}
    right = {key for key in after.relations if key in reached}
    found: dict[str, str] = {}
    for known_by in (_by_name, _by_id, _by_sql):
        ones, others = known_by(before, left), known_by(after, right)
        found |= {others[way]: ones[way] for way in ones.keys() & others.keys()}
        left -= set(found.values())
        right -= set(found)
    for key in _upstream_first(after):
        if key in found or key in right:
            yield Pair(found.get(key), key)
    yield from (Pair(key, None) for key in sorted(left))


def _by_name(state: State, keys: Collection[str]) -> dict[object, str]:
    return {state.relations[key]: key for key in keys}


def _by_id(_: State, keys: Collection[str]) -> dict[object, str]:
    return {key: key for key in keys}


def _by_sql(state: State, keys: Collection[str]) -> dict[object, str]:
    """Only SQL that no two of them have."""
    texts = {key: " ".join((state.nodes[key].compiled_code or "").split()) for key in keys}
    often = Counter(texts.values())
    return {text: key for key, text in texts.items() if text and often[text] == 1}


def _upstream_first(state: State) -> Iterable[str]:
    reads = {key: [each for each in node.depends_on.nodes if each in state.nodes] for key, node in state.nodes.items()}
    return TopologicalSorter(reads).static_order()


def _meant(state: State, names: Collection[str]) -> Iterator[str]:
    for key, name in state.relations.items():
        if {state.nodes[key].name, ".".join(name)} & set(names):
            yield key
