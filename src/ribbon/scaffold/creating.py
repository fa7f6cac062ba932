"""A whole small project in an empty folder."""

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ribbon.engines.parquet import csv_to_parquet
from ribbon.errors import ConfigError, WorldError
from ribbon.scaffold.placing import staging, write_all
from ribbon.scaffold.project_file import PLACE
from ribbon.scaffold.shipped import shipped_package, shipped_project
from ribbon.scaffold.stamp import stamped
from ribbon.scaffold.wrappers import materializations, schema_rule

if TYPE_CHECKING:
    from ribbon.scaffold.adding import Addition

__all__ = ["Created", "create_project"]

# Put in place last: with it, the folder is a project.
MARK = "dbt_project.yml"

# What a project has that starts from a person's own files.
BARE = {"dbt_project.yml", "profiles.yml", "packages.yml", ".gitignore"}
EXAMPLE = "files/orders.csv"
EXAMPLE_TYPES = {
    "order_id": "bigint",
    "ordered_at": "timestamp",
    "item": "varchar",
    "quantity": "bigint",
    "price_usd": "double",
}


@dataclass(frozen=True)
class Created:
    """A new project. addition: the sources that it starts from, None for the example."""

    name: str
    addition: "Addition | None" = None


def create_project(folder: Path, version: str, own: Sequence[Path] = (), memory_limit: str = "2GB") -> Created:
    """Write the project into the folder, which is made where there is none.

    version: of Ribbon, for the stamp of the package. own: files to start from, as for `plan_addition`; an example
    without. Raises ConfigError where the folder holds something; hidden files, such as .git and .venv, do not count.
    Raises WorldError where it cannot be written, DeliveryError where a file cannot be landed.
    """
    name = _project_name(folder)
    files = shipped_project(name)
    if own:
        bare = {path: _without_example(text) for path, text in files.items() if path in BARE}
        files = bare | shipped_project(name, "own")
    wrappers = {"macros/ribbon.sql": materializations()}
    package = stamped(shipped_package(), version, wrappers)
    files |= wrappers | {"macros/generate_schema_name.sql": schema_rule()}
    files |= {f"{PLACE}/{path}": text for path, text in package.items()}
    _refuse_what_is_there(folder, {path.split("/")[0] for path in files})
    addition: Addition | None = None
    with _made(folder), staging(folder) as stage:
        write_all(stage, files)
        if own:
            addition = _add(stage, folder, own, memory_limit)
        else:
            csv_to_parquet(stage / EXAMPLE, EXAMPLE_TYPES, (stage / EXAMPLE).with_suffix(".parquet"))
            (stage / EXAMPLE).unlink()
        (stage / "dbt_packages").mkdir()
        (stage / "dbt_packages/ribbon").symlink_to(Path("..") / PLACE, target_is_directory=True)
        _move_in(stage, folder)
    return Created(name, addition)


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """The folder, which is gone again where it was not there before and something fails."""
    is_new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorldError(f"{folder}: cannot be created: {error.strerror}.") from error
    try:
        yield
    except BaseException:
        if is_new:
            with suppress(OSError):
                folder.rmdir()
        raise


def _add(stage: Path, folder: Path, own: Sequence[Path], memory_limit: str) -> "Addition":
    from ribbon.scaffold.adding import Place, plan_addition, write_addition  # noqa: PLC0415 - an example needs it not

    place = Place(stage, folder.resolve(), memory_limit)
    addition = plan_addition(place, own)
    write_addition(place, addition)
    return addition


def _without_example(text: str) -> str:
    """dbt_project.yml without the example's mart; dbt warns of settings for folders that are not there yet."""
    head, found, _ = text.partition("    warehouse:\n")
    return f"{head}    +materialized: table\n" if found else text


def _project_name(folder: Path) -> str:
    """The folder's name as dbt allows it: letters, digits and underscores, a letter first."""
    name = re.sub(r"[^a-z0-9]+", "_", folder.resolve().name.lower()).strip("_")
    return name if re.match(r"[a-z]", name) else f"project_{name}".rstrip("_")


def _refuse_what_is_there(folder: Path, ours: set[str]) -> None:
    if folder.is_dir():
        names = sorted(entry.name for entry in folder.iterdir())
        in_the_way = [name for name in names if not name.startswith(".") or name in ours]
        if MARK in names:
            raise ConfigError(f"{folder}: is a dbt project already. Take Ribbon into it with `ribbon init --existing`.")
        if in_the_way:
            raise ConfigError(f"{folder}: is not empty: it holds {in_the_way[0]}. Name an empty or a new folder.")
    elif folder.exists():
        raise ConfigError(f"{folder}: is a file. Name an empty or a new folder.")


def _move_in(stage: Path, folder: Path) -> None:
    """Move what was staged into the folder, entry by entry; on failure take back what came."""
    came: list[Path] = []
    try:
        for entry in sorted(stage.iterdir(), key=lambda entry: entry.name == MARK):
            came.append(entry.rename(folder / entry.name))
    except OSError:
        for path in came:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise
