"""Taking Ribbon into a dbt project that is there already, without touching its models."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os.path import relpath
from pathlib import Path

from ribbon.errors import ConfigError
from ribbon.scaffold.placing import replace_all, staging, write_all
from ribbon.scaffold.project_file import PLACE, read_project, with_package
from ribbon.scaffold.shipped import Files, shipped_package
from ribbon.scaffold.stamp import STAMP, read_stamp, stamped, with_wrappers
from ribbon.scaffold.wrappers import bare_names, defined_in, materializations, without_gate
from ribbon.settings import Settings, package_file

__all__ = ["LOCK", "PACKAGE", "Adopted", "adopt", "what_is_there", "wrapper_path"]

PACKAGE = "ribbon"

# What `dbt deps` found for the packages of a project.
LOCK = "package-lock.yml"

# Settings by which dbt reads the files of a project.
PATHS = ("model-paths", "macro-paths", "seed-paths", "snapshot-paths", "test-paths", "analysis-paths", "docs-paths")


@dataclass(frozen=True)
class Adopted:
    """What became of the project: the files and folders written, and the materializations that the gate is not in."""

    written: tuple[str, ...]
    without_gate: tuple[tuple[str, Path], ...]


def adopt(project_dir: Path, version: str, *, bare: bool = False) -> Adopted:
    """Add Ribbon's package and its wrappers where they are missing; a project that has them stays as it is.

    bare: also define the expectations without prefix. Raises ConfigError where there is no project, or where a file
    cannot be added to.
    """
    _, settings = read_project(project_dir / "dbt_project.yml")
    refuse_copy(project_dir, settings)
    refuse_paths(settings)
    listing, content = package_file(project_dir)
    text = content.decode()
    home = project_dir / PLACE
    stamp = read_stamp(home)
    if home.exists() and not stamp:
        raise ConfigError(f"{home}: is not Ribbon's. Rename this folder: Ribbon's package goes there.")
    taken = defined_in(project_dir, settings)
    package = shipped_package()
    wrappers = {} if ours_among(taken) else {wrapper_path(project_dir, settings, "ribbon"): materializations(taken)}
    if bare and "default__expectations_without_prefix" not in taken:
        wrappers[wrapper_path(project_dir, settings, "ribbon_names")] = bare_names(package, taken)
    files = dict(wrappers)
    is_listed = settings.takes_ribbon
    if not is_listed:
        files[listing.name] = with_package(text, listing)
    before = what_is_there(project_dir, settings, [name for name in files if name not in wrappers], wrappers)
    comes = not stamp and not (is_listed and PLACE not in text)
    vendored = stamped(package, version, wrappers, before=before) if comes else {}
    if stamp and files:
        files[f"{PLACE}/{STAMP}"] = with_wrappers(stamp, wrappers, before)
    if files or vendored:
        place_all(project_dir, files, vendored, settings.packages_dir / "ribbon")
    written = [*([f"{PLACE}/"] if vendored else []), *(path for path in files if not path.endswith(STAMP))]
    return Adopted(tuple(written), tuple(without_gate(taken)) if not ours_among(taken) else ())


def what_is_there(
    project_dir: Path, settings: Settings, listings: Sequence[str], wrappers: Files
) -> dict[str, str | None]:
    """What a project has of what changes: the file that lists packages, dbt's lock of them, and folders.

    listings: the files that list packages and change; where there is none, nothing changes but wrappers.
    """
    files = [*listings, *([LOCK] if listings else [])]
    found = {name: _text(project_dir / name) for name in files}
    places = [project_dir / path for path in (PLACE, *wrappers)] + [settings.packages_dir / PACKAGE]
    made = {folder for place in places for folder in place.parents if not folder.exists()}
    return found | {f"{relpath(folder, project_dir)}/": None for folder in sorted(made)}


def _text(path: Path) -> str | None:
    return path.read_bytes().decode() if path.is_file() else None


def refuse_copy(project_dir: Path, settings: Settings) -> None:
    """Raises ConfigError where a release before 0.2 copied its macros into the project."""
    home = copied_macros(project_dir, settings)
    if home:
        raise ConfigError(f"{home}: holds a copy of Ribbon's macros. `ribbon init --upgrade` makes it a package.")


def refuse_paths(settings: Settings) -> None:
    """Raises ConfigError where dbt could not take the package in: by the project's name, or by its own paths."""
    if settings.document.get("name") == PACKAGE:
        raise ConfigError(
            f"{settings.path}: name: a project cannot have the name of the package, {PACKAGE}. Rename it."
        )
    if settings.packages_dir.resolve() == (settings.path.parent / PLACE).parent.resolve():
        raise ConfigError(
            f"{settings.path}: packages-install-path: `dbt deps` would put a link where the package itself goes, in"
            f" {PLACE}. Name another folder."
        )
    for key in PATHS:
        for folder in map(str, settings.listed(key)):
            if Path(PLACE).is_relative_to(folder):
                raise ConfigError(
                    f"{settings.path}: {key}: {folder} would make dbt read the package in {PLACE} as the project's own."
                    " Name narrower folders."
                )


def copied_macros(project_dir: Path, settings: Settings) -> Path | None:
    """The folder of macros that a release before 0.2 wrote."""
    folders = (project_dir / folder / "ribbon" for folder in settings.macro_paths)
    return next((folder for folder in folders if read_stamp(folder)), None)


def ours_among(taken: Mapping[str, Path]) -> bool:
    """Whether a project has the wrappers."""
    return any(name.endswith("__gated_materializations") for name in taken)


def wrapper_path(project_dir: Path, settings: Settings, name: str) -> str:
    """A free path in the project's first folder of macros. Raises ConfigError where a file is in the way."""
    path = f"{settings.macro_paths[0]}/{name}.sql"
    if (project_dir / path).exists():
        raise ConfigError(f"{project_dir / path}: Ribbon's wrappers go there. Rename your file, then run this again.")
    return path


def place_all(project_dir: Path, files: Files, vendored: Files, link: Path, gone: Sequence[Path] = ()) -> None:
    """Write files of the project and the package, all or none, and link the package as `dbt deps` does.

    gone: folders that are taken away.
    """
    with staging(project_dir) as stage:
        _place_all(stage, project_dir, files, vendored, link, gone)


def _place_all(stage: Path, project_dir: Path, files: Files, vendored: Files, link: Path, gone: Sequence[Path]) -> None:
    new: dict[Path, Path | None] = dict.fromkeys(gone)
    if vendored:
        write_all(stage / "package", vendored)
        new[project_dir / PLACE] = stage / "package"
        if not link.exists():
            # Relative, so that the project can be moved.
            (stage / "link").symlink_to(relpath(project_dir / PLACE, link.parent), target_is_directory=True)
            new[link] = stage / "link"
    for number, (path, text) in enumerate(files.items()):
        write_all(stage, {f"file_{number}": text})
        place = project_dir / path
        if place.exists():
            (stage / f"file_{number}").chmod(place.stat().st_mode)
        new[place] = stage / f"file_{number}"
    replace_all(stage, new)
