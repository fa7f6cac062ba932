"""`ribbon expectations`: how they are measured, what more could be promised, and the same for Great Expectations."""

from dataclasses import asdict
from pathlib import Path

import click

from ribbon.cli.session import Session, command
from ribbon.project import load_project as load_manifest
from ribbon.promises import Explanation, Part, explain_model, export_results, suggest_for

__all__ = ["expectations"]

PARTS = {
    "whole": "The whole candidate, before readers see it",
    "arriving": "The rows that arrive, before they are merged",
    "merged": "The merged table, before it is committed",
}


@click.group("expectations")
def expectations() -> None:
    """Look at what relations promise: how it is measured, what more they could promise."""


@click.option("--sql", "with_sql", is_flag=True, help="Show the statement that the gate sends, too.")
@click.argument("model")
@command("explain")
def explain(session: Session, model: str, with_sql: bool) -> None:
    """Show how the gate measures MODEL: its reads, which expectations share each, and what is not gated.

    MODEL is the name of a model, seed or snapshot. Nothing is measured.
    """
    explanation = explain_model(session.project, load_manifest(session.project), model)
    console = session.console
    parts = explanation.parts
    fused = {name for part in parts for read in part.reads for name in read.expectations}
    fused.update(name for part in parts for name in part.constant)
    own = sum(len(part.own) for part in parts)
    counts = (
        _counted("expectation", len(fused)),
        _counted("statement", sum(part.statement is not None for part in parts)),
        _counted("read", sum(len(part.reads) for part in parts)),
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
        session.console.heading("Not gated: measured after readers see the table")
    for name, reason in explanation.ungated:
        session.console.say(f"  {name}: {reason}")


@click.argument("model")
@command("suggest")
def suggest(session: Session, model: str) -> None:
    """Print expectations of MODEL that hold today, with room for drift, as YAML for its contract.

    Reads the table in the build file. Look through them before you promise them. What MODEL promises already is left
    out, and so are the values of restricted columns.
    """
    suggestion = suggest_for(session.project, load_manifest(session.project), model)
    if suggestion.is_empty:
        session.console.say(f"# {suggestion.name}: nothing to add to what {suggestion.contract} promises.")
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
    help="Where to write; gx in the data folder without it.",
)
@command("export")
def export(session: Session, folder: Path | None) -> None:
    """Write the recorded results as Great Expectations suites, one for each relation, and a Data Docs site.

    The site is uncommitted/data_docs/local_site/index.html in the folder; it needs neither a server nor a network.
    Nothing is measured again. Of restricted columns it shows no values.
    """
    project = session.project
    exported = export_results(project, load_manifest(project), folder.resolve() if folder else project.data_dir / "gx")
    session.console.say(f"{exported.results:,} results of {exported.suites:,} relations in {exported.page}")
    if exported.unsaid:
        session.console.say(f"Left out, because Great Expectations cannot say them: {', '.join(exported.unsaid)}")
    session.console.record("left_out", exported.unsaid)
    session.console.record("suites", exported.suites)
    session.console.record("results", exported.results)
    session.console.record("page", str(exported.page))


def _counted(word: str, count: int) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


for _command in (explain, suggest, export):
    expectations.add_command(_command)
