"""`ribbon remove`: take Ribbon out of a project."""

import shlex
from collections.abc import Iterable
from pathlib import Path

import click

from ribbon.cli.console import counted
from ribbon.cli.session import Needs, Session, command
from ribbon.errors import ConfigError
from ribbon.scaffold import LeftBehind, Removal, carry_out, left_behind, plan_removal

__all__ = ["remove"]

# How many places that need Ribbon a message names; --json has all.
NAMED = 30

# It decides where models are written.
SCHEMA_RULE = "generate_schema_name.sql"


@click.option("--dry-run", is_flag=True, help="Show what would be removed, and change nothing.")
@click.option("--force", is_flag=True, help="Remove Ribbon although files of the project need it or were edited.")
@command("remove", needs=Needs.NOTHING)
def remove(session: Session, force: bool, dry_run: bool) -> None:
    """Take Ribbon out of the project: its files are as they were before `ribbon init --existing`.

    Edits that were made since stay. Quarantined rows and the history stay in the database, and the command prints how
    to drop them. If tests or settings of the project need Ribbon, it lists them and changes nothing, because dbt would
    refuse the project without it; --force removes it all the same. If the command fails, nothing has changed.
    """
    paths = session.paths
    paths.require_project()
    removal, left = plan_removal(paths.project_dir, paths.target_dir), left_behind(paths)
    _record(session, removal, left)
    if not force:
        _refuse(removal)
    _show(session, removal)
    _show_left(session, left)
    session.console.record("removed", not dry_run)
    if dry_run:
        session.console.say("Nothing was changed. Run it without --dry-run to remove Ribbon.")
        return
    carry_out(removal)
    if removal.needs:
        session.console.say("Ribbon is removed. These still need it, and dbt may refuse them:")
        _show_needs(session, removal)
    else:
        session.console.say("Ribbon is removed. `dbt build` works as before it came.")


def _refuse(removal: Removal) -> None:
    """Raises ConfigError where removing would break the project, or lose what a person wrote."""
    if removal.needs:
        lines = [f"  {need}" for need in removal.needs[:NAMED]]
        more = len(removal.needs) - len(lines)
        raise ConfigError(
            f"{removal.project_dir}: the project still needs Ribbon, so nothing was removed. It is needed in"
            f" {counted(len(removal.needs), 'place')}:\n"
            + "\n".join([*lines, *([f"  and {more:,} more: --json lists all"] if more else [])])
            + "\nChange or delete them, then run this again; or remove Ribbon all the same with --force."
        )
    if removal.edited:
        raise ConfigError(
            f"{removal.project_dir / 'packages/ribbon'}: {', '.join(removal.edited)}: edited by hand. Keep your version"
            " outside of this folder, then remove it with --force."
        )


def _show(session: Session, removal: Removal) -> None:
    say = session.console.say
    session.console.heading(f"Remove Ribbon from {removal.project_dir}")
    gone = [path for path, text in removal.texts.items() if text is None]
    for path in (*removal.folders, *gone, *removal.parses):
        say(f"  delete  {_short(removal, path)}{'/' if path.is_dir() and not path.is_symlink() else ''}")
    for path in (path for path, text in removal.texts.items() if text is not None):
        what = "Ribbon's macros; what you wrote stays" if path in removal.stays else "Ribbon's entry"
        say(f"  change  {_short(removal, path)}: without {what}")
    if any(path.name == SCHEMA_RULE for path in gone):
        say("  dbt's own rule of schemas applies from now on. Tables stay where they are; dbt builds new ones.")


def _show_left(session: Session, left: LeftBehind) -> None:
    say, paths = session.console.say, session.paths
    lines = [f"  {name}: the history of {counted(runs, 'run')}" for name, runs in left.histories]
    lines += [f"  {name}: {counted(rows, 'quarantined row')}, in no model" for name, rows in left.quarantines]
    if left.has_data:
        lines.append(f"  {paths.data_dir}: what Ribbon landed, published and wrote. Delete it if nobody needs it.")
    if left.note:
        lines.append(f"  {left.note}")
    if lines:
        session.console.heading("What stays")
    for line in lines:
        say(line)
    if any(rows for _, rows in left.quarantines):
        say("  `ribbon quarantine release` puts rows back into their models, while Ribbon is in the project.")
    if left.statements:
        words = ["duckdb", str(paths.build_file), "; ".join(left.statements)]
        say(f"  To drop them: {shlex.join(words)}")


def _show_needs(session: Session, removal: Removal) -> None:
    for need in removal.needs[:NAMED]:
        session.console.say(f"  {need}")


def _record(session: Session, removal: Removal, left: LeftBehind) -> None:
    def named(paths: Iterable[Path]) -> list[str]:
        return [_short(removal, path) for path in paths]

    record = session.console.record
    gone = [path for path, text in removal.texts.items() if text is None]
    record("deleted", named((*removal.folders, *gone, *removal.parses)))
    record("changed", named(path for path, text in removal.texts.items() if text is not None))
    record("edited", list(removal.edited))
    record("needs", [vars(need) for need in removal.needs])
    record("stays", vars(left) | {"data_folder": str(session.paths.data_dir) if left.has_data else None})


def _short(removal: Removal, path: Path) -> str:
    folder = removal.project_dir
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)
