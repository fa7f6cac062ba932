"""What changed in the contract of a relation: settings, constraints, expectations."""

from collections.abc import Iterator, Mapping
from typing import Any

from ribbon.dbt.documentation import Test
from ribbon.evolve.impact.change import Change, Effect, What
from ribbon.evolve.impact.states import AnalysedState

__all__ = ["changed_promises", "changed_settings"]

LONGEST = 60


def changed_settings(before: AnalysedState, old: str, after: AnalysedState, new: str) -> Iterator[Change]:
    """Settings and constraints that differ, and files of seeds."""
    ours, theirs = before.compiled.made_of[old], after.compiled.made_of[new]
    yield from _differing(ours["config"], theirs["config"])
    yield from _differing({"constraints": _constraints(ours)}, {"constraints": _constraints(theirs)})
    if ours["checksum"] != theirs["checksum"]:
        yield Change(What.ROWS, None, "", "its file differs", Effect.VALUES)
    same_kind = ours["config"].get("materialized") == theirs["config"].get("materialized")
    if same_kind and ours["builder"] != theirs["builder"]:
        yield Change(What.SETTING, None, "", "the macros that build it differ", Effect.VALUES)
    if ours["external"] != theirs["external"]:
        yield Change(What.SETTING, None, "", "the metadata of its deliveries differs")


def _constraints(made_of: Mapping[str, Any]) -> list[Any]:
    """Those of the relation and those of its columns."""
    of_columns = [{column["name"]: column["constraints"]} for column in made_of["columns"] if column["constraints"]]
    return [*(made_of["constraints"] or ()), *of_columns]


def _differing(before: Mapping[str, Any], after: Mapping[str, Any], above: str = "") -> Iterator[Change]:
    """Setting by setting, also in nested ones."""
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _differing(old, new, f"{above}{name}.")
        elif (old or None) != (new or None):
            yield Change(What.SETTING, None, f"{above}{name}: {_shown(old)}", _shown(new))


def _shown(value: object) -> str:
    text = "none" if value in (None, [], {}) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


WEAKER = "warn"
# Arguments whose test is weaker the smaller, or the larger they are.
LESS_IF_SMALLER = ("min_value", "mostly")
LESS_IF_LARGER = ("max_value",)


def changed_promises(before: AnalysedState, old: str, after: AnalysedState, new: str) -> Iterator[Change]:
    """Expectations of a relation that differ, and columns that are no longer restricted."""
    ours, theirs = _by_subject(before.project.tests.of(old)), _by_subject(after.project.tests.of(new))
    for subject in dict.fromkeys((*ours, *theirs)):
        yield from _changed_tests(subject, ours.get(subject, {}), theirs.get(subject, {}))
    for column in sorted(before.node(old).project.restricted - after.node(new).project.restricted):
        if column in after.columns(new):
            yield Change(What.UNRESTRICTED, column, "values are not shown", "values are shown")


Subject = tuple[str, str | None]


def _by_subject(tests: tuple[Test, ...]) -> dict[Subject, dict[str, Test]]:
    """Tests by kind and column, and by their arguments and configuration."""
    found: dict[Subject, dict[str, Test]] = {}
    for test in tests:
        kind = test.test_metadata.name if test.test_metadata else test.name
        column = test.column.casefold() if test.column else None
        found.setdefault((kind, column), {})[_details(test)] = test
    return found


def _changed_tests(subject: Subject, before: Mapping[str, Test], after: Mapping[str, Test]) -> Iterator[Change]:
    kind, column = subject
    gone = [details for details in before if details not in after]
    new = [details for details in after if details not in before]
    if len(gone) == len(new) == 1:
        weaker = _is_weaker(before[gone[0]], after[new[0]])
        what = What.PROMISE_WEAKENED if weaker else What.PROMISE_CHANGED
        yield Change(what, column, f"{kind}{gone[0]}", f"{kind}{new[0]}")
        return
    yield from (Change(What.PROMISE_REMOVED, column, f"{kind}{details}") for details in gone)
    yield from (Change(What.PROMISE_ADDED, column, "", f"{kind}{details}") for details in new)


def _details(test: Test) -> str:
    """Arguments and configuration, as far as they decide what is tested."""
    details = [f"{name}: {value}" for name, value in sorted(_arguments(test).items())]
    config = {"severity": (test.config.severity or "error").lower(), "where": test.config.where}
    config["on_unexpected"] = (test.config.meta or {}).get("on_unexpected")
    given = {name: value for name, value in config.items() if value and (name, value) != ("severity", "error")}
    details += [f"{name}: {value}" for name, value in given.items()]
    return f" ({', '.join(details)})" if details else ""


def _arguments(test: Test) -> dict[str, Any]:
    return test.test_metadata.arguments if test.test_metadata else {}


def _is_weaker(before: Test, after: Test) -> bool:
    """Whether it certainly fails for less."""
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
    """Whether the first bound is below the second; a missing one does not bound."""
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
