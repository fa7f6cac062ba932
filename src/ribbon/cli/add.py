"""`ribbon add`: sources from a person's own files."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ribbon.cli.console import Console, counted
from ribbon.cli.session import Session, command
from ribbon.lock import hold
from ribbon.origins import is_database
from ribbon.project import load_project

if TYPE_CHECKING:
    from ribbon.scaffold.adding import Addition

__all__ = ["add", "report_addition"]


@click.argument("paths", nargs=-1, required=True)
@click.option("--system", help="Name of whoever delivers the files; default: the name of their folder.")
@click.option("--table", help="Name of the table, where there is one; default: the name of the file.")
@command("add")
def add(session: Session, paths: tuple[str, ...], system: str | None, table: str | None) -> None:
    """Declare the files at PATHS as sources: CSV, JSON lines, Parquet (also .gz, .zst), SQLite, or a folder of them.

    postgresql://user@host/database#schema.table is a table of a database, without its name all that the user may read;
    the password comes from the environment, PGPASSWORD.

    Looks at all rows and writes, for each table, the source with types, keys and expectations that hold, a page with
    what was measured, and a staging model. Files stay where they are. If the command fails, nothing has changed.
    """
    from ribbon.scaffold.adding import place_of, plan_addition, write_addition  # noqa: PLC0415 - brings sqlglot

    with hold(session.paths.data_dir, "ribbon add"):
        place = place_of(load_project(session.paths))
        found = [path if is_database(path) else Path(path) for path in paths]
        addition = plan_addition(place, found, system, table)
        write_addition(place, addition)
    report_addition(session.console, addition)
    first = addition.added[0].source.name
    systems = dict.fromkeys(each.source.system for each in addition.added)
    commands = {
        f"ribbon land {' '.join(systems)}": "lands the rows; each batch is validated first",
        "ribbon run": "lands, builds and tests everything, publishes the marts, writes the catalog",
        f"ribbon expectations suggest {first}": "after a run: what else holds, to add to a contract",
        "ribbon evolve": "what could follow: what nothing reads yet, new files, drift",
    }
    width = max(map(len, commands))
    session.console.say("Next:")
    for line, purpose in commands.items():
        session.console.say(f"  {line:<{width}}  {purpose}")


def report_addition(console: Console, addition: "Addition") -> None:
    """Print what was found and written."""
    console.heading("Found")
    for each in addition.added:
        looked, source = each.looked, each.source
        files = looked.group.names[0] if len(looked.group.names) == 1 else f"{len(looked.group.names)} files"
        key = f", one a {' and '.join(looked.key)}" if looked.key else ""
        console.say(
            f"  {source.system}.{source.table:<16} {counted(looked.sniffed.rows, 'row')} of"
            f" {counted(len(looked.columns), 'column')} in {files}; {looked.delivery}{key}"
        )
        for note in looked.notes:
            console.say(f"    {note}")
    if addition.known:
        console.say(f"  {counted(len(addition.known), 'table')} declared already")
    for name, reason in addition.left_out:
        console.warn(f"{name} is left out: {reason}")
    console.heading("Wrote")
    for edit in addition.edits:
        if edit.path.startswith(("expectations/lake/", "docs/lake/")):
            console.say(f"  {edit.path}{'' if edit.before is None else ', changed'}")
    for edit in addition.edits:
        if edit.path.endswith(".sql"):
            console.say(f"  {edit.path}, its contract and page")
    console.record(
        "add",
        {
            "tables": {
                f"{each.source.system}.{each.source.table}": {
                    "rows": each.looked.sniffed.rows,
                    "columns": len(each.looked.columns),
                    "delivery": str(each.looked.delivery),
                    "key": list(each.looked.key),
                    "notes": list(each.looked.notes),
                }
                for each in addition.added
            },
            "left_out": dict(addition.left_out),
            "written": [edit.path for edit in addition.edits],
        },
    )
