"""`ribbon evolve verify`: the proof that no data changed that should not."""

import click

from ribbon.cli.evolve_proof_screen import show_proof
from ribbon.cli.session import Session, command
from ribbon.evolve.proving import TOLERANCE, Question, verify

__all__ = ["verify_"]


@click.argument("after", required=False)
@click.argument("before", default="HEAD")
@click.option("--model", "models", multiple=True, help="Look at this model only; may be given several times.")
@click.option(
    "--tolerance",
    type=click.FloatRange(min=0, max=1),
    default=TOLERANCE,
    show_default=True,
    help="How far two floats may be apart, relative to the larger one.",
)
@command("verify")
def verify_(session: Session, before: str, after: str | None, models: tuple[str, ...], tolerance: float) -> int:
    """Compare the data that two commits make, row by row: BEFORE, and AFTER or the working tree without it.

    Every model that is made of something else, and everything that reads it, is built twice into scratch files, which
    are gone afterwards. The rest is read from the build file, which is not written. Expectations hold as in any build;
    test nodes do not run. Exits with 1 where a relation differs or cannot be proven.
    """
    with session.console.bar("Proof") as bar:
        proof = verify(session.project, before, after, Question(models, tolerance), bar.at)
    show_proof(session.console, proof)
    return 0 if proof.holds else 1
