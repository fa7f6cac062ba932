"""The read model of a dbt project: what it holds, where each node belongs, and whether its artifacts are current."""

from ribbon.project.definitions import definition_of
from ribbon.project.inputs import changed_inputs, read_inputs
from ribbon.project.layers import subject_of
from ribbon.project.loading import (
    compiled_artifacts,
    latest_artifacts,
    load_project,
    report_changes,
    run_operation,
    run_with_record,
)
from ribbon.project.project import Project, read_project

__all__ = [
    "Project",
    "changed_inputs",
    "compiled_artifacts",
    "definition_of",
    "latest_artifacts",
    "load_project",
    "read_inputs",
    "read_project",
    "report_changes",
    "run_operation",
    "run_with_record",
    "subject_of",
]
