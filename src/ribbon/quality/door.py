"""Checking one batch with Great Expectations, on its rows as they are about to land."""

import logging
import os
import warnings
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

# Great Expectations reads this when it is imported: nothing is reported to its makers.
os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
import pandas as pd
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.data_context.types.base import ProgressBarsConfig

from ribbon.model import Column, Expectation, Verdict
from ribbon.quality.vocabulary import TEMPORAL, to_gx
from ribbon.sql.conditions import read_order

__all__ = ["check_batch"]

SAMPLES = 5

# Where a result of Great Expectations keeps the place of the contract's expectation that it answers.
PLACE = "ribbon_place"


def check_batch(files: Sequence[Path], columns: Sequence[Column], expectations: Sequence[Expectation]) -> list[Verdict]:
    """The verdict on each expectation that Great Expectations can measure, in their order.

    files: the batch. columns: as declared. A broken expectation is a verdict, never an error.
    """
    rows = _read(files, columns)
    said = {place: to_gx(expectation, columns) for place, expectation in enumerate(expectations)}
    ordered: dict[str, list[Any]] = {}
    for place, forms in said.items():
        for form in forms:
            form.meta = {PLACE: place}
            ordered.setdefault(str(expectations[place].arguments.get("order_by") or ""), []).append(form)
    results = [result for order, forms in ordered.items() for result in _results(_sorted(rows, order), forms)]
    return [
        _verdict(
            expectations[place],
            [result for result in results if result.expectation_config.meta[PLACE] == place],
        )
        for place, forms in said.items()
        if forms
    ]


def _read(files: Sequence[Path], columns: Sequence[Column]) -> pd.DataFrame:
    """The rows; dates are moments, for pandas compares those alone with text and with bounds."""
    rows = pd.concat([pd.read_parquet(file) for file in files], ignore_index=True)
    for column in columns:
        if column.data_type.lower() in TEMPORAL and column.name in rows:
            rows[column.name] = pd.to_datetime(rows[column.name])
    return rows


def _sorted(rows: pd.DataFrame, order: str) -> pd.DataFrame:
    """The rows in the order of SQL `order by`; as they are without one."""
    keys = read_order(order) if order else ()
    if not keys:
        return rows
    return rows.sort_values([name for name, _ in keys], ascending=[not descends for _, descends in keys])


def _results(rows: pd.DataFrame, forms: Sequence[Any]) -> list[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        suite = gx.ExpectationSuite(name="batch", expectations=list(forms))
        batch = _whole_frame().get_batch(batch_parameters={"dataframe": rows})
        return list(batch.validate(suite, result_format="SUMMARY").results)


@cache
def _whole_frame() -> BatchDefinition[Any]:
    """The one data source of this process: data frames, each a whole batch."""
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("delivery").add_dataframe_asset("batch")
    return asset.add_batch_definition_whole_dataframe("whole")


def _failure(exceptions: Mapping[str, Any]) -> str:
    """Why it could not be measured, empty where it was: Great Expectations tells one failure or one a metric."""
    told = [exceptions] if "raised_exception" in exceptions else list(exceptions.values())
    return next((str(each.get("exception_message")) for each in told if each.get("raised_exception")), "")


def _verdict(expectation: Expectation, results: Sequence[Any]) -> Verdict:
    """One verdict of the results of an expectation that Great Expectations says in several."""
    broken = [result for result in results if not result.success]
    told = (broken or list(results))[0]
    details = told.result or {}
    failure = _failure(told.exception_info or {})
    if failure:
        return Verdict(expectation, False, None, None, f"could not be measured: {failure}")
    seen = details.get("partial_unexpected_list") or []
    observed = ", ".join(dict.fromkeys(str(value) for value in seen[:SAMPLES])) or str(
        details.get("observed_value", "")
    )
    return Verdict(expectation, not broken, details.get("unexpected_count"), details.get("element_count"), observed)
