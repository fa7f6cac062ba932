"""`ribbon expectations`: explain how they are measured, suggest new ones, export results to Great Expectations."""

from dataclasses import asdict
from pathlib import Path

import click

from ribbon.cli.console import counted
from ribbon.cli.session import Session, command
from ribbon.expectations import Explanation, Part, explain_model, export_results, suggest_for
from ribbon.project import load_project

__all__ = ["expectations"]

PARTS = {
    "whole": "The whole candidate, before it replaces the live table",
    "arriving": "New rows, before they are merged, to set rows aside",
    "batch": "The rows of a batch, in the table that they were merged into",
    "merged": "The merged table, before it is committed",
}


@click.group("expectations")
def expectations() -> None:
    """Explain, suggest and export expectations."""


@click.option("--sql", "with_sql", is_flag=True, help="Also show the SQL statement that the gate sends.")
@click.argument("model")
@command("explain")
def explain(session: Session, model: str, with_sql: bool) -> None:
    """Show how the gate measures MODEL: each read, the expectations that share it, and what is not gated.

    MODEL is a model, seed or snapshot. Nothing is measured.
    """
    explanation = explain_model(session.paths, load_project(session.paths), model)
    console = session.console
    parts = explanation.parts
    fused = {name for part in parts for read in part.reads for name in read.expectations}
    fused.update(name for part in parts for name in part.constant)
    own = sum(len(part.own) for part in parts)
    counts = (
        counted(len(fused), "expectation"),
        counted(sum(part.statement is not None for part in parts), "statement"),
        counted(sum(len(part.reads) for part in parts), "read"),
        *([f"{own:,} with SQL of their own"] if own else []),
    )
    console.say(f"{explanation.relation} ({explanation.materialized}): {', '.join(counts)}")
    for part in explanation.parts:
        _show_part(session, part, with_sql)
    _show_ungated(session, explanation)
    console.record("explanation", asdict(explanation))


def _show_part(session: Session, part: Part, with_sql: bool) -> None:
    console = session.console
    if not (part.statement or part.own):
        return
    console.heading(PARTS[part.part])
    for read in part.reads:
        of = f" of {', '.join(read.columns)}" if read.how in {"groups", "histogram", "window"} else ""
        console.say(f"  {read.name}: {read.how}{of}")
        for name in read.expectations:
            console.say(f"    {name}")
        if read.profiles:
            console.say(f"    profiles of {', '.join(read.profiles)}")
    for name in part.constant:
        console.say(f"  without a read: {name}")
    for name, statement in part.own:
        console.say(f"  SQL of its own: {name}")
        if with_sql:
            console.say(statement)
    if with_sql and part.statement:
        console.say(f"\n{part.statement};\n")


def _show_ungated(session: Session, explanation: Explanation) -> None:
    if explanation.ungated:
        session.console.heading("Not gated: measured after the table is replaced")
    for name, reason in explanation.ungated:
        session.console.say(f"  {name}: {reason}")


@click.argument("model")
@command("suggest")
def suggest(session: Session, model: str) -> None:
    """Print expectations that MODEL passes today, with a margin for drift, as YAML for its contract.

    Profiles the table in the build file. Review the suggestions before you use them. Expectations that MODEL already
    has are left out, and so are values of restricted columns.
    """
    suggestion = suggest_for(session.paths, load_project(session.paths), model)
    if suggestion.is_empty:
        session.console.say(f"# {suggestion.name}: nothing to add to {suggestion.contract}.")
    else:
        session.console.say(suggestion.as_yaml())
    session.console.record("model", suggestion.name)
    session.console.record("contract", suggestion.contract)
    session.console.record("row_count", suggestion.row_count)
    session.console.record("data_tests", suggestion.of_table)
    session.console.record("columns", suggestion.of_columns)


@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder to write to; default: gx in the data folder.",
)
@command("export")
def export(session: Session, folder: Path | None) -> None:
    """Write the recorded results as a Great Expectations project: a suite and validation results for each relation.

    The folder holds JSON files that Great Expectations reads; it can build Data Docs from them. Nothing is measured
    again. Values of restricted columns are left out.
    """
    paths = session.paths
    exported = export_results(paths, load_project(paths), folder.resolve() if folder else paths.data_dir / "gx")
    session.console.say(f"{exported.results:,} results of {exported.suites:,} relations in {exported.folder}")
    if exported.left_out:
        session.console.say(f"Left out, because Great Expectations cannot express: {', '.join(exported.left_out)}")
    session.console.record("left_out", exported.left_out)
    session.console.record("suites", exported.suites)
    session.console.record("results", exported.results)
    session.console.record("folder", str(exported.folder))


for _command in (explain, suggest, export):
    expectations.add_command(_command)
