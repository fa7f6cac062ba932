"""The view of the evolution page: the result of the last `ribbon evolve`, from its file."""

from collections.abc import Container, Iterator, Mapping
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

import msgspec

from ribbon.catalog.facts.documents import Documents
from ribbon.catalog.views import EvolutionView, KeptView, ProposalLink, ProposalView
from ribbon.evolve.proposals import FILE
from ribbon.model import FORM, Dismissal, Evolution, Found, Proposal

__all__ = ["LastEvolution", "about", "evolution_view", "read_evolution"]


class LastEvolution:
    """evolution: None where there is none or it cannot be read. relations: all there are. note: why not."""

    def __init__(self, found: Evolution | None, relations: Container[str], note: str = "") -> None:
        self.evolution = found
        self.note = note
        self._relations = relations

    def proposals(self, uid: str) -> tuple[ProposalLink, ...]:
        """Those about a relation or a column of it, the best first."""
        return self._by_relation.get(uid, ())

    def fingerprint(self, uid: str) -> bytes:
        """What would change the proposals on a relation's page."""
        proposals = self.proposals(uid)
        return blake2b(msgspec.msgpack.encode(proposals), digest_size=16).digest() if proposals else b""

    @cached_property
    def _by_relation(self) -> Mapping[str, tuple[ProposalLink, ...]]:
        links: dict[str, list[ProposalLink]] = {}
        for found in self.evolution.found if self.evolution else ():
            proposal = found.proposal
            for uid in about(proposal, self._relations):
                links.setdefault(uid, []).append(ProposalLink(proposal.id, proposal.kind.value, proposal.title))
        return {uid: tuple(each) for uid, each in links.items()}


def about(proposal: Proposal, relations: Container[str]) -> tuple[str, ...]:
    """The relations that a proposal is about, by themselves or by a column; other subjects are left out."""
    found = (_relation(subject, relations) for subject in proposal.subject)
    return tuple(dict.fromkeys(uid for uid in found if uid))


def _relation(subject: str, relations: Container[str]) -> str:
    """The relation that a unique id names, or that a column named behind it is of; names of columns may have dots."""
    while subject and subject not in relations:
        subject = subject.rpartition(".")[0]
    return subject


def read_evolution(folder: Path, relations: Container[str]) -> LastEvolution:
    """The last evolution, from Ribbon's folder of the project. A file that cannot be read becomes a note."""
    path = folder / FILE
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Evolution)
    except FileNotFoundError:
        return LastEvolution(None, relations)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, ValueError):
        return LastEvolution(None, relations, f"`{FILE}` cannot be read")
    if found.form != FORM:
        return LastEvolution(None, relations, f"`{FILE}` was written by another version of Ribbon")
    return LastEvolution(found, relations)


def evolution_view(evolved: LastEvolution, documents: Documents) -> EvolutionView:
    """All that was found, with links to the relations that it is about."""
    evolution = evolved.evolution
    if evolution is None:
        return EvolutionView(note=evolved.note)
    known = frozenset(documents.ids())
    return EvolutionView(
        found_at=evolution.found_at,
        behind=evolution.manifest_at < documents.built_at,
        proposals=tuple(_proposal_view(each, known, documents) for each in evolution.found),
        kept=tuple(_kept_views(evolution)),
        unknown=evolution.unknown,
    )


def _proposal_view(found: Found, known: Container[str], documents: Documents) -> ProposalView:
    proposal = found.proposal
    return ProposalView(
        id=proposal.id,
        kind=proposal.kind.value,
        title=proposal.title,
        about=tuple(documents.link(uid) for uid in about(proposal, known)),
        evidence=tuple((each.where, each.what) for each in proposal.evidence),
        gain=proposal.gain.summary,
        risk=proposal.risk,
        ask=proposal.ask,
        diff=found.diff,
        provable=proposal.provable,
    )


def _kept_views(evolution: Evolution) -> Iterator[KeptView]:
    yield from (_kept_view(kept, past=False) for kept in evolution.kept)
    yield from (_kept_view(kept, past=True) for kept in evolution.past)


def _kept_view(kept: Dismissal, *, past: bool) -> KeptView:
    return KeptView(kept.id, kept.title, kept.because, kept.date, kept.who, past)
