"""`ribbon quarantine`: look at what is set aside, take it back in, or delete it."""

import sys

import click

from ribbon.cli.quarantine_screen import counted, show_all, show_batches, show_model
from ribbon.cli.session import Session, command
from ribbon.dbt.runner import run_dbt
from ribbon.engines.parquet import open_bench
from ribbon.errors import ConfigError
from ribbon.land import release_batch
from ribbon.lock import hold
from ribbon.model import Relation
from ribbon.project import load_project as load_manifest
from ribbon.quality.workers import open_workers
from ribbon.quarantine import Meant, delete_batches, drop_rows, find_meant, held_rows, is_read_here, release_rows

__all__ = ["quarantine"]


@click.group("quarantine")
def quarantine() -> None:
    """Look at rows and batches that are set aside, take them back in, or delete them."""


@click.argument("name", required=False)
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many rows of NAME to show."
)
@command("ls")
def ls(session: Session, name: str | None, limit: int) -> None:
    """List what is set aside: batches of the lake and rows of models, how many, since when, and why.

    With NAME, a model, a source (system.table) or a batch of it (system.table/batch), its rows too. Values of
    restricted columns are masked.
    """
    manifest = load_manifest(session.project)
    if name is None:
        show_all(session, manifest)
        return
    meant = find_meant(session.project, manifest, name)
    if meant.relation:
        show_model(session, manifest, meant.relation, limit)
    elif meant.batches:
        show_batches(session, meant, limit)
    else:
        session.console.say(f"Nothing of {name} is in quarantine.")


@click.argument("name")
@command("release")
def release(session: Session, name: str) -> int:
    """Take NAME back in where it keeps its promises now: a model's rows, a source's batches, or one batch.

    Batches (system.table, or system.table/batch) are checked again at the door, rows of a model by the gate. What still
    breaks a promise stays, and the command ends with 1.
    """
    with hold(session.project.data_dir, "ribbon quarantine release"):
        meant, _ = _held(session, name)
        if meant.relation:
            released, remaining = _release_rows(session, meant.relation)
        else:
            released, remaining = _release_batches(session, meant)
    session.console.record("released", released)
    session.console.record("remaining", remaining)
    return 1 if remaining else 0


@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask; needed where nobody can be asked.")
@command("drop")
def drop(session: Session, name: str, yes: bool) -> None:
    """Delete for good what is set aside of NAME: a model's rows, a source's batches, or one batch."""
    console, project = session.console, session.project
    with hold(project.data_dir, "ribbon quarantine drop"):
        meant, what = _held(session, name)
        if not (yes or _confirmed(name, what)):
            console.say("Nothing is deleted.")
            return
        if meant.relation:
            rows = drop_rows(project, meant.relation.name)
        else:
            rows = sum(batch.rows for batch in meant.batches)
            delete_batches(project, meant.batches)
    console.say(f"{name}: {counted(rows, 'row')} deleted from quarantine.")
    console.record("dropped", rows)


def _held(session: Session, name: str) -> tuple[Meant, str]:
    """What `name` means and how much of it is set aside, in words. Raises ConfigError where nothing is."""
    manifest = load_manifest(session.project)
    meant = find_meant(session.project, manifest, name)
    if meant.batches:
        rows = sum(batch.rows for batch in meant.batches)
        return meant, f"{counted(rows, 'row')} in {counted(len(meant.batches), 'batch')}"
    if meant.relation and not is_read_here(manifest):
        return meant, "all rows"
    for held in held_rows(session.project, manifest) if meant.relation else ():
        if held.relation == meant.relation:
            return meant, counted(held.rows, "row")
    raise ConfigError(f"nothing of {name} is in quarantine. `ribbon quarantine ls` lists what is set aside.")


def _release_rows(session: Session, relation: Relation) -> tuple[int, int]:
    released, remaining = release_rows(session.project, relation.name)
    session.console.say(f"{relation.name}: {counted(released, 'row')} taken back in, {counted(remaining, 'row')} left.")
    if remaining:
        session.console.say(f"See which and why with `ribbon quarantine ls {relation.name}`.")
    if released:
        session.console.say(f"Build what reads it with `ribbon build --select {relation.name}+`.")
    return released, remaining


def _release_batches(session: Session, meant: Meant) -> tuple[int, int]:
    console, project = session.console, session.project
    if meant.source is None:
        raise ConfigError(
            f"{meant.batches[0].source}: no contract declares this source any more. Declare it, or drop the batches."
        )
    released = remaining = 0
    with open_bench(project.data_dir / "tmp", project.memory_limit) as bench, open_workers(1) as workers:
        for batch in meant.batches:
            outcome = release_batch(project, meant.source, batch.folder, bench, workers)
            released += outcome.rows if outcome.landed else 0
            remaining += 0 if outcome.landed else outcome.rows
            console.say(
                f"{batch.name}: {counted(outcome.rows, 'row')} {'now in the lake' if outcome.landed else 'left'}."
            )
            console.findings(outcome.findings)
    if released:
        run_dbt(project, ["run-operation", "create_lake_views"])
        console.say("Build what reads them with `ribbon build`.")
    return released, remaining


def _confirmed(name: str, what: str) -> bool:
    """Ask on a terminal; nobody answers elsewhere."""
    if not sys.stdin.isatty():
        raise ConfigError(
            f"dropping {name} deletes {what} in quarantine for good. Say --yes to do it where nobody can be asked."
        )
    return click.confirm(f"Delete {what} of {name} in quarantine for good?", err=True)


for _command in (ls, release, drop):
    quarantine.add_command(_command)
