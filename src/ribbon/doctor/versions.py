"""Which Python, dbt and DuckDB there are, and whether Ribbon was tested with them."""

import platform
import shutil
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.dbt.runner import beside_ribbon, dbt_program
from ribbon.doctor.section import Section
from ribbon.project import Project
from ribbon.versions import DBT, PACKAGE, Bounded, bounded_dbt, bounded_packages, installed

__all__ = ["check_versions"]

_SHOWN = ("dbt-", "duckdb")

# Versions of dbt 2 that the suites have run with, as manifests name them: dbt-core 2.0.0a4 and Fusion.
_DBT_2 = ("2.0.0-alpha.4", "2.0.0-preview.196")


def check_versions(version: str, paths: ProjectPaths, project: Project | None) -> Section:
    """version: of Ribbon. paths: of the project. project: as dbt has just parsed it, None where it cannot."""
    section = Section("Versions")
    section.facts.append(f"Ribbon {version}, Python {platform.python_version()} ({_python()})")
    packages = list(bounded_packages())
    for package in packages:
        if package.name.startswith(_SHOWN):
            section.facts.append(f"{package.name} {package.version} ({package.tested})")
        if not package.fits:
            _warn(section, package, "is installed")
    program = dbt_program(paths)
    beside = "the dbt that is installed beside it" if program == str(beside_ribbon()) else program
    section.facts.append(f"ribbon starts {beside or 'no dbt: there is none beside it or on PATH'}")
    other = _other_dbt(program)
    if other:
        section.facts.append(f"a terminal starts {other}, another dbt, whose version is not checked here")
    ran = project.artifacts.metadata.dbt_version if project else ""
    if ran and ran != installed(DBT):
        section.facts.append(f"the project was parsed by dbt {ran}")
        bounded = bounded_dbt(ran)
        if bounded and ran not in _DBT_2 and not bounded.fits:
            _warn(section, bounded, f"parsed the project ({program or 'dbt'})")
    section.document = {
        "ribbon": version,
        "python": platform.python_version(),
        "packages": {each.name: {"version": each.version, "tested": each.tested} for each in packages},
        "dbt": program,
        "dbt_on_path": other,
        "parsed_by": ran or None,
    }
    return section


def _other_dbt(program: str | None) -> str | None:
    """The dbt that people start, where it is not the one that Ribbon does."""
    found, ours = shutil.which("dbt"), shutil.which(program) if program else None
    return found if found and ours and Path(found).resolve() != Path(ours).resolve() else None


def _python() -> str:
    try:
        return metadata(PACKAGE)["Requires-Python"]
    except PackageNotFoundError:  # run from source, without an installation
        return "any"


def _warn(section: Section, package: Bounded, what: str) -> None:
    section.warn(
        package.name,
        f"{package.version} {what}",
        f"Ribbon was tested with {package.tested}"
        + (f" and with {' and '.join(_DBT_2)}" if package.name == DBT else ""),
        f"pip install '{package.name}{package.tested}'",
    )
