"""`ribbon docs`: write the catalog as a static site."""

import webbrowser
from pathlib import Path

import click

from ribbon.cli.session import Session, command
from ribbon.cli.steps import docs_step
from ribbon.lock import hold

__all__ = ["docs"]


@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="The folder to write to; data/site, or target/ribbon/site in a project that is not Ribbon's, without it.",
)
@click.option(
    "--target-path",
    type=click.Path(path_type=Path),
    default=None,
    help="Where dbt left its artifacts; DBT_TARGET_PATH, or target in the project, without it.",
)
@click.option("--open", "to_open", is_flag=True, help="Open the first page in the browser.")
@command("docs", in_project=False)
def docs(session: Session, output: Path | None, target_path: Path | None, to_open: bool) -> None:
    """Write the catalog as a site that needs no server; works for any dbt project.

    It shows where each column comes from, what it promises, whether that held, and who uses it. A project that is not
    Ribbon's is read from its artifacts, and dbt is not run. Only pages that changed are written.
    """
    from ribbon.catalog import site_paths  # noqa: PLC0415 - brings templates, which take their time to load

    place = site_paths(session.project, output, target_path)
    with hold(place.home, "ribbon docs"):
        index = docs_step(session, place)
    if to_open:
        webbrowser.open(index.as_uri())
