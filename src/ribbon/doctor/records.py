"""What the database has of the gate: the history of runs, and rows in quarantine."""

from ribbon.dbt.profiles import MEMORY, database_path
from ribbon.doctor.section import Section
from ribbon.errors import BusyError
from ribbon.project import Project
from ribbon.status import read_status

__all__ = ["check_records"]


def check_records(project: Project) -> Section:
    """What `ribbon status` reads, in brief. A file that another process holds is no finding."""
    section = Section("History and quarantine")
    schema = project.history_schema
    section.document = {"schema": schema, "last_run": None, "quarantined_rows": {}}
    if project.adapter != "duckdb":
        section.facts.append(f"in the schema {schema} of {project.adapter}, which is not read here")
        return section
    if database_path(project.paths) == MEMORY:
        section.facts.append("none: the database is in memory, and gone when dbt ends")
        return section
    if not project.paths.build_file.exists():
        section.facts.append(f"none yet: {project.paths.build_file} does not exist")
        return section
    try:
        state = read_status(project)
    except BusyError as error:
        section.facts.append(str(error))
        return section
    if state.busy:
        section.facts.append(state.busy)
        return section
    last = state.runs[0] if state.runs else None
    said = f"last run {last.started_at:%Y-%m-%d %H:%M} UTC, dbt {last.command}: {last.status}" if last else "no run yet"
    section.facts.append(f"{schema}: {said}")
    section.facts += [f"{each.schema}.{each.name}: {each.rows:,} rows in quarantine" for each in state.aside]
    section.facts += [] if state.aside else ["no rows in quarantine"]
    section.document |= {
        "last_run": vars(last) if last else None,
        "quarantined_rows": {f"{each.schema}.{each.name}": each.rows for each in state.aside},
    }
    return section
