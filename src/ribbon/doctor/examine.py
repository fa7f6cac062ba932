"""All checks, in the order in which they are worth reading."""

from ribbon.config import ProjectPaths
from ribbon.dbt.profiles import target_of
from ribbon.doctor.described import describe
from ribbon.doctor.gate import check_gate
from ribbon.doctor.layers import check_layers
from ribbon.doctor.package import check_package
from ribbon.doctor.publishing import check_publishing
from ribbon.doctor.records import check_records
from ribbon.doctor.section import Section
from ribbon.doctor.versions import check_versions
from ribbon.doctor.wrappers import check_wrappers
from ribbon.errors import RibbonError
from ribbon.project import Project, load_project

__all__ = ["examine"]


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
        parsed.fail(paths.project_dir.name, "dbt cannot run this project", str(error), "fix it; `dbt parse` shows more")
        return [check_versions(version, paths, None), *files, parsed]
    return [check_versions(version, paths, project), files[0], check_wrappers(paths.project_dir, project), *sections]


def _of_project(paths: ProjectPaths, project: Project) -> list[Section]:
    described = describe(paths)
    target = paths.target or target_of(paths)
    hooks = str(project.settings.document.get("on-run-start") or "")
    return [
        check_gate(project, described),
        check_layers(project, described, rule_is_on="check_layers" in hooks),
        check_publishing(project, target),
        check_records(project),
    ]
