"""`ribbon init`: create a project, add Ribbon to one, upgrade its macros."""

from pathlib import Path

import click

from ribbon import __version__
from ribbon.cli.session import Needs, Session, command
from ribbon.errors import ConfigError
from ribbon.scaffold import adopt, create_project, upgrade

__all__ = ["init"]


@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="With --upgrade: overwrite macros that were edited by hand.")
@click.option("--upgrade", "upgrading", is_flag=True, help="Upgrade macros/ribbon/ to the installed version.")
@click.option("--existing", is_flag=True, help="Add Ribbon to an existing dbt project; its models are not changed.")
@command("init", needs=Needs.NOTHING)
def init(session: Session, folder: Path | None, existing: bool, upgrading: bool, force: bool) -> None:
    """Create a small project in FOLDER (default: this folder), which must be empty except for hidden files.

    With --existing, FOLDER is a dbt project, and Ribbon's macros and hooks are added to it. If the command fails,
    nothing has changed.
    """
    place = folder.resolve() if folder else session.paths.project_dir
    if existing and upgrading:
        raise ConfigError("--existing and --upgrade exclude each other. Use one of them.")
    if force and not upgrading:
        raise ConfigError("--force works only with --upgrade. Leave it out.")
    if existing:
        _adopt(session, place)
    elif upgrading:
        _upgrade(session, place, force)
    else:
        _create(session, place)


def _create(session: Session, place: Path) -> None:
    name = create_project(place, __version__)
    say = session.console.say
    say(f"Created project {name} in {place}.")
    say("Next:")
    if place != Path.cwd():
        say(f"  cd {place}")
    say("  ribbon run      lands files/orders.parquet, builds, and publishes the mart")
    say("  README.md       shows what happens to a table that fails an expectation")
    session.console.record("project", {"name": name, "folder": str(place)})


def _adopt(session: Session, place: Path) -> None:
    adopted = adopt(place, __version__)
    say = session.console.say
    home = adopted.home.relative_to(place)
    if adopted.macros:
        say(f"{home}/: Ribbon {__version__}'s macros, {adopted.macros} files.")
    for path in adopted.left_out:
        say(f"{home}/: left out {path}: the project has a macro of the same name.")
    if adopted.hooks:
        say("dbt_project.yml: hooks for the lake views and the run history.")
    if adopted.macros or adopted.hooks:
        say("Models, tests, seeds and schemas are unchanged.")
        say("From now on a model's tests run before its table is replaced.")
        say("Next:")
        say("  git diff        shows what was added")
        say("  dbt build       a model whose tests fail keeps its last good table")
    else:
        say(f"Nothing to do: {home}/ and the hooks exist. `ribbon init --upgrade` upgrades the macros.")
    session.console.record(
        "existing", {"macros": adopted.macros, "hooks": adopted.hooks, "left_out": list(adopted.left_out)}
    )


def _upgrade(session: Session, place: Path, force: bool) -> None:
    done = upgrade(place, __version__, force=force)
    home = done.home.relative_to(place)
    if done.changed:
        session.console.say(f"{home}/: {done.before} → {done.after}, {done.changed} files changed.")
    else:
        session.console.say(f"{home}/: {done.after} already; nothing changed.")
    for path in done.overwritten:
        session.console.say(f"  overwritten: {path}")
    session.console.record(
        "upgrade",
        {"from": done.before, "to": done.after, "changed": done.changed, "overwritten": list(done.overwritten)},
    )
