"""What every command shares: its options, its exit code, and groups with a default command."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import wraps
from pathlib import Path
from signal import Signals
from typing import Any

import click

from ribbon.cli.console import Console
from ribbon.config import ProjectPaths
from ribbon.errors import RibbonError
from ribbon.processes import ended_in_order
from ribbon.versions import outside_tested_range

__all__ = ["Needs", "Session", "command", "group_with_default", "target_path_option"]

INTERRUPTED = 130

# What shells add to the number of a signal.
BY_SIGNAL = 128

# Ctrl-C while DuckDB runs a query raises a plain RuntimeError with this text.
DUCKDB_INTERRUPTED = "Query interrupted"

# What dbt's artifacts are known by.
MANIFEST = "manifest.json"

target_path_option = click.option(
    "--target-path",
    type=click.Path(path_type=Path),
    default=None,
    help="Folder of dbt's artifacts; default: DBT_TARGET_PATH, else target-path in dbt_project.yml, else target.",
)


@dataclass(frozen=True)
class Session:
    """The paths of the project that a command works on, and the console that it prints to."""

    paths: ProjectPaths
    console: Console


class Needs(Enum):
    """What a command needs of the folder that it works on. Commands that may run dbt need a project."""

    NOTHING = auto()
    ARTIFACTS = auto()  # a dbt project, or dbt's artifacts alone
    PROJECT = auto()
    RIBBON = auto()  # a dbt project that has Ribbon

    @property
    def may_run_dbt(self) -> bool:
        """Whether packages outside the tested versions matter."""
        return self in {Needs.PROJECT, Needs.RIBBON}

    def check(self, paths: ProjectPaths, target_path: Path | None) -> None:
        """Raise ConfigError where the folder lacks it. target_path: of --target-path."""
        if self is Needs.RIBBON:
            paths.require_ribbon()
            return
        there = target_path or (paths.target_dir / MANIFEST).is_file()
        if self is Needs.PROJECT or (self is Needs.ARTIFACTS and not there):
            paths.require_project()


def command(name: str, *, needs: Needs = Needs.RIBBON) -> Callable[[Callable[..., int | None]], click.Command]:
    """Make a function a command: it gets a Session first and returns its exit code (None for 0).

    A RibbonError ends the command with its message and its exit code. Only a defect ends it with a traceback.
    """

    def decorate(function: Callable[..., int | None]) -> click.Command:
        @wraps(function)
        def wrapped(project_dir: Path, target: str | None, as_json: bool, **options: Any) -> None:
            console = Console(as_json=as_json)
            if needs.may_run_dbt:
                for warning in outside_tested_range():
                    console.warn(warning)

            def find() -> ProjectPaths:
                paths = _with_artifacts(ProjectPaths.find(project_dir, target))
                needs.check(paths, options.get("target_path"))
                return _with_database(paths)

            sys.exit(_run(function, find, console, options))

        return _with_options(click.command(name)(wrapped))

    return decorate


def group_with_default(name: str, default: str) -> Callable[[Callable[..., None]], click.Group]:
    """A group of commands where `ribbon <name>` and `ribbon <name> --json` mean `ribbon <name> <default>`."""

    class GroupWithDefault(click.Group):
        """A click group that runs one of its commands if none is named."""

        def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
            """As click does, with the default command in front if there is none."""
            if not args or (args[0].startswith("-") and args[0] not in {"-h", "--help"}):
                args = [default, *args]
            return super().parse_args(ctx, args)

    return click.group(name, cls=GroupWithDefault)


def _run(
    function: Callable[..., int | None],
    find: Callable[[], ProjectPaths],
    console: Console,
    options: dict[str, Any],
) -> int:
    with ended_in_order() as received:
        return _ended(function, find, console, options, received)


def _ended(
    function: Callable[..., int | None],
    find: Callable[[], ProjectPaths],
    console: Console,
    options: dict[str, Any],
    received: list[int],
) -> int:
    try:
        return function(Session(find(), console), **options) or 0
    except RibbonError as error:
        console.error(str(error))
        return error.exit_code
    except (KeyboardInterrupt, RuntimeError) as error:
        if isinstance(error, RuntimeError) and str(error) != DUCKDB_INTERRUPTED:
            raise
        if received:
            console.error(f"Ended by {Signals(received[0]).name}; partial work was rolled back.")
            return BY_SIGNAL + received[0]
        console.error("Interrupted; partial work was rolled back.")
        return INTERRUPTED
    finally:
        console.close()


def _with_artifacts(paths: ProjectPaths) -> ProjectPaths:
    """The paths with the folder of artifacts that dbt_project.yml names."""
    from ribbon.dbt.rendered_settings import artifacts_dir_of  # noqa: PLC0415 - brings Jinja, as below

    return replace(paths, artifacts=artifacts_dir_of(paths))


def _with_database(paths: ProjectPaths) -> ProjectPaths:
    """The paths of a project that has Ribbon, with the DuckDB file that its profile names."""
    if not paths.is_ours:
        return paths
    from ribbon.dbt.profiles import build_file_of  # noqa: PLC0415 - brings YAML and Jinja, which `--help` needs not

    return replace(paths, database=build_file_of(paths))


def _with_options(made: click.Command) -> click.Command:
    made.params += [
        click.Option(
            ["--project-dir"],
            type=click.Path(path_type=Path),
            default=Path(),
            show_default="this folder",
            help="The folder with dbt_project.yml.",
        ),
        click.Option(["--target"], default=None, help="The dbt target; default: the profile's."),
        click.Option(["--json", "as_json"], is_flag=True, help="Print one JSON document instead of text."),
    ]
    return made
