"""Expectations of a relation before and after a change, and which of them promise less."""

from collections.abc import Iterator, Mapping
from typing import Any

from ribbon.dbt.documentation import Test
from ribbon.evolve.impact.change import Change, What
from ribbon.evolve.impact.side import Side

__all__ = ["changed_promises"]

WEAKER = "warn"
# Arguments that promise less the smaller, or the larger they are.
LESS_IF_SMALLER = ("min_value", "mostly")
LESS_IF_LARGER = ("max_value",)


def changed_promises(before: Side, old: str, after: Side, new: str) -> Iterator[Change]:
    """What differs in the expectations of a relation, and columns whose values were not to be shown."""
    ours, theirs = _by_subject(before.tests(old)), _by_subject(after.tests(new))
    for subject in dict.fromkeys((*ours, *theirs)):
        yield from _changed(subject, ours.get(subject, {}), theirs.get(subject, {}))
    for column in sorted(before.state.restricted(old) - after.state.restricted(new)):
        if column.casefold() in after.columns(new):
            yield Change(What.UNRESTRICTED, column, "values are not shown", "values are shown")


Subject = tuple[str, str | None]


def _by_subject(tests: tuple[Test, ...]) -> dict[Subject, dict[str, Test]]:
    """Tests by kind and column, and there by all that they say."""
    found: dict[Subject, dict[str, Test]] = {}
    for test in tests:
        kind = test.test_metadata.name if test.test_metadata else test.name
        column = test.column.casefold() if test.column else None
        found.setdefault((kind, column), {})[_said(test)] = test
    return found


def _changed(subject: Subject, before: Mapping[str, Test], after: Mapping[str, Test]) -> Iterator[Change]:
    kind, column = subject
    gone = [said for said in before if said not in after]
    new = [said for said in after if said not in before]
    if len(gone) == len(new) == 1:
        weaker = _is_weaker(before[gone[0]], after[new[0]])
        what = What.PROMISE_WEAKENED if weaker else What.PROMISE_CHANGED
        yield Change(what, column, f"{kind}{gone[0]}", f"{kind}{new[0]}")
        return
    yield from (Change(What.PROMISE_REMOVED, column, f"{kind}{said}") for said in gone)
    yield from (Change(What.PROMISE_ADDED, column, "", f"{kind}{said}") for said in new)


def _said(test: Test) -> str:
    """Arguments and configuration, as far as they decide what is promised."""
    told = [f"{name}: {value}" for name, value in sorted(_arguments(test).items())]
    config = {"severity": (test.config.severity or "error").lower(), "where": test.config.where}
    config["on_unexpected"] = (test.config.meta or {}).get("on_unexpected")
    told += [f"{name}: {value}" for name, value in config.items() if value and (name, value) != ("severity", "error")]
    return f" ({', '.join(told)})" if told else ""


def _arguments(test: Test) -> dict[str, Any]:
    return test.test_metadata.arguments if test.test_metadata else {}


def _is_weaker(before: Test, after: Test) -> bool:
    """Whether it fails for less, by what is sure."""
    old, new = _arguments(before), _arguments(after)
    return (
        (_warns(after) and not _warns(before))
        or (after.config.where is not None and before.config.where is None)
        or any(_less(new.get(name), old.get(name)) for name in LESS_IF_SMALLER)
        or any(_less(old.get(name), new.get(name)) for name in LESS_IF_LARGER)
        or _more_values(old, new)
    )


def _warns(test: Test) -> bool:
    return WEAKER in {(test.config.severity or "").lower(), (test.config.meta or {}).get("on_unexpected")}


def _less(one: Any, other: Any) -> bool:
    """Whether the first bound is below the second; one that is missing is no bound at all."""
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one < other
    return (one is None) != (other is None) and one is None


def _more_values(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Whether values are allowed that were not."""
    for name in ("values", "value_set"):
        old, new = before.get(name), after.get(name)
        if isinstance(old, list) and isinstance(new, list):
            return bool({str(each) for each in new} - {str(each) for each in old})
    return False
