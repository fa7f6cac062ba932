"""`ribbon init`: create a project, add Ribbon to one, upgrade its package."""

from pathlib import Path

import click

from ribbon import __version__
from ribbon.cli.add import report_addition
from ribbon.cli.session import Needs, Session, command
from ribbon.errors import ConfigError
from ribbon.evolve.git import ignored
from ribbon.scaffold import adopt, create_project, upgrade

__all__ = ["init"]

# What a file that init writes is for, by the end of its path.
PURPOSES = {
    "packages/ribbon/": f"Ribbon {__version__}'s dbt package.",
    "packages.yml": "lists the package.",
    "dependencies.yml": "lists the package.",
    "ribbon.sql": "puts the gate into dbt's materializations.",
    "ribbon_names.sql": "gives expectations and macros of the package their bare names.",
    "generate_schema_name.sql": "writes each layer to a schema of its own.",
    "dbt_project.yml": "calls the package where it called the copy; the package brings the other hooks itself.",
}


@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option(
    "--from",
    "own",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Start from your own files, or a folder of them, instead of an example; see `ribbon add`.",
)
@click.option("--force", is_flag=True, help="With --upgrade: overwrite files of the package that were edited by hand.")
@click.option("--upgrade", "upgrading", is_flag=True, help="Upgrade the project's package to the installed version.")
@click.option("--bare-names", "bare", is_flag=True, help="With --existing: expectations need no `ribbon.` before them.")
@click.option("--existing", is_flag=True, help="Add Ribbon to an existing dbt project; its models are not changed.")
@command("init", needs=Needs.NOTHING)
def init(session: Session, folder: Path | None, own: tuple[Path, ...], **options: bool) -> None:
    """Create a small project in FOLDER (default: this folder), which must be empty except for hidden files.

    With --existing, FOLDER is a dbt project, and Ribbon's dbt package is added to it. If the command fails, nothing
    has changed.
    """
    place = folder.resolve() if folder else session.paths.project_dir
    existing, upgrading, bare, force = (options[name] for name in ("existing", "upgrading", "bare", "force"))
    if existing and upgrading:
        raise ConfigError("--existing and --upgrade exclude each other. Use one of them.")
    if force and not upgrading:
        raise ConfigError("--force works only with --upgrade. Leave it out.")
    if bare and not existing:
        raise ConfigError("--bare-names works only with --existing. Add that, or leave it out.")
    if own and (existing or upgrading):
        raise ConfigError("--from works only for a new project. In this one, run `ribbon add`.")
    if existing:
        _adopt(session, place, bare)
    elif upgrading:
        _upgrade(session, place, force)
    else:
        _create(session, place, own)


def _create(session: Session, place: Path, own: tuple[Path, ...]) -> None:
    created = create_project(place, __version__, own, session.paths.memory_limit)
    say = session.console.say
    say(f"Created project {created.name} in {place}.")
    if created.addition:
        report_addition(session.console, created.addition)
    say("Next:")
    if place != Path.cwd():
        say(f"  cd {place}")
    if created.addition:
        say("  ribbon run      lands the files, builds and tests the staging models, writes the catalog")
    else:
        say("  ribbon run      lands files/orders.parquet, builds, and publishes the mart")
        say("  README.md       shows what happens to a table that fails an expectation")
    session.console.record("project", {"name": created.name, "folder": str(place)})


def _adopt(session: Session, place: Path, bare: bool) -> None:
    adopted = adopt(place, __version__, bare=bare)
    say = session.console.say
    for path in adopted.written:
        say(f"{path}: {_purpose(path)}")
    for name, file in adopted.without_gate:
        say(f"{file.relative_to(place)}: is the project's own materialization {name}, which has no gate.")
    if adopted.written:
        say("Models, tests, seeds and schemas are unchanged.")
        say("From now on a model's tests run before its table is replaced.")
        say("Next:")
        say("  git status      shows what was added; in a fresh clone, run `dbt deps`")
        say("  dbt build       a model whose tests fail keeps its last good table")
        say("  ribbon doctor   shows which tests are gated, which are not, and why")
        for path, rule in ignored(place, adopted.written).items():
            session.console.warn(f"{path}: git ignores it, by {rule}. A clone would lack it: narrow that rule.")
    else:
        say("Nothing to do: the package and its wrappers exist. `ribbon init --upgrade` upgrades them.")
    without_gate = {name: str(file.relative_to(place)) for name, file in adopted.without_gate}
    session.console.record("existing", {"written": list(adopted.written), "without_gate": without_gate})


def _upgrade(session: Session, place: Path, force: bool) -> None:
    done = upgrade(place, __version__, force=force)
    say = session.console.say
    home = done.home.relative_to(place)
    if done.was_copy:
        say(f"{done.was_copy.relative_to(place)}/: the copy of Ribbon {done.before}'s macros is gone.")
        say(f"{home}/: {_purpose(f'{home}/')}")
    elif done.changed:
        say(f"{home}/: {done.before} → {done.after}, {done.changed} files changed.")
    elif not done.written:
        say(f"{home}/: {done.after} already; nothing changed.")
    for path in done.written:
        say(f"{path}: {_purpose(path)}")
    for path in done.overwritten:
        say(f"  overwritten: {path}")
    for path in done.kept:
        say(f"{path}: edited by hand, so it stays as it is. Delete it and run this again for the new one.")
    session.console.record(
        "upgrade",
        {
            "from": done.before,
            "to": done.after,
            "changed": done.changed,
            "written": list(done.written),
            "overwritten": list(done.overwritten),
            "kept": list(done.kept),
        },
    )


def _purpose(path: str) -> str:
    return PURPOSES.get(path) or PURPOSES[path.rsplit("/", 1)[-1]]
