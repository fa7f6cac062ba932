"""The command `ribbon`."""

import click

from ribbon import __version__
from ribbon.cli.add import add
from ribbon.cli.build import build
from ribbon.cli.docs import docs
from ribbon.cli.doctor import doctor
from ribbon.cli.evolve import evolve
from ribbon.cli.expectations import expectations
from ribbon.cli.export import export
from ribbon.cli.impact import impact
from ribbon.cli.init import init
from ribbon.cli.land import land
from ribbon.cli.lineage import lineage
from ribbon.cli.publish import publish
from ribbon.cli.quarantine import quarantine
from ribbon.cli.remove import remove
from ribbon.cli.run import run
from ribbon.cli.status import status
from ribbon.cli.usage import usage

__all__ = ["main"]


@click.group(
    epilog="Exit codes: 0 success, 1 expectations or rules failed, 2 wrong call or configuration,"
    " 3 a file, a disk or another process failed."
)
@click.version_option(__version__, prog_name="ribbon")
def main() -> None:
    """Model data in three layers on dbt: lake, warehouse, marts."""


for _command in (
    run,
    add,
    land,
    build,
    publish,
    docs,
    export,
    lineage,
    usage,
    evolve,
    impact,
    status,
    expectations,
    init,
    doctor,
    remove,
    quarantine,
):
    main.add_command(_command)
