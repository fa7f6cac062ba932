"""`ribbon docs`: write the catalog as a static site."""

import webbrowser
from pathlib import Path

import click

from ribbon.cli.session import Needs, Session, command, target_path_option
from ribbon.cli.steps import docs_step
from ribbon.lock import hold

__all__ = ["docs"]


@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="The folder to write to; default: data/site, or target/ribbon/site in a project that does not use Ribbon.",
)
@target_path_option
@click.option("--open", "to_open", is_flag=True, help="Open the first page in the browser.")
@command("docs", needs=Needs.ARTIFACTS)
def docs(session: Session, output: Path | None, target_path: Path | None, to_open: bool) -> None:
    """Write the catalog as a site that needs no server; works for any dbt project.

    It shows where each column comes from, its expectations and their results, and who uses it. A project that does not
    use Ribbon is read from its artifacts; dbt is not run. Only pages that changed are written.
    """
    from ribbon.catalog import site_paths  # noqa: PLC0415 - imports templates, which are slow to load

    place = site_paths(session.paths, output, target_path)
    with hold(place.home, "ribbon docs"):
        index = docs_step(session, place)
    if to_open:
        webbrowser.open(index.as_uri())
