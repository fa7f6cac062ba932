"""All proposals of a project: every rule, the best first, without what was kept apart on purpose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ribbon.errors import ConfigError
from ribbon.evolve.evidence import Seen
from ribbon.evolve.keeping import read_kept
from ribbon.evolve.rules import RULES, Rule
from ribbon.model import Kept, Proposal

__all__ = ["Proposals", "propose", "ranked"]


@dataclass(frozen=True)
class Proposals:
    """found: the best first. kept: what was kept apart and would be proposed. past: kept, and not found any more.

    unknown: what cannot be said, and why.
    """

    found: tuple[Proposal, ...]
    kept: tuple[tuple[Kept, Proposal], ...] = ()
    past: tuple[Kept, ...] = ()
    unknown: tuple[str, ...] = ()

    def named(self, id: str) -> Proposal:  # noqa: A002 - that is what it is
        """The proposal of an id, kept apart or not. Raises ConfigError where there is none."""
        for proposal in (*self.found, *(proposal for _, proposal in self.kept)):
            if proposal.id == id:
                return proposal
        past = next((kept for kept in self.past if kept.id == id), None)
        hint = f"It was kept apart on {past.date}, and is past." if past else "`ribbon evolve` lists them."
        raise ConfigError(f"{id}: there is no proposal of this id. {hint}")

    def parted(self, kept: Iterable[Kept]) -> "Proposals":
        """The same, with these kept apart."""
        by_id = {proposal.id: proposal for proposal in (*self.found, *(proposal for _, proposal in self.kept))}
        apart = {each.id: each for each in kept}
        ordered = ranked(by_id.values())
        return replace(
            self,
            found=tuple(proposal for proposal in ordered if proposal.id not in apart),
            kept=tuple((apart[proposal.id], proposal) for proposal in ordered if proposal.id in apart),
            past=tuple(each for key, each in apart.items() if key not in by_id),
        )


def propose(seen: Seen, rules: Sequence[Rule] = RULES) -> Proposals:
    """What the rules find in what is seen. Raises ConfigError where something that they need cannot be read."""
    every = tuple(proposal for rule in rules for proposal in rule(seen))
    return Proposals(every, unknown=seen.unknown).parted(read_kept(seen.project.project_dir))


def ranked(proposals: Iterable[Proposal]) -> tuple[Proposal, ...]:
    """What serves most use cases first, then most queries, then most lines and time; equal ones by id."""
    return tuple(sorted(proposals, key=_rank))


def _rank(proposal: Proposal) -> tuple[float, float, float, str]:
    gain = proposal.gain
    return (-gain.use_cases, -gain.queries, -(gain.lines + gain.seconds), proposal.id)
