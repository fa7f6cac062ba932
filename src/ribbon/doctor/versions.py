"""Which Python, dbt and DuckDB there are, and whether Ribbon was tested with them."""

import platform
import shutil
import sys
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.dbt.runner import dbt_program
from ribbon.doctor.section import Section
from ribbon.project import Project
from ribbon.versions import PACKAGE, Bounded, bounded_packages

__all__ = ["check_versions"]

_SHOWN = ("dbt-", "duckdb")
_DBT = "dbt-core"

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
    section.facts.append(f"ribbon starts {program or 'the dbt that is installed beside it'}")
    other = _other_dbt()
    if other:
        section.facts.append(f"a terminal starts {other}, another dbt, whose version is not checked here")
    ran = project.artifacts.metadata.dbt_version if project else ""
    for package in packages:
        if package.name == _DBT and ran and ran != package.version:
            section.facts.append(f"the project was parsed by dbt {ran}")
            if ran not in _DBT_2 and not replace(package, version=ran).fits:
                _warn(section, replace(package, version=ran), f"parsed the project ({program or 'dbt'})")
    section.document = {
        "ribbon": version,
        "python": platform.python_version(),
        "packages": {each.name: {"version": each.version, "tested": each.tested} for each in packages},
        "dbt": program,
        "dbt_on_path": other,
        "parsed_by": ran or None,
    }
    return section


def _other_dbt() -> str | None:
    """The dbt that people start, where it is not the one beside Ribbon."""
    found = shutil.which("dbt")
    beside = Path(sys.executable).parent / "dbt"
    return found if found and Path(found).resolve() != beside.resolve() else None


def _python() -> str:
    try:
        return metadata(PACKAGE)["Requires-Python"]
    except PackageNotFoundError:  # run from source, without an installation
        return "any"


def _warn(section: Section, package: Bounded, what: str) -> None:
    section.warn(
        package.name,
        f"{package.version} {what}",
        f"Ribbon was tested with {package.tested}",
        f"pip install '{package.name}{package.tested}'",
    )
