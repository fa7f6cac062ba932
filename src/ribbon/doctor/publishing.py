"""From which target marts reach readers, where they go, and which cannot."""

from ribbon.dbt.profiles import MEMORY, database_path
from ribbon.doctor.section import Section, counted, named
from ribbon.evolve.git import ignored, is_in_repository
from ribbon.project import Project
from ribbon.publish import reason_not_to_publish

__all__ = ["check_publishing"]


def check_publishing(project: Project, target: str | None) -> Section:
    """target: the name of the target that dbt uses."""
    section = Section("Publishing")
    paths = project.paths
    reason = reason_not_to_publish(project)
    production = project.settings.variables.get("production_targets")
    database = database_path(paths) if project.adapter == "duckdb" else None
    in_memory = database == MEMORY
    attached = {} if in_memory or database is None else _attached(project)
    taken = len(project.marts) - len(attached)
    if reason or in_memory:
        section.facts.append(f"nothing is published: {reason or f'target {target} is a DuckDB in memory'}")
    else:
        section.facts.append(f"target {target}: {counted(taken, 'mart')} to {paths.marts_file}")
    if isinstance(production, list):
        section.facts.append(f"production targets: {', '.join(map(str, production)) or 'none'}")
    section.document = {
        "target": target,
        "reason": reason or None,
        "marts": [str(mart) for mart in project.marts],
        "file": None if reason or in_memory else str(paths.marts_file),
        "database": database,
        "attached": attached,
    }
    if in_memory:
        section.warn(
            f"target {target}",
            "is a DuckDB in memory",
            "what dbt builds is gone when it ends: nothing can be published, no history and no quarantine is kept",
            "give the target a `path` in profiles.yml",
        )
    for database_of_marts in sorted(set(attached.values())):
        names = [mart for mart, name in attached.items() if name == database_of_marts]
        section.warn(
            f"database {database_of_marts}",
            f"has {counted(len(names), 'mart')} that cannot be published: {named(names)}",
            f"it is attached, and publishing copies from {paths.build_file.name} only",
            "leave out their `database` setting, or let readers query that database",
        )
    if not project.marts and not reason:
        section.warn(
            "vars: ribbon: layers",
            "no model is a mart",
            "readers get nothing",
            "put marts into models/marts/<use_case>/, or name yours under `layers` in dbt_project.yml",
        )
    _check_git(section, project)
    return section


def _attached(project: Project) -> dict[str, str]:
    """The marts that are built in a database that is attached to the build file, each with its name."""
    own = project.paths.build_file.stem.casefold()
    databases = {str(mart): project.nodes[mart.unique_id].database or own for mart in project.marts}
    return {mart: database for mart, database in databases.items() if database.casefold() != own}


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
