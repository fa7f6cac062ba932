"""Expectations that SQL cannot say, measured by Great Expectations on the values of one column."""

import logging
import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

# Read when Great Expectations is imported: no usage statistics are sent.
os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
import pandas as pd
from great_expectations import expectations
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.data_context.types.base import ProgressBarsConfig

from ribbon.engines.batch_table import UnmeasurableError
from ribbon.errors import ConfigError

__all__ = ["BY_PYTHON", "Looked", "look_at"]

BY_PYTHON = {
    "expect_column_values_to_be_dateutil_parseable": expectations.ExpectColumnValuesToBeDateutilParseable,
    "expect_column_values_to_match_json_schema": expectations.ExpectColumnValuesToMatchJsonSchema,
}

# Arguments that only SQL understands: the rows were chosen before.
_OF_SQL = {"row_condition"}

# Great Expectations keeps a context for the whole process.
_alone = Lock()


@dataclass(frozen=True)
class Looked:
    """met: by the share `mostly`. measured: values that are not null. unexpected: numbers of rows, with the values."""

    met: bool
    measured: int
    unexpected: Sequence[tuple[int, Any]]


def look_at(name: str, arguments: Mapping[str, Any], rows: Sequence[tuple[Any, int]]) -> Looked:
    """What an expectation says of values. rows: each value with the number of its row.

    Raises ConfigError where an argument is wrong, UnmeasurableError where a value stops it.
    """
    given = {key: value for key, value in arguments.items() if key not in _OF_SQL}
    try:
        expectation = BY_PYTHON[name](**given)
    except (ValueError, TypeError) as error:
        raise ConfigError(" ".join(str(error).split())) from error
    frame = pd.DataFrame({given["column"]: pd.Series([value for value, _ in rows], dtype=object)})
    with _alone, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        batch = _whole_frame().get_batch(batch_parameters={"dataframe": frame})
        answer = batch.validate(expectation, result_format="COMPLETE")
    failure = _failure(answer.exception_info or {})
    if failure:
        raise UnmeasurableError(failure)
    places = answer.result.get("unexpected_index_list") or []
    measured = answer.result["element_count"] - (answer.result.get("missing_count") or 0)
    return Looked(bool(answer.success), measured, [(rows[place][1], rows[place][0]) for place in places])


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
