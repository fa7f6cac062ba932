"""`ribbon usage`: who asks the marts what."""

from pathlib import Path

import click

from ribbon.cli.listing_group import listing_group
from ribbon.cli.session import Session, command
from ribbon.cli.usage_screen import show_import, show_usage
from ribbon.lock import hold
from ribbon.usage import (
    FORMATS,
    KnownProject,
    Options,
    column_names,
    import_usage,
    know,
    load_usage,
    never_asked,
    read_logs,
)

__all__ = ["usage"]


@listing_group("usage", "ls")
def usage() -> None:
    """Import query logs, and look at who asks which relations and columns."""


@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--from",
    "kind",
    type=click.Choice([each.name for each in FORMATS]),
    help="The kind of log; guessed from its columns without it.",
)
@click.option("--use-case", help="The use case that all these queries serve; else the log or the marts say it.")
@click.option("--drop-literals", is_flag=True, help="Keep no number, no text and no comment of the SQL.")
@click.option("--dialect", help="The dialect of the SQL, as sqlglot names it; the log's or the project's without it.")
@click.option("--columns", help="Columns of a plain log under other names: who=user_name,when=started_at,sql=query.")
@command("import")
def import_(  # noqa: PLR0913 - one for each option
    session: Session,
    files: tuple[Path, ...],
    *,
    kind: str | None,
    use_case: str | None,
    drop_literals: bool,
    dialect: str | None,
    columns: str | None,
) -> None:
    """Import query logs: FILES of CSV, JSON or Parquet.

    Each query is read once: what is in the logs again, in the same file or another, adds nothing. Where a file cannot
    be read, nothing of any is imported. SQL that cannot be parsed is kept and counted.
    """
    options = Options(kind, use_case, drop_literals, dialect, column_names(columns))
    with hold(session.project.data_dir, "ribbon usage import"):
        logs = read_logs(files, options)
        known = _know(session)
        with session.console.bar("Queries") as bar:
            imported = import_usage(session.project, known, logs, options, bar.at)
    if use_case and use_case not in known.use_cases.values():
        session.console.warn(f"No mart is of the use case {use_case}.")
    show_import(session.console, imported)


@command("ls")
def ls(session: Session) -> None:
    """Show what was imported: the period, people, relations, and columns of marts that nobody asked for."""
    known = _know(session)
    found = load_usage(session.project)
    show_usage(session.console, found, known.graph, never_asked(found, known.graph))


def _know(session: Session) -> KnownProject:
    project = session.project
    with session.console.bar("Lineage") as bar:
        known = know(project.project_dir, project.target_dir, project.build_file, bar.at)
    for note in known.graph.notes:
        session.console.warn(note)
    return known


for _command in (import_, ls):
    usage.add_command(_command)
