"""What the SQL of a model means before and after a change: its columns and its rows, compared by meaning."""

from collections.abc import Collection, Iterator, Mapping

from ribbon.evolve.impact.change import Change, Effect, What
from ribbon.sql.canonical import Logic, Output, Reading, Term, from_json, to_text

__all__ = ["changed_columns", "changed_rows", "grain", "renamed"]

CASTS = frozenset({"cast", "trycast"})


def renamed(before: Logic, after: Logic) -> dict[str, str]:
    """The name before of each column that is there under another one with the same meaning."""
    old, new = _by_name(before), _by_name(after)
    gone = {output.meaning: name for name, output in reversed(tuple(old.items())) if name not in new}
    found: dict[str, str] = {}
    for name, output in new.items():
        if name not in old and output.meaning in gone:
            found[name] = gone.pop(output.meaning)
    return found


def changed_columns(before: Logic, after: Logic) -> Iterator[Change]:
    """The columns that are of both, and computed otherwise; a cast to another type is told by its types."""
    old = _by_name(before)
    for output in after.outputs:
        was = old.get(output.name)
        if was is not None and was.meaning != output.meaning:
            yield _changed(output.name, from_json(was.term), from_json(output.term))


def _changed(name: str, before: Term, after: Term) -> Change:
    (old, bare), (new, other) = _cast(before), _cast(after)
    if bare == other:
        return Change(What.RETYPED, name, old, new)
    return Change(What.MEANING, name, to_text(before), to_text(after), Effect.VALUES)


def changed_rows(before: Reading, after: Reading) -> Change | None:
    """Whether there are other rows, and why as far as it can be told; None where there are the same."""
    one, other = before.queries[-1].logic, after.queries[-1].logic
    if one.rows == other.rows:
        return None
    keys = _keys(one, {}), _keys(other, renamed(one, other))
    if keys[0] != keys[1] and (all(keys) or one.reads == other.reads):  # else another model may group instead
        return Change(What.GRAIN, None, grain(keys[0]), grain(keys[1]), Effect.VALUES)
    gone, new = _apart(_decides(before), _decides(after))
    return Change(What.ROWS, None, gone, new, Effect.VALUES)


def _keys(logic: Logic, names: Mapping[str, str]) -> frozenset[str]:
    """By what it groups: columns that it gives back, by their names before, else what they are."""
    columns = {to_text(from_json(output.term)): names.get(output.name, output.name) for output in logic.outputs}
    return frozenset(columns.get(key, key) for key in logic.keys)


def grain(keys: Collection[str]) -> str:
    """In words, of which columns there is one row each."""
    return f"one row per {', '.join(sorted(keys))}" if keys else "not grouped"


def _decides(reading: Reading) -> dict[str, None]:
    """What decides rows in any of the queries."""
    logics = [query.logic for query in reading.queries]
    conditions = (each for logic in logics for each in logic.conditions)
    keys = (f"grouped by {', '.join(logic.keys)}" for logic in logics if logic.keys)
    reads = (f"reads {each.rpartition('.')[2]}" for logic in logics for each in logic.reads)
    return dict.fromkeys((*conditions, *keys, *reads))


def _apart(before: Mapping[str, None], after: Mapping[str, None]) -> tuple[str, str]:
    gone, new = (
        ", ".join(each for each in one if each not in other) for one, other in ((before, after), (after, before))
    )
    return gone, new


def _cast(term: Term) -> tuple[str, Term]:
    if isinstance(term, tuple) and term and term[0] in CASTS:
        return str(term[2]) if isinstance(term[2], str) else to_text(term[2]), term[1]
    return "", term


def _by_name(logic: Logic) -> Mapping[str, Output]:
    return {output.name: output for output in logic.outputs}
