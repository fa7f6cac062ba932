"""The last look of the main job: how the model should grow."""

from ribbon.cli.evolve_proposals import proposed, remembered
from ribbon.cli.session import Session
from ribbon.errors import RibbonError

__all__ = ["evolve_step"]

SHOWN = 3


def evolve_step(session: Session) -> None:
    """Say the best proposals, and keep all for the catalog. What goes wrong here is told, and harms nothing else."""
    console = session.console
    console.heading("Evolution")
    try:
        seen, proposals = proposed(session, None)
        remembered(session, seen, proposals)
    except RibbonError as error:
        console.warn(str(error))
        return
    best = proposals.found[:SHOWN]
    for proposal in best:
        console.say(f"  {proposal.id}  {proposal.title}")
    if more := len(proposals.found) - len(best):
        console.say(f"  and {more:,} more: `ribbon evolve`")
    if not best:
        console.say("  Nothing is proposed.")
    console.record("proposals", [proposal.id for proposal in proposals.found])
