"""Validating one batch with Great Expectations, before it lands."""

import logging
import os
import warnings
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

# Read when Great Expectations is imported: no usage statistics are sent.
os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
import pandas as pd
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.data_context.types.base import ProgressBarsConfig

from ribbon.model import Column, Expectation, Verdict
from ribbon.quality.gx_expectations import TEMPORAL, to_gx
from ribbon.sql.conditions import read_order

__all__ = ["check_batch"]

SAMPLES = 5

# Key in the meta of a GX expectation: the index of the contract's expectation that it belongs to.
INDEX = "ribbon_place"


def check_batch(files: Sequence[Path], columns: Sequence[Column], expectations: Sequence[Expectation]) -> list[Verdict]:
    """The verdict on each expectation that Great Expectations can measure, in order.

    files: the batch. columns: as declared. An expectation that fails is a verdict, never an error.
    """
    rows = _read(files, columns)
    translated = {index: to_gx(expectation, columns) for index, expectation in enumerate(expectations)}
    by_order: dict[str, list[Any]] = {}
    for index, gx_expectations in translated.items():
        for gx_expectation in gx_expectations:
            gx_expectation.meta = {INDEX: index}
            by_order.setdefault(str(expectations[index].arguments.get("order_by") or ""), []).append(gx_expectation)
    results = [result for order, members in by_order.items() for result in _results(_sorted(rows, order), members)]
    return [
        _verdict(
            expectations[index],
            [result for result in results if result.expectation_config.meta[INDEX] == index],
        )
        for index, gx_expectations in translated.items()
        if gx_expectations
    ]


def _read(files: Sequence[Path], columns: Sequence[Column]) -> pd.DataFrame:
    """The rows. Dates become timestamps, the only type that pandas compares with text and with bounds."""
    rows = pd.concat([pd.read_parquet(file) for file in files], ignore_index=True)
    for column in columns:
        if column.data_type.lower() in TEMPORAL and column.name in rows:
            rows[column.name] = pd.to_datetime(rows[column.name])
    return rows


def _sorted(rows: pd.DataFrame, order: str) -> pd.DataFrame:
    """The rows ordered by SQL's `order by`; unchanged without one."""
    keys = read_order(order) if order else ()
    if not keys:
        return rows
    return rows.sort_values([name for name, _ in keys], ascending=[not descends for _, descends in keys])


def _results(rows: pd.DataFrame, gx_expectations: Sequence[Any]) -> list[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        suite = gx.ExpectationSuite(name="batch", expectations=list(gx_expectations))
        batch = _whole_frame().get_batch(batch_parameters={"dataframe": rows})
        return list(batch.validate(suite, result_format="SUMMARY").results)


@cache
def _whole_frame() -> BatchDefinition[Any]:
    """The only data source of this process: data frames, each one batch."""
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("delivery").add_dataframe_asset("batch")
    return asset.add_batch_definition_whole_dataframe("whole")


def _failure(exceptions: Mapping[str, Any]) -> str:
    """Why it could not be measured, or empty. Great Expectations reports one exception, or one per metric."""
    raised = [exceptions] if "raised_exception" in exceptions else list(exceptions.values())
    return next((str(each.get("exception_message")) for each in raised if each.get("raised_exception")), "")


def _verdict(expectation: Expectation, results: Sequence[Any]) -> Verdict:
    """One verdict on an expectation from the results of all its GX expectations."""
    failed = [result for result in results if not result.success]
    decisive = (failed or list(results))[0]
    details = decisive.result or {}
    failure = _failure(decisive.exception_info or {})
    if failure:
        return Verdict(expectation, False, None, None, f"could not be measured: {failure}")
    seen = details.get("partial_unexpected_list") or []
    observed = ", ".join(dict.fromkeys(str(value) for value in seen[:SAMPLES])) or str(
        details.get("observed_value", "")
    )
    return Verdict(expectation, not failed, details.get("unexpected_count"), details.get("element_count"), observed)
