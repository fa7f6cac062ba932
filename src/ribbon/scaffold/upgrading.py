"""A newer package for a project that has Ribbon's, also for one that has a copy of its macros."""

from dataclasses import dataclass
from pathlib import Path

from ribbon.errors import ConfigError
from ribbon.scaffold.adopting import copied_macros, ours_among, place_all, what_is_there, wrapper_path
from ribbon.scaffold.project_file import PLACE, read_project, with_package, without_gone_hooks, without_old_hooks
from ribbon.scaffold.shipped import shipped_package
from ribbon.scaffold.stamp import Stamp, edited_files, is_as_written, read_stamp, stamped
from ribbon.scaffold.wrappers import bare_names, defined_in, materializations, schema_rule, wrapper_text
from ribbon.settings import package_file

__all__ = ["Upgraded", "upgrade"]

# In a copy of the macros: it decides where models are written.
OLD_SCHEMAS = "layers/generate_schema_name.sql"


@dataclass(frozen=True)
class Upgraded:
    """Which version went, which came, how many files that changed, and whose edits were overwritten.

    kept: wrappers that were edited by hand and stay. was_copy: the folder of copied macros that became a package.
    written: files of the project that changed.
    """

    home: Path
    before: str
    after: str
    changed: int
    overwritten: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    was_copy: Path | None = None
    written: tuple[str, ...] = ()


def upgrade(project_dir: Path, version: str, *, force: bool = False) -> Upgraded:
    """Replace the project's package by the installed one, whole or not at all.

    Raises ConfigError where there is none, or where files of it were edited by hand; force overwrites those.
    """
    _, settings = read_project(project_dir / "dbt_project.yml")
    copy = copied_macros(project_dir, settings)
    home = copy or project_dir / PLACE
    stamp = read_stamp(home)
    if stamp is None:
        listing, content = package_file(project_dir)
        if settings.takes_ribbon and PLACE not in content.decode():
            raise ConfigError(
                f"{listing}: the package is not taken from {PLACE}. Upgrade it there, then run `dbt deps`."
            )
        raise ConfigError(f"{home}: Ribbon's package is missing. Add it with `ribbon init --existing`.")
    edited = edited_files(home, stamp)
    if edited and not force:
        raise ConfigError(
            f"{home}: {', '.join(edited)}: edited by hand since Ribbon {stamp.version} wrote it. Keep your"
            " version outside of this folder under another name, then overwrite it with --force."
        )
    if copy:
        return _out_of_copy(project_dir, copy, stamp, version, edited)
    return _renewed(project_dir, home, stamp, version, edited)


def _renewed(project_dir: Path, home: Path, stamp: Stamp, version: str, edited: list[str]) -> Upgraded:
    path = project_dir / "dbt_project.yml"
    text, settings = read_project(path)
    package = shipped_package()
    kept = {
        path: digest
        for path, digest in stamp.wrappers.items()
        if (project_dir / path).exists() and not is_as_written(project_dir / path, digest)
    }
    theirs = defined_in(project_dir, settings, [project_dir / path for path in stamp.wrappers])
    wrappers = {path: wrapper_text(Path(path).stem, package, theirs) for path in stamp.wrappers if path not in kept}
    new = stamped(package, version, wrappers, kept, stamp.before)
    changed_files = {
        path: text
        for path, text in wrappers.items()
        if not (project_dir / path).is_file() or (project_dir / path).read_text("utf-8") != text
    }
    hooked = without_gone_hooks(text, path)
    if hooked != text:
        changed_files[path.name] = hooked
    place_all(project_dir, changed_files, new, settings.packages_dir / "ribbon")
    came = read_stamp(home)
    hashes = came.hashes if came else {}
    names = hashes.keys() | stamp.hashes.keys()
    changed = {name for name in names if hashes.get(name) != stamp.hashes.get(name)} | set(edited)
    written = tuple(changed_files)
    return Upgraded(home, stamp.version, version, len(changed), tuple(edited), tuple(kept), written=written)


def _out_of_copy(project_dir: Path, copy: Path, stamp: Stamp, version: str, edited: list[str]) -> Upgraded:
    """The copy becomes a package; bare names stay good, and so do the ids of tests, by which history is kept."""
    path = project_dir / "dbt_project.yml"
    text, settings = read_project(path)
    listing, packages = package_file(project_dir)
    package = shipped_package()
    theirs = defined_in(project_dir, settings, [copy])
    files = {}
    if not ours_among(theirs):
        files[wrapper_path(project_dir, settings, "ribbon")] = materializations(theirs)
    files[wrapper_path(project_dir, settings, "ribbon_names")] = bare_names(package, theirs)
    wrappers = dict(files)
    if OLD_SCHEMAS not in stamp.left_out and "generate_schema_name" not in theirs:
        files[wrapper_path(project_dir, settings, "generate_schema_name")] = schema_rule()
    hooked = without_old_hooks(text, path)
    if hooked != text:
        files[path.name] = hooked
    if not settings.takes_ribbon:
        files[listing.name] = with_package(packages.decode(), listing)
    listings = [name for name in files if name == listing.name]
    before = what_is_there(project_dir, settings, listings, wrappers)
    vendored = stamped(package, version, wrappers, before=before)
    place_all(project_dir, files, vendored, settings.packages_dir / "ribbon", gone=[copy])
    home = project_dir / PLACE
    written = tuple(files)
    return Upgraded(home, stamp.version, version, len(package), tuple(edited), was_copy=copy, written=written)
