"""`ribbon impact`: what a change touches, before it is merged."""

import click

from ribbon.cli.impact_screen import show_impact
from ribbon.cli.session import Session, command
from ribbon.evolve.impact import Effect

__all__ = ["impact"]


@click.argument("after", required=False)
@click.argument("before", default="HEAD")
@click.option("--fail-on-breaking", is_flag=True, help="Exit with 1 where something breaks that somebody uses.")
@command("impact")
def impact(session: Session, before: str, after: str | None, *, fail_on_breaking: bool) -> int:
    """Say what a change means for columns and use cases: from the commit BEFORE to AFTER, or to the working tree.

    Both states are compiled and compared by the meaning of their SQL, not by its text; no data is built. A change is
    breaking where a column or relation that an exposure, a logged query or another model uses is gone, renamed, of
    another type or another grain.
    """
    from ribbon.evolve.impact.assessing import assess  # noqa: PLC0415 - brings sqlglot, of no use to other commands

    with session.console.bar("Impact") as bar:
        found = assess(session.project, before, after, bar.at)
    for note in found.notes:
        session.console.warn(note)
    show_impact(session.console, found)
    return 1 if fail_on_breaking and found.effect is Effect.BREAKING else 0
