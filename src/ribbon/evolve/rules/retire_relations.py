"""Retire: marts, warehouse models and sources that nobody has asked for, one step at a time."""

from collections.abc import Iterable, Iterator

from ribbon.evolve.evidence import Seen
from ribbon.evolve.right.used import goes_with, unused_relations
from ribbon.evolve.rules.people import owners_of
from ribbon.evolve.rules.retire_steps import RetireStep, next_step
from ribbon.lineage import LineageNode
from ribbon.model import Edit, Evidence, Gain, Layer, Proposal, ProposalKind

__all__ = ["find_unused_relations"]

RETIRABLE = frozenset({"model", "snapshot", "source"})


def find_unused_relations(seen: Seen) -> Iterable[Proposal]:
    """A proposal for each relation that nobody uses and nothing is built from; what it alone reads goes with it."""
    unused = unused_relations(seen)
    for key in unused:
        node = seen.own.get(key)
        if node and node.project.resource_type in RETIRABLE and not seen.readers.get(key) and _is_heard(seen, node):
            proposal = _proposal(seen, node)
            if proposal:
                yield proposal


def _is_heard(seen: Seen, node: LineageNode) -> bool:
    """Whether the log would show it. Few ask the warehouse by name, so there the whole log counts."""
    return node.project.layer is not Layer.MART or seen.cover.hears(node)


def _proposal(seen: Seen, node: LineageNode) -> Proposal | None:
    key = node.project.unique_id
    step = next_step(seen, node.project)
    if step is None:
        return None
    others = goes_with(seen, key)
    own = [each for each in others if each in seen.own and each.startswith("model.")]
    lines = sum(len((seen.text(seen.nodes.nodes[each].file) or "").splitlines()) for each in _models((key, *others)))
    return Proposal(
        kind=ProposalKind.RETIRE,
        subject=(key, *own),
        meaning=step.name,
        title=f"{_named(node, own)}: {step.title}",
        evidence=(*_evidence(seen, node, others), *step.evidence),
        gain=Gain(lines=lines),
        risk=_risk(seen),
        edits=(*step.edits, *_edits_of(seen, own, step)),
        ask=owners_of(seen, key),
    )


def _named(node: LineageNode, others: list[str]) -> str:
    return f"{node.project.label} and {len(others):,} that it alone reads" if others else node.project.label


def _edits_of(seen: Seen, others: Iterable[str], step: RetireStep) -> Iterator[Edit]:
    """The same step for what goes with it, where that is its next one too."""
    for key in others:
        own = next_step(seen, seen.own[key].project)
        if own and own.name == step.name:
            yield from own.edits


def _evidence(seen: Seen, node: LineageNode, others: tuple[str, ...]) -> Iterator[Evidence]:
    key, cover = node.project.unique_id, seen.cover
    last = cover.last_asked(key)
    if cover.days:
        asked = f"last asked for on {last}" if last else "never asked for"
        yield Evidence(
            "the query logs",
            f"{asked}, from {cover.days[0]} to {cover.days[1]}; {cover.understood_share:.0%} of them are understood",
        )
    yield Evidence(node.project.file, f"there since {cover.cutoff} or longer; nothing is built from it")
    for exposure in seen.nodes.exposures:
        if key in exposure.depends_on:
            yield Evidence(f"exposure {exposure.name}", f"{exposure.label} ({exposure.type}) says that it reads it")
    if others:
        named = ", ".join(seen.nodes.nodes[other].label for other in others)
        yield Evidence("lineage", f"nothing else reads, and nobody asks for: {named}")


def _risk(seen: Seen) -> str:
    told = "Somebody may read it in a way that no imported log shows, or once a year."
    if seen.cover.days and (silent := (seen.today - seen.cover.days[1]).days) > seen.thresholds.notice_days:
        told += f" The logs end {silent:,} days ago."
    return told


def _models(keys: Iterable[str]) -> list[str]:
    return [key for key in keys if not key.startswith("source.")]
