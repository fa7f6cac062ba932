"""The page of evolution, from its view."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ribbon.catalog.pages.diffs import coloured
from ribbon.catalog.pages.environment import render
from ribbon.catalog.pages.shell import Shell
from ribbon.catalog.views import EvolutionView, ProposalView

__all__ = ["render_evolution"]

# What each kind does, by kind.
KINDS = {
    "extract": ("Extract", "Logic that recurs becomes a model of the warehouse."),
    "agree": ("Agree", "One name with two meanings, or two names with one."),
    "add-mart": ("Add a mart", "What people keep asking, and no mart answers."),
    "retire": ("Retire", "What nobody uses, in steps that can be taken back."),
    "promise": ("Promise more", "Expectations that are missing, or that say nothing."),
    "follow": ("Follow the source", "What changed where the data comes from."),
    "mend": ("Mend the layers", "Breaches of the layer rule."),
    "simplify": ("Simplify", "What adds nothing, or is built in the wrong way."),
}

# Proposals of a kind that are shown whole, the others in a line; and lines of a change.
MOST_WHOLE, MOST_LINES = 100, 200

# How many the page begins with.
BEST = 10


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal shown whole. rank: among all, from 1. more: lines of the change that are left out."""

    proposal: ProposalView
    rank: int
    change: Markup
    more: int


@dataclass(frozen=True, slots=True)
class Section:
    """The proposals of a kind, the best first. rest: those that are shown in a line."""

    kind: str
    label: str
    about: str
    shown: Sequence[Shown]
    rest: Sequence[ProposalView]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.shown) + len(self.rest)


def render_evolution(view: EvolutionView, shell: Shell) -> str:
    """evolution.html: how the model should grow, the best first, by kind."""
    return render(
        "evolution.html.j2",
        view=view,
        shell=shell,
        here="evolution.html",
        best=view.proposals[:BEST] if len(view.proposals) > BEST else (),
        sections=_sections(view.proposals),
    )


def _sections(proposals: Sequence[ProposalView]) -> list[Section]:
    """The kind of the best proposal first."""
    by_kind: dict[str, list[tuple[int, ProposalView]]] = {}
    for rank, proposal in enumerate(proposals, 1):
        by_kind.setdefault(proposal.kind, []).append((rank, proposal))
    return [_section(kind, ranked) for kind, ranked in by_kind.items()]


def _section(kind: str, ranked: Sequence[tuple[int, ProposalView]]) -> Section:
    label, about = KINDS.get(kind, (kind, ""))
    shown = [Shown(each, rank, *coloured(each.diff, MOST_LINES)) for rank, each in ranked[:MOST_WHOLE]]
    return Section(kind, label, about, shown, [each for _, each in ranked[MOST_WHOLE:]])
