"""What `ribbon evolve` found last, from the file in which it is kept."""

from collections.abc import Container, Mapping
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

import msgspec

from ribbon.catalog.views import ProposalLink
from ribbon.evolve.remembering import FILE
from ribbon.model import FORM, Evolution, Proposal

__all__ = ["Evolved", "about", "read_evolved"]


class Evolved:
    """What was found, None where nothing was or where it cannot be read. relations: all there are. note: why not."""

    def __init__(self, found: Evolution | None, relations: Container[str], note: str = "") -> None:
        self.evolution = found
        self.note = note
        self._relations = relations

    def proposals(self, uid: str) -> tuple[ProposalLink, ...]:
        """Those about a relation or a column of it, the best first."""
        return self._by_relation.get(uid, ())

    def fingerprint(self, uid: str) -> bytes:
        """What would change what a relation's page says of them."""
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
    """The relations that a proposal is about; what is none, nor a column of one, is left out."""
    found = (_relation(subject, relations) for subject in proposal.subject)
    return tuple(dict.fromkeys(uid for uid in found if uid))


def _relation(subject: str, relations: Container[str]) -> str:
    """The relation that a unique id names, or that a column named behind it is of; names of columns may have dots."""
    while subject and subject not in relations:
        subject = subject.rpartition(".")[0]
    return subject


def read_evolved(folder: Path, relations: Container[str]) -> Evolved:
    """What was kept in the folder of what Ribbon keeps of the project. A file that cannot be read is told, no more."""
    path = folder / FILE
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Evolution)
    except FileNotFoundError:
        return Evolved(None, relations)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, ValueError):
        return Evolved(None, relations, f"`{FILE}` cannot be read")
    if found.form != FORM:
        return Evolved(None, relations, f"`{FILE}` was written by another version of Ribbon")
    return Evolved(found, relations)
