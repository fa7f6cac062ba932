"""Recorded results for Great Expectations: a suite and validation results for each relation."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ribbon.config import ProjectPaths
from ribbon.engines.duckdb_file import open_file
from ribbon.engines.history import recent_measurements
from ribbon.errors import ConfigError, WorldError
from ribbon.lineage import TracedProject
from ribbon.model import Measurement
from ribbon.project import Project

__all__ = ["Export", "export_results"]

# Runs that are exported.
RUNS = 10

# What every folder of Great Expectations has.
_MARK = "great_expectations.yml"


@dataclass(frozen=True)
class Export:
    """An export. folder: of the Great Expectations project. left_out: tests that it cannot express."""

    folder: Path
    suites: int
    results: int
    left_out: tuple[str, ...]


def export_results(paths: ProjectPaths, project: Project, folder: Path) -> Export:
    """Write suites and validation results of the last ten runs to `folder`. Removed relations are left out.

    Raises ConfigError if nothing has been measured or the folder holds something else, WorldError if it cannot be
    written.
    """
    if folder.exists() and not (folder.is_dir() and (_is_empty(folder) or (folder / _MARK).exists())):
        raise ConfigError(
            f"{folder}: holds other files than an export for Great Expectations. Name a folder that does not exist."
        )
    found: list[Measurement] = []
    if paths.build_file.exists():
        with open_file(paths.build_file, read_only=True) as build:
            found = recent_measurements(build, project.history_schema, RUNS)
    traced = TracedProject(paths, project.target_dir, of=project)
    results: dict[str, list[Measurement]] = defaultdict(list)
    for measurement in found:
        node = project.record(measurement.node_id)
        if node and project.record(measurement.test_id):
            name = f"{node['schema']}.{node.get('alias') or node.get('identifier') or node['name']}"
            results[name].append(_exported(measurement, traced))
    if not results:
        raise ConfigError(
            f"{paths.build_file}: no expectation has been measured yet. Run `ribbon run`, or `dbt build`."
        )
    from ribbon.quality.suites import export_suites  # noqa: PLC0415 - slow to import, and only needed here

    try:
        inexpressible = export_suites(folder, results)
    except OSError as error:
        raise WorldError(f"{folder}: cannot be written: {error.strerror}. Name another folder.") from error
    left_out = {measurement.test_id for measurement in inexpressible}
    exported = sum(one.test_id not in left_out for members in results.values() for one in members)
    return Export(folder, len(results), exported, tuple(sorted(left_out)))


def _exported(measurement: Measurement, traced: TracedProject) -> Measurement:
    """A measurement with the test's `where` as a row condition, and without values of restricted columns."""
    where = traced.project.record(measurement.test_id)["config"].get("where")
    arguments = dict(measurement.arguments)
    if where:
        condition = arguments.get("row_condition")
        arguments["row_condition"] = f"({where}) and ({condition})" if condition else where
    hidden = traced.restricted_columns(measurement.node_id)
    if hidden & set(_names([measurement.column, *arguments.values()])):
        return replace(measurement, arguments=arguments, observed_value=None, message=None)
    return replace(measurement, arguments=arguments)


def _names(values: Iterable[Any]) -> Iterable[str]:
    """Every name that may occur in an argument, also inside SQL."""
    text = "".join(sign if sign.isalnum() or sign == "_" else " " for sign in repr(list(values)))
    return text.split()


def _is_empty(folder: Path) -> bool:
    return next(folder.iterdir(), None) is None
