"""What every command shares: its options, and how it ends."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any

import click

from ribbon.cli.console import Console
from ribbon.config import ProjectPaths
from ribbon.errors import RibbonError

__all__ = ["Session", "command"]

INTERRUPTED = 130

# What comes of Ctrl-C while DuckDB is at work: a plain RuntimeError that says this.
DUCKDB_INTERRUPTED = "Query interrupted"


@dataclass(frozen=True)
class Session:
    """The project a command works on, and where it speaks."""

    project: ProjectPaths
    console: Console


def command(name: str, *, in_project: bool = True) -> Callable[[Callable[..., int | None]], click.Command]:
    """Make a function a command: it gets a Session first, and returns its exit code (None for 0).

    in_project: whether it needs a dbt project to work in.

    A RibbonError ends the command with its sentence and its exit code; nothing ends it with a traceback but a defect.
    """

    def decorate(function: Callable[..., int | None]) -> click.Command:
        @wraps(function)
        def wrapped(project_dir: Path, target: str | None, as_json: bool, **options: Any) -> None:
            find = ProjectPaths.find if in_project else ProjectPaths.at
            sys.exit(_run(function, lambda: find(project_dir, target), Console(as_json=as_json), options))

        return _with_options(click.command(name)(wrapped))

    return decorate


def _run(
    function: Callable[..., int | None],
    find: Callable[[], ProjectPaths],
    console: Console,
    options: dict[str, Any],
) -> int:
    try:
        return function(Session(_with_database(find()), console), **options) or 0
    except RibbonError as error:
        console.error(str(error))
        return error.exit_code
    except (KeyboardInterrupt, RuntimeError) as error:
        if isinstance(error, RuntimeError) and str(error) != DUCKDB_INTERRUPTED:
            raise
        console.error("interrupted; what was half done is undone")
        return INTERRUPTED
    finally:
        console.close()


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
        click.Option(["--target"], default=None, help="The dbt target; the profile's default without it."),
        click.Option(["--json", "as_json"], is_flag=True, help="Print one JSON document instead of text."),
    ]
    return made
