"""Groups of commands that list where none of them is named."""

from collections.abc import Callable

import click

__all__ = ["listing_group"]


def listing_group(name: str, lists: str) -> Callable[[Callable[..., None]], click.Group]:
    """A group: `ribbon <name>` and `ribbon <name> --json` are `ribbon <name> <lists>`."""

    class Listing(click.Group):
        """A group that knows what to do without a command."""

        def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
            """As click does, with the command that lists put in front where there is none."""
            if not args or (args[0].startswith("-") and args[0] not in {"-h", "--help"}):
                args = [lists, *args]
            return super().parse_args(ctx, args)

    return click.group(name, cls=Listing)
