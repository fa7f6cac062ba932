"""When two verdicts are the same."""

import math
import re
from datetime import datetime
from typing import Any

import pandas as pd

from tests.oracle.ours import Said

__all__ = ["agree"]

# Great Expectations lists the values that it saw; we count those that are amiss, or name one of the most common.
COUNTED_INSTEAD = ("expect_column_distinct_values", "expect_column_most_common_value")


def agree(name: str, ours: Said, theirs: Said) -> bool:
    """Whether both come to the same verdict, on as many rows, and saw the same."""
    if ours.success != theirs.success:
        return False
    if ours.unexpected is not None:
        return (ours.counted, ours.unexpected) == (theirs.counted, theirs.unexpected or 0)
    observed = _in_our_words(name, theirs)
    return observed is None or _same(ours.observed, observed)


def _in_our_words(name: str, theirs: Said) -> Any:
    """What Great Expectations observed as we say it; None where it does not say."""
    seen = theirs.observed
    if name.startswith(COUNTED_INSTEAD):
        return None
    if name == "expect_query_results_to_match_comparison":
        return re.compile(rf"{theirs.unexpected} of \d+ rows differ")
    if name == "expect_table_row_count_to_equal_other_table":
        return re.compile(f"{seen['self']} here, {seen['other']} there")
    if name == "expect_column_quantile_values_to_be_between":
        return list(seen["values"])
    if "_type_" in f"{name}_":
        return re.compile(re.escape(seen) + r"(\(.*\))?", re.IGNORECASE)
    return set(seen) if name == "expect_table_columns_to_match_set" else seen


def _same(ours: str | None, theirs: Any) -> bool:
    """Whether our text means what they observed: numbers within rounding, times and lists by their parts."""
    if _is_nothing(theirs):
        return ours in {None, "null"}
    return ours is not None and _means(ours, theirs)


def _is_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, float | datetime) and pd.isna(value))


def _means(ours: str, theirs: Any) -> bool:
    if isinstance(theirs, re.Pattern):
        return theirs.fullmatch(ours) is not None
    if isinstance(theirs, list):
        parts = ours.split(", ")
        return len(parts) == len(theirs) and all(map(_same, parts, theirs))
    if isinstance(theirs, str):
        return ours == theirs
    if isinstance(theirs, set):
        return set(ours.split(", ")) == theirs
    if isinstance(theirs, datetime):
        return bool(pd.Timestamp(ours) == theirs)
    return math.isclose(float(ours), float(theirs), rel_tol=1e-9, abs_tol=1e-9)
