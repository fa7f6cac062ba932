"""From which target marts reach readers, where they go, and which cannot."""

from ribbon.dbt.profiles import database_path
from ribbon.doctor.section import Section
from ribbon.evolve.git import ignored, is_in_repository
from ribbon.project import Project
from ribbon.publish import reason_not_to_publish

__all__ = ["check_publishing"]

MEMORY = ":memory:"


def check_publishing(project: Project, target: str | None) -> Section:
    """target: the name of the target that dbt uses."""
    section = Section("Publishing")
    paths = project.paths
    reason = reason_not_to_publish(project)
    production = project.settings.variables.get("production_targets")
    database = database_path(paths) if project.adapter == "duckdb" else None
    section.facts.append(
        f"not published: {reason}"
        if reason
        else f"target {target}: {len(project.marts):,} marts go to {paths.marts_file}"
    )
    if isinstance(production, list):
        section.facts.append(f"production targets: {', '.join(map(str, production)) or 'none'}")
    section.document = {
        "target": target,
        "reason": reason or None,
        "marts": [str(mart) for mart in project.marts],
        "file": None if reason else str(paths.marts_file),
        "database": database,
    }
    if database == MEMORY:
        section.warn(
            f"target {target}",
            "is a DuckDB in memory",
            "what dbt builds is gone when it ends: nothing can be published, no history and no quarantine is kept",
            "give the target a `path` in profiles.yml",
        )
    elif database is not None and not reason:
        _check_attached(section, project)
    if not project.marts and not reason:
        section.warn(
            "vars: ribbon: layers",
            "no model is a mart",
            "readers get nothing",
            "put marts into models/marts/<use_case>/, or name yours under `layers` in dbt_project.yml",
        )
    _check_git(section, project)
    return section


def _check_attached(section: Section, project: Project) -> None:
    """Publishing copies from the build file, and no database that is attached to it."""
    own = project.paths.build_file.stem.casefold()
    attached = {
        str(mart): database
        for mart in project.marts
        if (database := project.nodes[mart.unique_id].database) and database.casefold() != own
    }
    section.document["attached"] = attached
    for mart, database in attached.items():
        section.warn(
            mart,
            f"is built in the attached database {database}",
            f"readers get what is in {project.paths.build_file.name}, so this mart is never published",
            "leave out its `database` setting, or let readers query that database",
        )


def _check_git(section: Section, project: Project) -> None:
    paths = project.paths
    inside = paths.data_dir.is_relative_to(paths.project_dir) and paths.data_dir.is_dir()
    if inside and is_in_repository(paths.project_dir):
        name = paths.data_dir.relative_to(paths.project_dir).as_posix()
        if not ignored(paths.project_dir, [f"{name}/{paths.marts_file.name}"]):
            section.warn(
                name,
                "git does not ignore it",
                "it holds the lake, the published marts and the site, which are large and may be private",
                f"add `/{name}/` to .gitignore, or name another folder with RIBBON_DATA",
            )
