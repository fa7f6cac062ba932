"""`ribbon init`: start a project, take Ribbon into one, refresh its macros."""

from pathlib import Path

import click

from ribbon import __version__
from ribbon.cli.session import Session, command
from ribbon.errors import ConfigError
from ribbon.scaffold import adopt, create_project, upgrade

__all__ = ["init"]


@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="With --upgrade: overwrite macros that were edited by hand.")
@click.option("--upgrade", "upgrading", is_flag=True, help="Refresh macros/ribbon/ from the installed version.")
@click.option("--existing", is_flag=True, help="Take Ribbon into a dbt project; its models are not touched.")
@command("init", in_project=False)
def init(session: Session, folder: Path | None, existing: bool, upgrading: bool, force: bool) -> None:
    """Make a small project in FOLDER (this one without a name), which has to be empty but for hidden files.

    With --existing FOLDER is a dbt project that gets Ribbon's macros and hooks. Whatever is refused changes nothing.
    """
    place = folder.resolve() if folder else session.project.project_dir
    if existing and upgrading:
        raise ConfigError("--existing and --upgrade: choose one of them.")
    if force and not upgrading:
        raise ConfigError("--force: means something with --upgrade only. Leave it out.")
    if existing:
        _adopt(session, place)
    elif upgrading:
        _upgrade(session, place, force)
    else:
        _create(session, place)


def _create(session: Session, place: Path) -> None:
    name = create_project(place, __version__)
    say = session.console.say
    say(f"Made the project {name} in {place}.")
    say("Next:")
    if place != Path.cwd():
        say(f"  cd {place}")
    say("  ribbon run      lands files/orders.parquet, builds, and hands the mart to readers")
    say("  README.md       shows how a table that breaks a promise is held back")
    session.console.record("project", {"name": name, "folder": str(place)})


def _adopt(session: Session, place: Path) -> None:
    adopted = adopt(place, __version__)
    say = session.console.say
    home = adopted.home.relative_to(place)
    if adopted.macros:
        say(f"{home}/: Ribbon {__version__}'s macros, {adopted.macros} files.")
    for path in adopted.left_out:
        say(f"{home}/: left out {path}: the project has a macro of that name.")
    if adopted.hooks:
        say("dbt_project.yml: hooks for the views of the lake and the history of runs.")
    if adopted.macros or adopted.hooks:
        say("Models, tests, seeds and schemas are as they were.")
        say("From now on a model's tests are measured before it is replaced.")
        say("Next:")
        say("  git diff        shows what came")
        say("  dbt build       a model whose tests fail keeps its last good table")
    else:
        say(f"Nothing to do: {home}/ and the hooks are there. `ribbon init --upgrade` refreshes the macros.")
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
