"""Handing what was promised and kept to people who work with Great Expectations."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ribbon.config import ProjectPaths
from ribbon.engines.duckdb_file import open_file
from ribbon.engines.history import recent_measurements
from ribbon.errors import ConfigError, WorldError
from ribbon.model import Measurement
from ribbon.project import Project as Manifest

__all__ = ["Export", "export_results"]

# Runs that the site shows.
RUNS = 10


@dataclass(frozen=True)
class Export:
    """The site's first page, how many suites and results there are, and which tests only Ribbon can say."""

    page: Path
    suites: int
    results: int
    unsaid: tuple[str, ...]


def export_results(project: ProjectPaths, manifest: Manifest, folder: Path) -> Export:
    """Write suites and a Data Docs site of the last ten runs to `folder`. Relations that are gone are left out.

    Raises ConfigError where nothing has been measured, WorldError where the folder cannot be written.
    """
    found: list[Measurement] = []
    if project.build_file.exists():
        with open_file(project.build_file, read_only=True) as build:
            found = recent_measurements(build, manifest.history_schema, RUNS)
    results: dict[str, list[Measurement]] = defaultdict(list)
    for measurement in found:
        node = manifest.record(measurement.node_id)
        if node and manifest.record(measurement.test_id):
            name = f"{node['schema']}.{node.get('alias') or node.get('identifier') or node['name']}"
            results[name].append(_shown(measurement, manifest))
    if not results:
        raise ConfigError(
            f"{project.build_file}: no expectation has been measured yet. Run `ribbon run`, or `dbt build`."
        )
    from ribbon.quality.export import export_suites  # noqa: PLC0415 - seconds that only this command pays

    try:
        page, unsaid = export_suites(folder, results)
    except OSError as error:
        raise WorldError(f"{folder}: cannot be written: {error.strerror}. Name another folder.") from error
    left_out = {measurement.test_id for measurement in unsaid}
    told = sum(one.test_id not in left_out for members in results.values() for one in members)
    return Export(page, len(results), told, tuple(sorted(left_out)))


def _shown(measurement: Measurement, manifest: Manifest) -> Measurement:
    """A measurement as a suite may show it: with the test's `where`, without a value of a restricted column."""
    where = manifest.record(measurement.test_id)["config"].get("where")
    arguments = dict(measurement.arguments)
    if where:
        condition = arguments.get("row_condition")
        arguments["row_condition"] = f"({where}) and ({condition})" if condition else where
    hidden = manifest.restricted_columns(measurement.node_id)
    if hidden & set(_words([measurement.column, *arguments.values()])):
        return replace(measurement, arguments=arguments, observed_value=None, message=None)
    return replace(measurement, arguments=arguments)


def _words(values: Iterable[Any]) -> Iterable[str]:
    """Every name that an argument could speak of, also in SQL."""
    text = "".join(sign if sign.isalnum() or sign == "_" else " " for sign in repr(list(values)))
    return text.split()
