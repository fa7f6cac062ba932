"""What a relation is built as and promised as, before and after a change: its configuration, its key, its contract."""

from collections.abc import Iterator, Mapping
from typing import Any

from ribbon.evolve.impact.change import Change, Effect, What
from ribbon.evolve.impact.side import Side

__all__ = ["changed_settings"]

LONGEST = 60


def changed_settings(before: Side, old: str, after: Side, new: str) -> Iterator[Change]:
    """Settings that differ, and files of seeds."""
    ours, theirs = before.state.made_of[old], after.state.made_of[new]
    yield from _differing(ours["config"], theirs["config"])
    yield from _differing({"constraints": _constraints(ours)}, {"constraints": _constraints(theirs)})
    if ours["checksum"] != theirs["checksum"]:
        yield Change(What.ROWS, None, "", "its file is another", Effect.VALUES)
    same_kind = ours["config"].get("materialized") == theirs["config"].get("materialized")
    if same_kind and ours["builder"] != theirs["builder"]:
        yield Change(What.SETTING, None, "", "the macros that build it are others", Effect.VALUES)
    if ours["external"] != theirs["external"]:
        yield Change(What.SETTING, None, "", "the metadata that says where it lands from is another")


def _constraints(made_of: Mapping[str, Any]) -> list[Any]:
    """Those of the relation and those of its columns."""
    of_columns = [{column["name"]: column["constraints"]} for column in made_of["columns"] if column["constraints"]]
    return [*(made_of["constraints"] or ()), *of_columns]


def _differing(before: Mapping[str, Any], after: Mapping[str, Any], above: str = "") -> Iterator[Change]:
    """Setting by setting, also where one holds others."""
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _differing(old, new, f"{above}{name}.")
        elif (old or None) != (new or None):
            yield Change(What.SETTING, None, f"{above}{name}: {_told(old)}", _told(new))


def _told(value: object) -> str:
    text = "none" if value in (None, [], {}) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
