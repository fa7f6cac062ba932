"""Extract: logic that several marts repeat becomes one warehouse model."""

from collections.abc import Iterable, Iterator

from ribbon.evolve.evidence.dependents import owners_of
from ribbon.evolve.evidence.logic import Place
from ribbon.evolve.evidence.project import ProjectEvidence
from ribbon.evolve.evidence.recurring_logic import Level, Recurring, recurring
from ribbon.evolve.rules.extract_edits import shared_extraction, whole_extraction
from ribbon.model import Evidence, Gain, Layer, Proposal, ProposalKind

__all__ = ["find_recurring_logic"]

# How many models a title names.
NAMED = 4

RISKS = {
    Level.WHOLE: "From then on the marts change together.",
    Level.GROUPING: "From then on the marts change together; the new model has the measures of all of them.",
    Level.FRAME: "From then on the marts change together; the new model has the columns of all of them.",
}


def find_recurring_logic(seen: ProjectEvidence) -> Iterable[Proposal]:
    """A proposal for each piece of logic that two marts contain, or that a mart and a warehouse model contain."""
    for group in recurring(seen.logic):
        if group.models <= seen.own.keys():
            yield _proposal(seen, group)


def _proposal(seen: ProjectEvidence, group: Recurring) -> Proposal:
    change = whole_extraction(seen, group) if group.level is Level.WHOLE else shared_extraction(seen, group)
    name = change.model if change else _subject(group.places[0])
    return Proposal(
        kind=ProposalKind.EXTRACT,
        subject=tuple(sorted(group.models)),
        meaning=group.fingerprint,
        title=f"{name}: {group.level} in {_labels(seen, group)}",
        evidence=tuple(_evidence(seen, group)),
        gain=_gain(seen, group),
        risk=RISKS[group.level],
        edits=change.edits if change else (),
        provable=bool(change and change.edits),
        ask=tuple(dict.fromkeys(each for place in group.places for each in owners_of(seen, place.model))),
    )


def _labels(seen: ProjectEvidence, group: Recurring) -> str:
    """The models, as many as fit on a line."""
    labels = [seen.nodes.nodes[place.model].label for place in group.places]
    more = len(labels) - NAMED
    return ", ".join(labels[:NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _subject(place: Place) -> str:
    """What a query is about: what it reads, and by what it groups."""
    reads = " and ".join(each.rsplit(".", 1)[-1] for each in place.logic.reads) or place.query.name
    keys = ", ".join(key.rsplit(".", 1)[-1] for key in place.logic.keys)
    return f"{reads} by {keys}" if keys else reads


def _evidence(seen: ProjectEvidence, group: Recurring) -> Iterator[Evidence]:
    for place in group.places:
        node = seen.nodes.nodes[place.model]
        called = f"as {place.query.name}" if place.query.name else "as the whole model"
        yield Evidence(node.file, f"{called}, {place.query.lines} lines")
    logic = group.places[0].logic
    reads = [each.rsplit(".", 1)[-1] for each in logic.reads]
    for word, parts in (("reads", reads), ("where", logic.conditions), ("grouped by", logic.keys)):
        if parts:
            yield Evidence("what they share", f"{word} {', '.join(parts)}")


def _gain(seen: ProjectEvidence, group: Recurring) -> Gain:
    """Lines: those of all places but the shortest, which moves."""
    nodes = [seen.nodes.nodes[place.model] for place in group.places]
    marts = [node for node in nodes if node.layer is Layer.MART]
    lines = sorted(place.query.lines for place in group.places)
    return Gain(use_cases=len({node.use_case for node in marts}), lines=sum(lines[1:]))
