"""What was promised and kept, as Great Expectations writes it: suites, validation results and a Data Docs site.

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

# Great Expectations reads this when it is imported: nothing is reported to its makers.
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

from ribbon.model import Measurement
from ribbon.quality.in_suites import said_in_suite
from ribbon.quality.offline import IndexEntry, make_offline

__all__ = ["export_suites"]

SITE = Path("uncommitted/data_docs/local_site")
NO_EXCEPTION = {"raised_exception": False, "exception_message": None, "exception_traceback": None}

# A suite has one place in the site, and a folder of it for each dot in its name.
Results = Mapping[str, Sequence[Measurement]]


def export_suites(folder: Path, results: Results) -> tuple[Path, list[Measurement]]:
    """Write a suite for each relation of `results`, its validation results by run, and the site.

    folder: of the Great Expectations project, made where it is missing; suites there of the same names are replaced.
    results: by relation, oldest first. Returns the first page of the site, and what Great Expectations cannot say.
    """
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    unsaid: dict[str, Measurement] = {}
    entries: list[IndexEntry] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context = _context(folder)
        for name, measurements in sorted(results.items()):
            said = {}
            for measurement in measurements:  # the newest wording of a test wins
                configuration = _configuration(measurement)
                if configuration is None:
                    unsaid[measurement.test_id] = measurement
                else:
                    said[measurement.test_id] = configuration
            suite = gx.ExpectationSuite(name=name)
            for configuration in said.values():
                suite.add_expectation_configuration(configuration)
            context.suites.add_or_update(suite)
            entries += _store_runs(context, name, [one for one in measurements if one.test_id in said], said)
        context.build_data_docs()
    return make_offline(folder / SITE, sorted(entries, reverse=True)), list(unsaid.values())


def _context(folder: Path) -> Any:
    context = gx.get_context(mode="file", context_root_dir=folder)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    for site in context.variables.data_docs_sites.values():
        site["show_how_to_buttons"] = False
    return context


def _configuration(measurement: Measurement) -> ExpectationConfiguration | None:
    """The expectation as a suite has it; None where Great Expectations has none that says the same."""
    said = said_in_suite(measurement.expectation, measurement.arguments)
    if said is None:
        return None
    meta = {"test": measurement.test_id, "gated": measurement.gated}
    severity = "critical" if measurement.severity == "error" else "warning"
    configuration = ExpectationConfiguration(type=said[0], kwargs=said[1], meta=meta, severity=severity)
    try:
        configuration.to_domain_obj()
    except Exception:
        return None
    return configuration


def _store_runs(
    context: Any, name: str, measurements: Sequence[Measurement], said: Mapping[str, ExpectationConfiguration]
) -> list[IndexEntry]:
    """Store the validation result of each run; says what the first page lists of them."""
    runs: dict[str, list[Measurement]] = defaultdict(list)
    for measurement in measurements:
        runs[measurement.run_id].append(measurement)
    entries = []
    for run_id, members in runs.items():
        moment = min(member.measured_at for member in members)
        run = RunIdentifier(run_name=run_id, run_time=moment)
        kept = sum(member.status == "pass" for member in members)
        result = ExpectationSuiteValidationResult(
            success=all(member.status != "fail" for member in members),
            results=[_result(member, said[member.test_id]) for member in members],
            suite_name=name,
            statistics={
                "evaluated_expectations": len(members),
                "successful_expectations": kept,
                "unsuccessful_expectations": len(members) - kept,
                "success_percent": 100 * kept / len(members),
            },
            meta={"run_id": run, "great_expectations_version": gx.__version__, "active_batch_definition": {}},
        )
        suite = ExpectationSuiteIdentifier(name)
        key = ValidationResultIdentifier(expectation_suite_identifier=suite, run_id=run, batch_identifier=name)
        context.validation_results_store.set(key, result)
        page = Path("validations", *key.to_tuple()).as_posix() + ".html"
        entries.append((moment, name, kept, len(members), bool(result.success), page))
    return entries


def _result(measurement: Measurement, configuration: ExpectationConfiguration) -> ExpectationValidationResult:
    details: dict[str, Any] = {}
    if measurement.unexpected_count is not None and measurement.element_count is not None:
        counted = measurement.element_count
        details = {
            "element_count": counted,
            "unexpected_count": measurement.unexpected_count,
            "unexpected_percent": 100 * measurement.unexpected_count / counted if counted else 0.0,
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
    """The history keeps observed values as text; numbers come back as such."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, int | float) and not isinstance(value, bool) else text
