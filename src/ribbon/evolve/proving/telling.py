"""A proof in words, as they go into the message of a commit."""

from collections.abc import Iterator

from ribbon.engines.compared_tables import NEAR_ZERO
from ribbon.model import ChangedColumn, Proof, RelationProof, RowsCompared, Standing

__all__ = ["outcome", "told"]


def told(proof: Proof) -> str:
    """The proof as text: what was compared, how, and how each relation came out. No values of rows are in it."""
    if not proof.relations:
        return f"Proof: from {proof.before} to {proof.after} no relation is made of anything else."
    lines = [
        f"Proof: {_counted(len(proof.relations), 'relation')} that the change from {proof.before} to {proof.after}"
        " touches, built before and after.",
        *(f"  {each.standing}: {each.name}{_was(each)}{_after_colon(outcome(each))}" for each in proof.relations),
        f"Rows were compared exactly, floats to a relative {proof.tolerance:g} or {NEAR_ZERO:g}, whichever is more.",
    ]
    if proof.left_out:
        lines.append(f"Not asked about, though the change touches them: {', '.join(proof.left_out)}.")
    return "\n".join(lines)


def outcome(proof: RelationProof) -> str:
    """What there is to say of a relation, in a line."""
    return "; ".join(filter(None, [proof.reason, *_of_rows(proof)]))


def _of_rows(proof: RelationProof) -> Iterator[str]:
    rows = proof.rows
    if rows is None:
        return
    if proof.standing in {Standing.NEW, Standing.REMOVED}:
        yield _counted(rows.after or rows.before, "row")
        return
    by = f"by {', '.join(rows.key)}" if rows.key else "as a multiset, for there is no key"
    if rows.before == rows.after:
        yield f"{_counted(rows.after, 'row')}, compared {by}"
    else:
        yield f"{rows.before:,} rows before and {rows.after:,} after, compared {by}"
    yield from _differences(rows)
    yield from rows.notes


def _differences(rows: RowsCompared) -> Iterator[str]:
    if rows.only_before:
        yield f"{rows.only_before:,} only before"
    if rows.only_after:
        yield f"{rows.only_after:,} only after"
    if rows.changed:
        columns = ", ".join(f"{name} in {count:,}" for name, count in rows.differing.items())
        yield f"{rows.changed:,} with other values: {columns}"
    yield from map(_column, rows.columns)


def _column(changed: ChangedColumn) -> str:
    if changed.before is None:
        return f"column {changed.column} is new"
    if changed.after is None:
        return f"column {changed.column} is gone"
    return f"column {changed.column} was {changed.before} and is {changed.after}"


def _was(proof: RelationProof) -> str:
    return f", which was {proof.was}" if proof.was else ""


def _after_colon(text: str) -> str:
    return f": {text}" if text else ""


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun if number == 1 else noun + 's'}"
