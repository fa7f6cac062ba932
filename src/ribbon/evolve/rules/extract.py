"""Extract: logic that stands in several marts becomes a model of the warehouse."""

from collections.abc import Iterable, Iterator

from ribbon.evolve.evidence import Seen
from ribbon.evolve.middle import Level, Place, Recurring, recurring
from ribbon.evolve.rules.extract_shared import shared_extraction
from ribbon.evolve.rules.extracting import extraction
from ribbon.evolve.rules.people import owners_of
from ribbon.model import Evidence, Gain, Layer, Proposal, ProposalKind

__all__ = ["find_recurring_logic"]

# How many models a title names.
NAMED = 4

RISKS = {
    Level.WHOLE: "The marts change together from then on.",
    Level.GROUPING: "The marts change together from then on; the new model has the measures of all of them.",
    Level.FRAME: "The marts change together from then on; the new model has the columns of all of them.",
}


def find_recurring_logic(seen: Seen) -> Iterable[Proposal]:
    """A proposal for each piece of logic that two marts have, or that a mart has beside a model of the warehouse."""
    for group in recurring(seen.middle):
        if group.models <= seen.own.keys():
            yield _proposal(seen, group)


def _proposal(seen: Seen, group: Recurring) -> Proposal:
    change = extraction(seen, group) if group.level is Level.WHOLE else shared_extraction(seen, group)
    name = change.model if change else _what(group.places[0])
    return Proposal(
        kind=ProposalKind.EXTRACT,
        subject=tuple(sorted(group.models)),
        meaning=group.fingerprint,
        title=f"{name}: {group.level} in {_listed(seen, group)}",
        evidence=tuple(_evidence(seen, group)),
        gain=_gain(seen, group),
        risk=RISKS[group.level],
        edits=change.edits if change else (),
        provable=bool(change and change.edits),
        ask=tuple(dict.fromkeys(each for place in group.places for each in owners_of(seen, place.model))),
    )


def _listed(seen: Seen, group: Recurring) -> str:
    """The models, as many as a line takes."""
    labels = [seen.nodes.nodes[place.model].label for place in group.places]
    more = len(labels) - NAMED
    return ", ".join(labels[:NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _what(place: Place) -> str:
    """What a query is about: what it reads, by what it is grouped."""
    reads = " and ".join(each.rsplit(".", 1)[-1] for each in place.logic.reads) or place.query.name
    keys = ", ".join(key.rsplit(".", 1)[-1] for key in place.logic.keys)
    return f"{reads} by {keys}" if keys else reads


def _evidence(seen: Seen, group: Recurring) -> Iterator[Evidence]:
    for place in group.places:
        node = seen.nodes.nodes[place.model]
        called = f"as {place.query.name}" if place.query.name else "as the whole model"
        yield Evidence(node.file, f"{called}, {place.query.lines} lines")
    logic = group.places[0].logic
    parts = (("reads", [each.rsplit(".", 1)[-1] for each in logic.reads]), ("where", logic.conditions))
    for word, told in (*parts, ("grouped by", logic.keys)):
        if told:
            yield Evidence("what they share", f"{word} {', '.join(told)}")


def _gain(seen: Seen, group: Recurring) -> Gain:
    """Lines: those of all places but the shortest, which moves."""
    nodes = [seen.nodes.nodes[place.model] for place in group.places]
    marts = [node for node in nodes if node.layer is Layer.MART]
    lines = sorted(place.query.lines for place in group.places)
    return Gain(use_cases=len({node.use_case for node in marts}), lines=sum(lines[1:]))
