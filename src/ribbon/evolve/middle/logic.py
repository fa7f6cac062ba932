"""The logic of all models together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ribbon.lineage import LineageGraph
from ribbon.sql.canonical import (
    COLUMN,
    Logic,
    Reading,
    SubQuery,
    Term,
    Upstream,
    digest,
    from_json,
    trace_upstream,
    walk,
)

__all__ = ["Middle", "Place"]

# A meaning with more parts than this is carried on as its fingerprint, or it would grow with every step.
LARGEST = 400


@dataclass(frozen=True, slots=True)
class Place:
    """A query in the SQL of a model."""

    model: str
    query: SubQuery

    @property
    def logic(self) -> Logic:
        """What it means."""
        return self.query.logic


@dataclass(frozen=True)
class Middle:
    """What the SQL of each model means. readings: by unique id. notes: what the user should be told."""

    graph: LineageGraph
    readings: Mapping[str, Reading]
    notes: tuple[str, ...] = ()
    _meanings: dict[tuple[str, str], Term | None] = field(default_factory=dict, repr=False)
    _beginnings: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)

    def places(self) -> Iterator[Place]:
        """Every query of every model that does more than take columns as they are."""
        for model, reading in self.readings.items():
            for query in reading.queries:
                yield Place(model, query)

    def whole(self, model: str) -> Logic | None:
        """The logic of a model; None where its SQL could not be read, or it has none."""
        reading = self.readings.get(model)
        return reading.queries[-1].logic if reading is not None and not reading.unread and reading.queries else None

    @cached_property
    def unread(self) -> Mapping[str, str]:
        """Models whose SQL could not be read whole, and why."""
        return {model: reading.unread for model, reading in self.readings.items() if reading.unread}

    def meaning(self, model: str, column: str) -> Term | None:
        """What a column means in terms of sources and seeds, however many models are in between."""
        key = (model, column.lower())
        if key not in self._meanings:
            self._meanings[key] = None  # a model that reads itself ends here
            found = self.described(model, column, self.meaning)
            self._meanings[key] = found if found is None or _size(found) <= LARGEST else ("deep", digest(found))
        return self._meanings[key]

    def described(self, model: str, column: str, upstream: Upstream) -> Term | None:
        """What a column means in terms of what `upstream` says of the columns that the model reads."""
        logic = self.whole(model)
        output = next((each for each in logic.outputs if each.name == column.lower()), None) if logic else None
        if logic is None or output is None:
            return None
        return trace_upstream(from_json(output.term), upstream, logic.reads)

    def begins(self, relation: str) -> frozenset[str]:
        """The sources and seeds that the values of a relation begin in."""
        logic = self.whole(relation)
        if logic is None:
            return frozenset({relation})
        if relation not in self._beginnings:
            terms = [self.meaning(relation, output.name) for output in logic.outputs]
            found = (str(part[1]) for term in terms if term for part in walk(term) if part[:1] == (COLUMN,))
            self._beginnings[relation] = frozenset(each for each in found if each in self.graph.nodes)
        return self._beginnings[relation]


def _size(term: Term) -> int:
    return 1 if isinstance(term, str) else sum(_size(part) for part in term)
