"""Measuring the checks of a source on one batch, and setting aside the rows that they do not expect."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ribbon.engines.batch_table import BatchTable, UnmeasurableError
from ribbon.errors import ConfigError
from ribbon.masking import masked, quotes_values
from ribbon.quality.checks import ByPython, Check, Checks

__all__ = ["Answer", "measure", "set_aside"]

# How many unexpected values an answer shows.
SHOWN = 5
MASK = "***"


@dataclass(frozen=True)
class Answer:
    """What a check found. status: pass, warn or fail. unexpected, measured: rows; None of the whole table.

    failures: as dbt counts them. observed: a few unexpected values, or the value of the whole table.
    """

    check: Check
    status: str
    unexpected: int | None
    measured: int | None
    failures: int
    observed: str

    @property
    def sets_aside(self) -> bool:
        """Whether rows have to leave the batch."""
        return bool(self.check.asks and self.failures and self.unexpected)


def measure(checks: Checks, batch: BatchTable, wanted: Container[str]) -> list[Answer]:
    """The answers of the checks in their order. wanted: the tests that are asked for.

    Raises ConfigError where a check is wrong, whatever the batch holds.
    """
    together = _measured_together(checks, batch)
    asked = [check for check in checks.expectations if check.test in wanted]
    return [_shown(_answer(checks, check, batch, together), batch) for check in asked]


def set_aside(checks: Checks, batch: BatchTable, answers: Sequence[Answer]) -> int:
    """Take the unexpected rows of these answers out of the batch, with all their reasons. Returns how many rows."""
    batch.number(checks.row)
    parts = [answer.check.reasons or _noted(checks, answer.check, batch) for answer in answers]
    return batch.set_aside(checks.grouped.replace("{reasons}", " union all ".join(parts)))


def _measured_together(checks: Checks, batch: BatchTable) -> dict[int, dict[str, Any]]:
    """What the one statement says, by position; nothing where a check stops it, and each has to be measured alone."""
    if not checks.statement:
        return {}
    try:
        return _by_position(batch, checks.statement)
    except (ConfigError, UnmeasurableError):
        return {}


def _by_position(batch: BatchTable, statement: str) -> dict[int, dict[str, Any]]:
    """The columns of each verdict, which a measuring statement names v<position>_…, without that."""
    (totals,) = batch.rows(statement)
    found: dict[int, dict[str, Any]] = {}
    for name, value in totals.items():
        position, _, column = name[1:].partition("_")
        found.setdefault(int(position), {})[column] = value
    return found


def _answer(checks: Checks, check: Check, batch: BatchTable, together: dict[int, dict[str, Any]]) -> Answer:
    try:
        if check.by_python:
            row = _measured_by_python(checks, check, check.by_python, batch)
        elif check.position in together:
            row = together[check.position]
        elif check.position is not None:
            row = _by_position(batch, check.alone or "")[check.position]
        else:
            (row,) = batch.rows(check.alone or "")
    except UnmeasurableError as error:
        said = _said(checks, error)
        return Answer(check, _status(check, warns=True, fails=True), None, None, 1, f"could not be measured: {said}")
    except ConfigError as error:
        raise ConfigError(
            f"{check.said}: {_said(checks, error)}. Fix it, or add `meta: {{scope: table}}` to the config of the test,"
            " and dbt measures it on the whole table."
        ) from error
    unexpected, any_failed = row.get("unexpected_count"), row["failures"] != 0
    return Answer(
        check,
        _status(check, warns=row.get("should_warn", any_failed), fails=row.get("should_error", any_failed)),
        unexpected,
        None if unexpected is None else row["element_count"],
        row["failures"],
        row.get("observed_value") or "",
    )


def _said(checks: Checks, error: Exception) -> str:
    text = str(error)
    return masked(text) if checks.restricts and quotes_values(text) else text


def _status(check: Check, *, warns: bool, fails: bool) -> str:
    return "fail" if check.fails and fails else "warn" if warns else "pass"


def _shown(answer: Answer, batch: BatchTable) -> Answer:
    """The same answer with a few of the unexpected values, masked where they may be of a restricted column."""
    check = answer.check
    if answer.status == "pass":
        return answer
    if check.hides:
        return replace(answer, observed=MASK)
    if not (answer.unexpected and check.values):
        return answer
    return replace(answer, observed=", ".join(dict.fromkeys(map(_text, batch.texts(check.values, SHOWN)))))


def _text(row: dict[str, Any]) -> str:
    """The values of a row, with their names where there are several."""
    said = {name: "null" if value is None else value for name, value in row.items()}
    return ", ".join(f"{name}={value}" for name, value in said.items()) if len(said) > 1 else next(iter(said.values()))


def _measured_by_python(checks: Checks, check: Check, asked: ByPython, batch: BatchTable) -> dict[str, Any]:
    """The row that a statement would give."""
    found = _looked_at(checks, check, asked, batch)
    failures = 0 if found.met else len(found.unexpected)
    failures = min(failures, asked.limit) if asked.limit else failures
    ((warns, fails),) = batch.values(f"select {failures} {asked.warn_if}, {failures} {asked.error_if}")
    return {
        "element_count": found.measured,
        "unexpected_count": len(found.unexpected),
        "failures": failures,
        "should_warn": warns,
        "should_error": fails,
        "observed_value": ", ".join(dict.fromkeys(str(value) for _, value in found.unexpected[:SHOWN])),
    }


def _noted(checks: Checks, check: Check, batch: BatchTable) -> str:
    """A query of the rows that Python does not expect, and why."""
    if check.by_python is None:
        raise ValueError(check.said)
    found = _looked_at(checks, check, check.by_python, batch)
    table = f"ribbon_noted_{checks.expectations.index(check)}"
    return batch.note(table, [number for number, _ in found.unexpected], check.said)


def _looked_at(checks: Checks, check: Check, asked: ByPython, batch: BatchTable) -> Any:
    from ribbon.quality.by_python import look_at  # noqa: PLC0415 - imports Great Expectations, which takes seconds

    batch.number(checks.row)
    return look_at(check.name, asked.arguments, batch.values(asked.values))
