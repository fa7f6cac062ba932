"""From the nodes of a project to the lineage of each: from the cache where that still holds, else by analysis.

A node is settled when its parents are, for what it says depends on their columns. Which those are is known from the
manifest, but for hard-coded names, which turn up in the analysis and then make the node wait for one more.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b

import msgspec

from ribbon.lineage.by_name import ByName
from ribbon.lineage.cache import Entry, New
from ribbon.lineage.nodes import ProjectNode, ProjectNodes
from ribbon.lineage.order import Order
from ribbon.lineage.schemas import Schema
from ribbon.lineage.tasks import Outcome, Task, relation_of
from ribbon.lineage.traces import (
    ITSELF,
    Answer,
    Trace,
    answer,
    decode_trace,
    digest_of_body,
    encode_trace,
    given_schema,
    schema_found,
    types_of,
)
from ribbon.lineage.workshop import Workshop

__all__ = ["Progress", "Settled", "Settling"]

Progress = Callable[[int, int], None]

# Progress is told this often at most: telling takes time too.
_TELL_EVERY = 50


class Settled:
    """What is known of a node with queries. number: of the cache's entry; body: where it was analysed just now."""

    __slots__ = ("body", "number", "trace")

    def __init__(self, trace: Trace, number: int = 0, body: bytes = b"") -> None:
        self.trace, self.number, self.body = trace, number, body


class Settling:
    """One run over a project. settled: by node. schemas: of all nodes. analysed: anew. new: for the cache to keep."""

    def __init__(self, project: ProjectNodes, entries: Mapping[bytes, Sequence[Entry]], workshop: Workshop) -> None:
        self._nodes, self._dialect = project.nodes, project.dialect
        self._entries, self._workshop = entries, workshop
        self._order = Order({key: node.parents for key, node in project.nodes.items()})
        self._by_name = ByName(project.nodes.values())
        self._named: dict[str, set[str]] = {}
        self._impatient: set[str] = set()
        self._keys = {key: self._key(node) for key, node in project.nodes.items() if node.queries}
        self.schemas: dict[str, Schema] = {}
        self.settled: dict[str, Settled] = {}
        self.new: list[New] = []
        self.analysed: list[str] = []

    def run(self, progress: Progress) -> None:
        """Settle every node. progress: gets how many nodes are settled, of how many."""
        total, told = len(self._nodes), 0
        self._workshop.expect(sum(key not in self._entries for key in self._keys.values()))
        while len(self.schemas) < total:
            self._go_on()
            if len(self.schemas) >= min(told + _TELL_EVERY, total):
                told = len(self.schemas)
                progress(told, total)

    def _go_on(self) -> None:
        """Begin whatever is ready and take in what was analysed meanwhile."""
        for key in self._order.ready():
            self._begin(self._nodes[key])
        if self._workshop.busy:
            for outcome in self._workshop.outcomes():
                self._accept(self._nodes[outcome.key], outcome)
        elif (stuck := self._order.cut()) is not None:
            self._impatient.add(stuck)
            self._begin(self._nodes[stuck])

    def _begin(self, node: ProjectNode) -> None:
        """Settle the node from what is known, let it wait, or have it analysed."""
        if not node.queries:
            self._finish(node, given_schema(node))
            return
        for kept in self._kept(node):
            unsettled = [key for key in kept.trace.reads() if key not in self.schemas]
            if unsettled and self._waits(node, unsettled):
                return
            if kept.trace.holds(node, self._schema) and not (unsettled and self._nodes_behind(node, unsettled)):
                self._settle(node, kept)
                return
        self._submit(node)

    def _kept(self, node: ProjectNode) -> Iterator[Settled]:
        """What the cache has of the node; of an entry whose bytes are damaged, nothing."""
        for entry in self._entries.get(self._keys[node.unique_id], ()):
            with suppress(msgspec.DecodeError):
                yield Settled(decode_trace(entry.trace), entry.id)

    def _submit(self, node: ProjectNode) -> None:
        key = node.unique_id
        others = dict.fromkeys((*node.parents, *sorted(self._named.get(key, ()))))
        schemas = ((other, self._schema(other)) for other in others)
        relations = tuple(relation_of(other, schema) for other, schema in schemas if schema)
        this = relation_of(key, given_schema(node))
        self._workshop.submit(Task(key, self._dialect, node.queries, this, relations))

    def _accept(self, node: ProjectNode, outcome: Outcome) -> None:
        """Settle a node that was analysed, unless its SQL turned out to name another node."""
        known = self._named.setdefault(node.unique_id, set())
        named = self._nodes_behind(node, (asked.relation for asked in outcome.asked)) - known
        if named:
            known |= named
            if not self._waits(node, named):
                self._submit(node)
            return
        trace = self._trace(node, outcome)
        self.analysed.append(node.unique_id)
        self.new.append(New(self._keys[node.unique_id], encode_trace(trace), outcome.body))
        self._settle(node, Settled(trace, body=outcome.body))

    def _trace(self, node: ProjectNode, outcome: Outcome) -> Trace:
        given = given_schema(node)
        types = types_of(outcome.columns, given, self._schema)
        schema = schema_found(given, outcome.columns, types, outcome.complete)
        answers = self._answers(node, outcome)
        digests = (given.digest, schema.digest, digest_of_body(outcome.body))
        return Trace(outcome.columns, outcome.complete, outcome.unresolved, answers, types, *digests)

    def _settle(self, node: ProjectNode, settled: Settled) -> None:
        self.settled[node.unique_id] = settled
        self._finish(node, settled.trace.schema_for(node, self._schema))

    def _finish(self, node: ProjectNode, schema: Schema) -> None:
        self.schemas[node.unique_id] = schema
        self._order.done(node.unique_id)

    def _waits(self, node: ProjectNode, relations: Iterable[str]) -> bool:
        """Whether the node has to wait for these; where they wait for the node in turn, it does not."""
        open_ = {key for key in relations if key in self._nodes and key not in self.schemas} - {node.unique_id}
        if not open_ or node.unique_id in self._impatient:
            return False
        self._order.postpone(node.unique_id, open_)
        return True

    def _nodes_behind(self, node: ProjectNode, relations: Iterable[str]) -> set[str]:
        """The nodes, other than those it was told of, that its SQL means by the names of relations unknown to it."""
        found = {self._by_name.find(name) for name in relations if name not in self._nodes}
        return {key for key in found if key is not None}.difference(node.parents, (node.unique_id,))

    def _answers(self, node: ProjectNode, outcome: Outcome) -> tuple[Answer, ...]:
        questions = [(asked.relation, asked.columns) for asked in outcome.asked]
        if outcome.named:
            questions.append((ITSELF, None))
        return tuple(answer(relation, columns, node, self._schema) for relation, columns in questions)

    def _schema(self, key: str) -> Schema | None:
        """What SQL is told of a relation: of one that is not settled, as the node itself is, what artifacts know."""
        known = self.schemas.get(key)
        if known is None and key in self._nodes:
            return given_schema(self._nodes[key])
        return known

    def _key(self, node: ProjectNode) -> bytes:
        """What is analysed: the SQL, its dialect, and which relations it can mean."""
        parents = sorted((key, self._nodes[key].path) for key in node.parents if key in self._nodes)
        what = (node.unique_id, node.path, self._dialect, node.queries, parents)
        return blake2b(msgspec.msgpack.encode(what), digest_size=16).digest()
