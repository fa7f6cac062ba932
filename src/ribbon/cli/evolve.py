"""`ribbon evolve`: how the model should grow."""

import click

from ribbon.cli.evolve_apply import apply_
from ribbon.cli.evolve_proposals import keep_, list_, show
from ribbon.cli.evolve_verify import verify_
from ribbon.cli.listing_group import listing_group

__all__ = ["evolve"]


@listing_group("evolve", "list")
def evolve() -> None:
    """Say how the model should grow, from what the sources deliver, what people ask for, and the SQL between them."""


_commands: tuple[click.Command, ...] = (list_, show, apply_, keep_, verify_)
for _command in _commands:
    evolve.add_command(_command)
