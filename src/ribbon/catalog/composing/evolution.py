"""The page of evolution, from what was found last."""

from collections.abc import Container, Iterator

from ribbon.catalog.facts.evolved import Evolved, about
from ribbon.catalog.facts.interfaces import Documents
from ribbon.catalog.views import EvolutionView, KeptView, ProposalView
from ribbon.model import Evolution, Found, Kept

__all__ = ["compose_evolution"]


def compose_evolution(evolved: Evolved, documents: Documents) -> EvolutionView:
    """All that was found, with links to the relations that it is about."""
    evolution = evolved.evolution
    if evolution is None:
        return EvolutionView(note=evolved.note)
    known = frozenset(documents.ids())
    return EvolutionView(
        found_at=evolution.found_at,
        behind=evolution.manifest_at < documents.built_at,
        proposals=tuple(_proposal(each, known, documents) for each in evolution.found),
        kept=tuple(_kept(evolution)),
        unknown=evolution.unknown,
    )


def _proposal(found: Found, known: Container[str], documents: Documents) -> ProposalView:
    proposal = found.proposal
    return ProposalView(
        id=proposal.id,
        kind=proposal.kind.value,
        title=proposal.title,
        about=tuple(documents.link(uid) for uid in about(proposal, known)),
        evidence=tuple((each.where, each.what) for each in proposal.evidence),
        gain=proposal.gain.told,
        risk=proposal.risk,
        ask=proposal.ask,
        diff=found.diff,
        provable=proposal.provable,
    )


def _kept(evolution: Evolution) -> Iterator[KeptView]:
    yield from (_apart(kept, past=False) for kept in evolution.kept)
    yield from (_apart(kept, past=True) for kept in evolution.past)


def _apart(kept: Kept, *, past: bool) -> KeptView:
    return KeptView(kept.id, kept.title, kept.because, kept.date, kept.who, past)
