"""The order in which nodes are analysed, and which of them need no analysis because a cached one still holds.

A node comes after its parents, because its lineage depends on their columns. The manifest names the parents, except
those whose names are hard-coded in SQL: these turn up during the analysis, and the node then waits for one more.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from hashlib import blake2b

import msgspec

from ribbon.lineage.cache import (
    ITSELF,
    Lookup,
    Summary,
    decode_summary,
    digest_of_lineage,
    encode_summary,
    look_up,
    schema_found,
    types_of,
)
from ribbon.lineage.nodes import ProjectNode, ProjectNodes
from ribbon.lineage.schemas import Schema, declared_schema
from ribbon.lineage.workers import Outcome, Task, Workers, relation_of
from ribbon.store import Entry, New

__all__ = ["Analysed", "Analysis", "Order", "Progress"]

Progress = Callable[[int, int], None]

# Progress is reported this often at most: reporting takes time too.
_REPORT_EVERY = 50


class Analysed:
    """The analysis of a node. number: of its cache entry; lineage: encoded, where it was analysed just now."""

    __slots__ = ("lineage", "number", "summary")

    def __init__(self, summary: Summary, number: int = 0, lineage: bytes = b"") -> None:
        self.summary, self.number, self.lineage = summary, number, lineage


class Analysis:
    """One run over a project, with the entries of the cache.

    results: of the nodes with SQL. schemas: of all nodes. analysed: the nodes for which no cached analysis held. new:
    what to cache.
    """

    def __init__(self, project: ProjectNodes, entries: Mapping[bytes, Sequence[Entry]], workers: Workers) -> None:
        self._nodes, self._dialect = project.nodes, project.dialect
        self._entries, self._workers = entries, workers
        self._order = Order({key: node.parents for key, node in project.nodes.items()})
        self._hard_coded = _HardCodedNames(project.nodes.values())
        self._more_parents: dict[str, set[str]] = {}
        self._in_rings: set[str] = set()
        self._keys = {key: self._key(node) for key, node in project.nodes.items() if node.queries}
        self.schemas: dict[str, Schema] = {}
        self.results: dict[str, Analysed] = {}
        self.new: list[New] = []
        self.analysed: list[str] = []

    def run(self, progress: Progress | None = None) -> None:
        """Analyse every node. progress: gets how many nodes are done, of how many."""
        total, reported = len(self._nodes), 0
        self._workers.expect(sum(key not in self._entries for key in self._keys.values()))
        while len(self.schemas) < total:
            self._step()
            if progress and len(self.schemas) >= min(reported + _REPORT_EVERY, total):
                reported = len(self.schemas)
                progress(reported, total)

    def _step(self) -> None:
        """Start whatever is ready and accept what was analysed meanwhile."""
        for key in self._order.ready():
            self._start(self._nodes[key])
        if self._workers.busy:
            for outcome in self._workers.outcomes():
                self._accept(self._nodes[outcome.key], outcome)
        elif (stuck := self._order.cut()) is not None:
            self._in_rings.add(stuck)
            self._start(self._nodes[stuck])

    def _start(self, node: ProjectNode) -> None:
        """Finish the node from what is known, let it wait, or have it analysed."""
        if not node.queries:
            self._finish(node, declared_schema(node))
            return
        for cached in self._cached(node):
            ahead = [key for key in cached.summary.reads() if key not in self.schemas]
            if ahead and self._waits(node, ahead):
                return
            if cached.summary.holds(node, self._schema) and not (ahead and self._nodes_behind(node, ahead)):
                self._take(node, cached)
                return
        self._submit(node)

    def _cached(self, node: ProjectNode) -> Iterator[Analysed]:
        """The node's cached analyses, except those whose bytes are damaged."""
        for entry in self._entries.get(self._keys[node.unique_id], ()):
            with suppress(msgspec.DecodeError):
                yield Analysed(decode_summary(entry.head), entry.id)

    def _submit(self, node: ProjectNode) -> None:
        key = node.unique_id
        others = dict.fromkeys((*node.parents, *sorted(self._more_parents.get(key, ()))))
        schemas = ((other, self._schema(other)) for other in others)
        relations = tuple(relation_of(other, schema) for other, schema in schemas if schema)
        this = relation_of(key, declared_schema(node))
        self._workers.submit(Task(key, self._dialect, node.queries, this, relations))

    def _accept(self, node: ProjectNode, outcome: Outcome) -> None:
        """Finish a node that was analysed, unless its SQL turned out to name another node."""
        known = self._more_parents.setdefault(node.unique_id, set())
        named = self._nodes_behind(node, (asked.relation for asked in outcome.asked)) - known
        if named:
            known |= named
            if not self._waits(node, named):
                self._submit(node)
            return
        summary = self._summary(node, outcome)
        self.analysed.append(node.unique_id)
        self.new.append(New(self._keys[node.unique_id], encode_summary(summary), outcome.lineage))
        self._take(node, Analysed(summary, lineage=outcome.lineage))

    def _summary(self, node: ProjectNode, outcome: Outcome) -> Summary:
        declared = declared_schema(node)
        types = types_of(outcome.columns, declared, self._schema)
        schema = schema_found(declared, outcome.columns, types, outcome.complete)
        digests = (declared.digest, schema.digest, digest_of_lineage(outcome.lineage))
        lookups = self._lookups(node, outcome)
        return Summary(outcome.columns, outcome.complete, outcome.unresolved, lookups, types, *digests)

    def _take(self, node: ProjectNode, analysed: Analysed) -> None:
        self.results[node.unique_id] = analysed
        self._finish(node, analysed.summary.schema_for(node, self._schema))

    def _finish(self, node: ProjectNode, schema: Schema) -> None:
        self.schemas[node.unique_id] = schema
        self._order.done(node.unique_id)

    def _waits(self, node: ProjectNode, relations: Iterable[str]) -> bool:
        """Whether the node has to wait for these; where they wait for the node in turn, it does not."""
        ahead = {key for key in relations if key in self._nodes and key not in self.schemas} - {node.unique_id}
        if not ahead or node.unique_id in self._in_rings:
            return False
        self._order.postpone(node.unique_id, ahead)
        return True

    def _nodes_behind(self, node: ProjectNode, relations: Iterable[str]) -> set[str]:
        """The nodes, other than its parents, that its SQL means by the names of unknown relations."""
        found = {self._hard_coded.find(name) for name in relations if name not in self._nodes}
        return {key for key in found if key is not None}.difference(node.parents, (node.unique_id,))

    def _lookups(self, node: ProjectNode, outcome: Outcome) -> tuple[Lookup, ...]:
        lookups = [(asked.relation, asked.columns) for asked in outcome.asked]
        if outcome.named:
            lookups.append((ITSELF, None))
        return tuple(look_up(relation, columns, node, self._schema) for relation, columns in lookups)

    def _schema(self, key: str) -> Schema | None:
        """The schema that SQL sees of a relation; the declared one of a node that is not done, as the node itself."""
        known = self.schemas.get(key)
        if known is None and key in self._nodes:
            return declared_schema(self._nodes[key])
        return known

    def _key(self, node: ProjectNode) -> bytes:
        """What is analysed: the SQL, its dialect, and which relations it can mean."""
        parents = sorted((key, self._nodes[key].path) for key in node.parents if key in self._nodes)
        what = (node.unique_id, node.path, self._dialect, node.queries, parents)
        return blake2b(msgspec.msgpack.encode(what), digest_size=16).digest()


class Order:
    """Hands out nodes whose parents are done; more parents may turn up on the way.

    A ring, which dbt never makes but hard-coded names can, is cut: one node of it goes ahead without its parents.
    """

    def __init__(self, parents: Mapping[str, Collection[str]]) -> None:
        self._missing = {key: sum(parent in parents for parent in set(ours)) for key, ours in parents.items()}
        self._children: dict[str, list[str]] = {}
        for key, ours in parents.items():
            for parent in set(ours):
                self._children.setdefault(parent, []).append(key)
        self._ready = deque(key for key, missing in self._missing.items() if not missing)
        self._waiting = {key: None for key, missing in self._missing.items() if missing}
        self._postponed: dict[str, None] = {}

    def ready(self) -> Iterator[str]:
        """The nodes to go on with now, those too that get ready meanwhile."""
        while self._ready:
            yield self._ready.popleft()

    def done(self, key: str) -> None:
        """Release the nodes that wait for this one alone."""
        for child in self._children.pop(key, ()):
            self._missing[child] -= 1
            if child in self._waiting and not self._missing[child]:
                del self._waiting[child]
                self._ready.append(child)

    def postpone(self, key: str, parents: Collection[str]) -> None:
        """Hand the node out again when these are done too."""
        self._waiting[key] = self._postponed[key] = None
        self._missing[key] = len(parents)
        for parent in parents:
            self._children.setdefault(parent, []).append(key)

    def cut(self) -> str | None:
        """A node to go on with although its parents are not done; None where none waits.

        It is one that was postponed, if there is one: without those there would be no ring.
        """
        key = next((key for key in (*self._postponed, *self._waiting) if key in self._waiting), None)
        if key is not None:
            del self._waiting[key]
        return key


class _HardCodedNames:
    """Finds a node by a name as SQL writes it, with its schema at least: a bare name could be anything."""

    def __init__(self, nodes: Iterable[ProjectNode]) -> None:
        self._nodes = nodes

    def find(self, name: str) -> str | None:
        """The unique id of the one node whose relation has this name; None where there is none, or several."""
        wanted = name.casefold()
        if "." not in wanted:
            return None
        likely = self._by_identifier.get(wanted.rpartition(".")[2], ())
        found = [key for path, key in likely if path == wanted or path.endswith(f".{wanted}")]
        return found[0] if len(found) == 1 else None

    @cached_property
    def _by_identifier(self) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for node in self._nodes:
            path = ".".join(node.path).casefold()
            found.setdefault(path.rpartition(".")[2], []).append((path, node.unique_id))
        return found
