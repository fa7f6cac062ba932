"""What `ribbon evolve verify` shows."""

from dataclasses import asdict

from ribbon.cli.console import Console
from ribbon.evolve.proving import told
from ribbon.model import DifferingRow, Proof, Standing

__all__ = ["show_proof"]

NULL = "null"


def show_proof(console: Console, proof: Proof) -> None:
    """Every relation that a change touches, and rows that differ."""
    console.say(told(proof))
    for each in proof.relations:
        if each.rows and each.rows.examples and each.standing in {Standing.DIFFERS, Standing.UNPROVABLE}:
            console.heading(f"{each.name}: rows that differ, the first {len(each.rows.examples)}")
            for row in each.rows.examples:
                console.say(f"  {_row(row)}")
    console.record("holds", proof.holds)
    console.record("proof", told(proof))
    for name, value in asdict(proof).items():
        console.record(name, value)


def _row(row: DifferingRow) -> str:
    key = ", ".join(f"{name} = {_value(value)}" for name, value in row.key.items())
    if row.side != "both":
        return f"only {row.side}: {key}"
    values = (f"{name} {_value(before)} → {_value(after)}" for name, (before, after) in row.values.items())
    return f"{key}: {', '.join(values)}"


def _value(value: str | None) -> str:
    return NULL if value is None else value
