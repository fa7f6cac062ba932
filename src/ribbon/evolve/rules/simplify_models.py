"""Simplify: warehouse models with one reader that add nothing, one after the other."""

from collections.abc import Iterable

from ribbon.evolve.evidence import Seen
from ribbon.evolve.rules.bypassing import bypass
from ribbon.evolve.rules.people import owners_of
from ribbon.lineage.nodes import ProjectNode
from ribbon.model import Evidence, Gain, Layer, Proposal, ProposalKind

__all__ = ["find_idle_models"]


def find_idle_models(seen: Seen) -> Iterable[Proposal]:
    """A proposal for each chain of models that hand on columns of one relation as they are, to one reader."""
    idle = {key for key in seen.own if _adds_nothing(seen, key)}
    for key in sorted(idle):
        if seen.nodes.nodes[key].parents[0] not in idle:
            yield _proposal(seen, _chain(seen, key, idle))


def _adds_nothing(seen: Seen, key: str) -> bool:
    """Whether it takes columns of a relation of the warehouse as they are, perhaps renamed, for one reader."""
    node, reading = seen.nodes.nodes[key], seen.middle.readings.get(key)
    if node.layer is not Layer.WAREHOUSE or node.resource_type != "model" or not reading or reading.unread:
        return False
    handed_on = reading.queries[-1].bare and len(node.parents) == 1
    exposed = any(key in use.depends_on for use in seen.nodes.exposures)
    if not handed_on or exposed or seen.cover.is_asked(key) or len(seen.readers.get(key, ())) != 1:
        return False
    parent = seen.nodes.nodes.get(node.parents[0])
    return parent is not None and parent.layer is Layer.WAREHOUSE and parent.resource_type != "snapshot"


def _chain(seen: Seen, first: str, idle: set[str]) -> tuple[str, ...]:
    chain = [first]
    while (reader := seen.readers[chain[-1]][0]) in idle:
        chain.append(reader)
    return tuple(chain)


def _parent(seen: Seen, node: ProjectNode) -> str:
    return seen.nodes.nodes[node.parents[0]].name


def _proposal(seen: Seen, chain: tuple[str, ...]) -> Proposal:
    nodes = [seen.nodes.nodes[key] for key in chain]
    source = seen.nodes.nodes[nodes[0].parents[0]]
    reader = seen.nodes.nodes[seen.readers[chain[-1]][0]]
    names = ", ".join(node.name for node in nodes)
    edits = bypass(seen, chain)
    lines = sum(len((seen.text(node.file) or "").splitlines()) for node in nodes)
    return Proposal(
        kind=ProposalKind.SIMPLIFY,
        subject=chain,
        meaning="adds nothing",
        title=f"{names}: adds nothing to {source.name}, which {reader.label} can read",
        evidence=tuple(
            Evidence(
                node.file, f"takes columns of {seen.nodes.nodes[node.parents[0]].name} as they are, for one reader"
            )
            for node in nodes
        ),
        gain=Gain(use_cases=1, lines=lines),
        risk="What it promises is promised no more; move expectations that its parent lacks.",
        edits=edits,
        provable=bool(edits),
        ask=owners_of(seen, reader.unique_id),
    )
