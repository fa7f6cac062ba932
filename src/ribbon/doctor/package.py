"""Whether the project has Ribbon's package, and dbt the same one."""

from pathlib import Path

from ribbon.doctor.section import Section, named
from ribbon.evolve.git import ignored
from ribbon.scaffold.project_file import PLACE
from ribbon.scaffold.shipped import shipped_package
from ribbon.scaffold.stamp import STAMP, Stamp, edited_files, hashes_of, read_stamp
from ribbon.settings import package_file, read_settings
from ribbon.versions import release

__all__ = ["check_package"]

_REFRESH = "run `dbt deps`"
_PUT_BACK = "run `ribbon init --existing`"


def check_package(project_dir: Path, version: str) -> Section:
    """version: of the installed Ribbon."""
    section = Section("Package")
    settings = read_settings(project_dir)
    listing, content = package_file(project_dir)
    installed = settings.packages_dir / "ribbon"
    vendored = PLACE in content.decode(errors="replace")
    section.document = {"listed_in": None, "folder": None, "installed": None, "version": None}
    if not settings.takes_ribbon:
        why = "dbt loads only packages that are listed there, so the gate is in no model"
        section.fail(listing.name, "does not list Ribbon's package", why, _PUT_BACK)
        return section
    section.document["listed_in"] = listing.name
    section.facts.append(f"{listing.name} lists it" + (f" as the folder {PLACE}" if vendored else ""))
    stamp = _check_folder(section, project_dir, version) if vendored else None
    _check_installed(section, project_dir, installed, stamp)
    if vendored:
        _check_git(section, project_dir, listing)
    else:
        _check_version(section, installed, version)
    return section


def _check_folder(section: Section, project_dir: Path, version: str) -> Stamp | None:
    stamp = read_stamp(project_dir / PLACE)
    if stamp is None:
        section.fail(PLACE, "is missing, or not as Ribbon wrote it", "dbt has nothing to load there", _PUT_BACK)
        return None
    section.document |= {"folder": PLACE, "version": stamp.version}
    section.facts.append(f"{PLACE} is of Ribbon {stamp.version}")
    edited = edited_files(project_dir / PLACE, stamp)
    if edited:
        why = "an upgrade refuses to overwrite them"
        remedy = (
            "put what you changed into macros `default__<macro>` of your own, then run `ribbon init --upgrade --force`"
        )
        section.warn(PLACE, f"edited by hand: {named(edited)}", why, remedy)
    if stamp.version == version and stamp.hashes != hashes_of(shipped_package()):
        why = "the installed Ribbon of this version brings other files"
        section.warn(PLACE, "is another build", why, "run `ribbon init --upgrade`")
    _compare(section, PLACE, stamp.version, version, "run `ribbon init --upgrade`")
    return stamp


def _check_installed(section: Section, project_dir: Path, installed: Path, stamp: Stamp | None) -> None:
    """Where dbt looks for it: a link to the folder, or a copy of it."""
    name = _short(project_dir, installed)
    if not (installed / "dbt_project.yml").is_file():
        section.fail(name, "is missing", "the package is listed, and `dbt deps` has not installed it", _REFRESH)
        return
    section.document["installed"] = name
    is_link = installed.resolve() == (project_dir / PLACE).resolve()
    section.facts.append(f"{name} " + (f"is a link to {PLACE}" if is_link else "is what dbt loads"))
    if stamp and not is_link and _differs(installed, project_dir / PLACE):
        section.warn(name, f"differs from {PLACE}", f"dbt loads {name}, which is older or newer", _REFRESH)


def _check_version(section: Section, installed: Path, version: str) -> None:
    """Of a package that comes from a repository."""
    found = str(read_settings(installed).document.get("version") or "")
    if found:
        section.document["version"] = found
        section.facts.append(f"it is of Ribbon {found}")
        _compare(section, "the package", found, version, f"take the revision of {version}, then run `dbt deps`")


def _compare(section: Section, where: str, found: str, version: str, upgrade: str) -> None:
    if release(found) < release(version):
        section.warn(where, f"is of Ribbon {found}", f"Ribbon {version} is installed", upgrade)
    elif release(found) > release(version):
        remedy = f"pip install --upgrade 'dbt-ribbon>={found}'"
        section.warn(where, f"is of Ribbon {found}", f"Ribbon {version} is installed, which is older", remedy)


def _check_git(section: Section, project_dir: Path, listing: Path) -> None:
    for path, rule in ignored(project_dir, [f"{PLACE}/dbt_project.yml", listing.name]).items():
        place = PLACE if path.startswith(PLACE) else path
        section.warn(
            place,
            f"git ignores it, by {rule}",
            "a clone of the repository lacks it, so dbt cannot run there",
            f"narrow that rule, or run `git add --force {place}`",
        )


def _differs(one: Path, other: Path) -> bool:
    return hashes_of(_texts(one)) != hashes_of(_texts(other))


def _texts(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8", errors="replace")
        for path in folder.rglob("*")
        if path.is_file() and path.name != STAMP
    }


def _short(project_dir: Path, path: Path) -> str:
    return path.relative_to(project_dir).as_posix() if path.is_relative_to(project_dir) else str(path)
