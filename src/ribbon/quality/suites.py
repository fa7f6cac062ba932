"""Recorded results as Great Expectations stores them: suites and validation results, as JSON.

Nothing is measured here: the results are those that the history recorded.
"""

import json
import logging
import os
import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

# Read when Great Expectations is imported: no usage statistics are sent.
os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
from great_expectations.core.expectation_validation_result import (
    ExpectationSuiteValidationResult,
    ExpectationValidationResult,
)
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.data_context.types.resource_identifiers import (
    ExpectationSuiteIdentifier,
    ValidationResultIdentifier,
)
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

from ribbon.errors import WorldError
from ribbon.model import FAILED, Measurement

__all__ = ["export_suites"]

NO_EXCEPTION = {"raised_exception": False, "exception_message": None, "exception_traceback": None}

DBTS_OWN = {
    "not_null": "expect_column_values_to_not_be_null",
    "unique": "expect_column_values_to_be_unique",
    "accepted_values": "expect_column_values_to_be_in_set",
}
RENAMED = {"values": "value_set", "column_name": "column", "columns": "column_list"}

# Arguments that only dbt and the gate understand.
OURS = {"model", "order_by", "quote"}


def export_suites(folder: Path, results: Mapping[str, Sequence[Measurement]]) -> list[Measurement]:
    """Write a suite for each relation of `results`, and its validation results by run.

    folder: of the Great Expectations project, created if missing; existing suites are replaced. results: by
    relation, oldest first. Returns the newest measurement of each test that Great Expectations cannot express.
    """
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    left_out: dict[str, Measurement] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context = _context(folder)
        for name, measurements in sorted(results.items()):
            configurations = {}
            for measurement in measurements:  # the newest version of a test wins
                configuration = _configuration(measurement)
                if configuration is None:
                    left_out[measurement.test_id] = measurement
                else:
                    configurations[measurement.test_id] = configuration
            suite = gx.ExpectationSuite(name=name)
            for configuration in configurations.values():
                suite.add_expectation_configuration(configuration)
            context.suites.add_or_update(suite)
            _store_runs(context, name, [one for one in measurements if one.test_id in configurations], configurations)
    return list(left_out.values())


def _context(folder: Path) -> Any:
    try:
        context = gx.get_context(mode="file", context_root_dir=folder)
    except gx.exceptions.GreatExpectationsError as error:
        reason = str(error).splitlines()[0]
        raise WorldError(f"{folder}: cannot be written: {reason}. Make room, or name another folder.") from error
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def _configuration(measurement: Measurement) -> ExpectationConfiguration | None:
    """The expectation in a suite; None if Great Expectations has none of the same meaning."""
    translated = _translated(measurement.expectation, measurement.arguments)
    if translated is None:
        return None
    meta = {"test": measurement.test_id, "gated": measurement.gated}
    severity = "critical" if measurement.severity == "error" else "warning"
    configuration = ExpectationConfiguration(type=translated[0], kwargs=translated[1], meta=meta, severity=severity)
    try:
        configuration.to_domain_obj()
    except Exception:
        return None
    return configuration


def _translated(name: str, arguments: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """Type and arguments of a dbt test in a suite; None if there is no equivalent. Row conditions stay SQL."""
    kwargs = {RENAMED.get(key, key): value for key, value in arguments.items() if key not in OURS}
    if kwargs.get("row_condition"):
        kwargs["condition_parser"] = "spark"  # what Great Expectations calls plain SQL
    if name == "expect_grain":
        columns = kwargs.pop("column_list", [])
        if len(columns) == 1:
            return "expect_column_values_to_be_unique", kwargs | {"column": columns[0]}
        return "expect_compound_columns_to_be_unique", kwargs | {"column_list": columns}
    if name in DBTS_OWN:
        return DBTS_OWN[name], kwargs
    return (name, kwargs) if name.startswith(("expect_", "unexpected_")) else None


def _store_runs(
    context: Any,
    name: str,
    measurements: Sequence[Measurement],
    configurations: Mapping[str, ExpectationConfiguration],
) -> None:
    """Store the validation result of each run."""
    runs: dict[str, list[Measurement]] = defaultdict(list)
    for measurement in measurements:
        runs[measurement.run_id].append(measurement)
    for run_id, members in runs.items():
        run = RunIdentifier(run_name=run_id, run_time=min(member.measured_at for member in members))
        passed = sum(member.status == "pass" for member in members)
        result = ExpectationSuiteValidationResult(
            success=all(member.status not in FAILED for member in members),
            results=[_result(member, configurations[member.test_id]) for member in members],
            suite_name=name,
            statistics={
                "evaluated_expectations": len(members),
                "successful_expectations": passed,
                "unsuccessful_expectations": len(members) - passed,
                "success_percent": 100 * passed / len(members),
            },
            meta={"run_id": run, "great_expectations_version": gx.__version__, "active_batch_definition": {}},
        )
        suite = ExpectationSuiteIdentifier(name)
        key = ValidationResultIdentifier(expectation_suite_identifier=suite, run_id=run, batch_identifier=name)
        context.validation_results_store.set(key, result)


def _result(measurement: Measurement, configuration: ExpectationConfiguration) -> ExpectationValidationResult:
    details: dict[str, Any] = {}
    if measurement.unexpected_count is not None and measurement.element_count is not None:
        count = measurement.element_count
        details = {
            "element_count": count,
            "unexpected_count": measurement.unexpected_count,
            "unexpected_percent": 100 * measurement.unexpected_count / count if count else 0.0,
            "partial_unexpected_list": [],
        }
    if measurement.observed_value is not None:
        details["observed_value"] = _number(measurement.observed_value)
    return ExpectationValidationResult(
        success=measurement.status == "pass",
        expectation_config=configuration,
        result=details,
        meta={"message": measurement.message, "quarantined": measurement.quarantined},
        exception_info=NO_EXCEPTION,
    )


def _number(text: str) -> Any:
    """The history stores observed values as text; numbers are converted back."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, int | float) and not isinstance(value, bool) else text
