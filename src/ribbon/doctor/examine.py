"""All checks, in the order in which they are worth reading."""

from ribbon.config import ProjectPaths
from ribbon.dbt.profiles import target_of
from ribbon.doctor.dbt_2 import check_dbt_2, deprecated
from ribbon.doctor.described import describe
from ribbon.doctor.gate import check_gate
from ribbon.doctor.layers import check_layers
from ribbon.doctor.package import check_package
from ribbon.doctor.publishing import check_publishing
from ribbon.doctor.records import check_records
from ribbon.doctor.section import Section
from ribbon.doctor.versions import check_versions
from ribbon.doctor.wrappers import check_wrappers
from ribbon.errors import DbtError, RibbonError
from ribbon.project import Project, load_project
from ribbon.versions import DBT_2, release

__all__ = ["examine"]

# How many of dbt's refusals are printed; the JSON document has all.
_SHOWN = 20


def examine(paths: ProjectPaths, version: str) -> list[Section]:
    """Every section of the report. version: of Ribbon.

    Nothing is changed but what dbt parses. Where the package or its wrappers are missing, dbt is not run and the
    sections that need it are left out.
    """
    files = [check_package(paths.project_dir, version), check_wrappers(paths.project_dir, None)]
    if any(section.broken for section in files):
        return [check_versions(version, paths, None), *files]
    parsed = Section("dbt")
    try:
        project = load_project(paths)
        sections = _of_project(paths, project)
    except RibbonError as error:
        _tell(parsed, paths.project_dir.name, error)
        return [check_versions(version, paths, None), *files, parsed]
    return [check_versions(version, paths, project), files[0], check_wrappers(paths.project_dir, project), *sections]


def _tell(section: Section, name: str, error: RibbonError) -> None:
    """What dbt refuses, the first of many."""
    problems = (error.problems if isinstance(error, DbtError) else ()) or (str(error),)
    for problem in problems[:_SHOWN]:
        section.fail(name, "dbt cannot run this project", problem, "fix it; `dbt parse` shows more")
    if len(problems) > _SHOWN:
        section.facts.append(f"dbt refuses {len(problems):,} things; these are the first {_SHOWN}")
    section.document["refused"] = list(problems)


def _of_project(paths: ProjectPaths, project: Project) -> list[Section]:
    described = describe(paths)
    target = paths.target or target_of(paths)
    hooks = str(project.settings.document.get("on-run-start") or "")
    told = [] if release(project.artifacts.metadata.dbt_version) >= DBT_2 else deprecated(paths)
    return [
        check_gate(project, described),
        check_layers(project, described, rule_is_on="check_layers" in hooks),
        check_publishing(project, target),
        check_records(project),
        check_dbt_2(project, told),
    ]
