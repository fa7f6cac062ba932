"""`ribbon impact`: what a change affects, before it is merged."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

import click

from ribbon.cli.console import Console, counted, listed
from ribbon.cli.session import Needs, Session, command
from ribbon.evolve.impact import Change, ChangeImpact, Effect, RelationChange, TouchedRelation, TouchedUse, What

__all__ = ["impact"]

# Characters of SQL and names in a line; --json has the rest.
LONGEST, NAMES = 100, 8


@click.argument("after", required=False)
@click.argument("before", default="HEAD")
@click.option("--fail-on-breaking", is_flag=True, help="Exit with 1 if the change breaks something in use.")
@command("impact", needs=Needs.PROJECT)
def impact(session: Session, before: str, after: str | None, *, fail_on_breaking: bool) -> int:
    """Show which columns and use cases a change affects: from commit BEFORE (HEAD) to AFTER (the working tree).

    Both states are compiled and compared by the meaning of their SQL, not by its text; no data is built. A change is
    breaking if a column or relation used by an exposure, a logged query or another model is removed or renamed, or its
    type or grain changes.
    """
    from ribbon.evolve.impact.assess import assess  # noqa: PLC0415 - imports sqlglot, which other commands do not need

    with session.console.bar("Impact") as bar:
        found = assess(session.paths, before, after, bar.at)
    for note in found.notes:
        session.console.warn(note)
    _show_impact(session.console, found)
    return 1 if fail_on_breaking and found.effect is Effect.BREAKING else 0


def _show_impact(console: Console, impact: ChangeImpact) -> None:
    """The changes of each relation, then what they affect, by use case."""
    console.say(_summary(impact))
    for each in impact.relations:
        console.heading(_title(each))
        for change in each.changes:
            console.say(f"  {_line(change)}")
    _show_reach(console, impact)
    console.record("effect", impact.effect)
    for name, value in asdict(impact).items():
        console.record(name, value)
    console.record("relations", [{**asdict(each), "effect": each.effect} for each in impact.relations])


def _summary(impact: ChangeImpact) -> str:
    way = f"From {impact.before} to {impact.after}"
    if not impact.relations:
        return f"{way}: no relation changes its meaning."
    counts = [(sum(each.effect is effect for each in impact.relations), effect) for effect in Effect]
    effects = ", ".join(f"{count:,} {effect}" for count, effect in counts if count)
    return f"{way}: {counted(len(impact.relations), 'relation')} changed: {effects}."


def _title(change: RelationChange) -> str:
    return f"{change.relation}{f', which was {change.was}' if change.was else ''} ({change.file})"


def _line(change: Change) -> str:
    users = f"; used by {listed(change.used_by, NAMES)}" if change.used_by else ""
    return f"{change.effect}: {_described(change)}{users}"


def _described(change: Change) -> str:
    column = f" {change.column}" if change.column and change.what is not What.RENAMED else ""
    return f"{change.what}{column}{_difference(change)}"


def _difference(change: Change) -> str:
    before, after = _cut(change.before), _cut(change.after)
    if change.what in {What.MEANING, What.ROWS} and change.before == change.after:
        return ": from other rows" if change.what is What.MEANING else ": joined, grouped or limited differently"
    if before and after:
        return f": {before} → {after}"
    return f": {f'no longer {before}' if before else after}" if before or after else ""


def _show_reach(console: Console, impact: ChangeImpact) -> None:
    marts = [each for each in impact.touched if each.layer == "mart"]
    others = [each for each in impact.touched if each.layer != "mart"]
    if others:
        console.heading("Affected on the way")
        console.say(f"  {listed([each.relation for each in others], NAMES)}")
    for use_case in _use_cases(marts, impact.uses):
        console.heading(f"Use case {use_case}" if use_case else "No use case")
        for mart in marts:
            if mart.use_case == use_case:
                console.say(f"  {mart.relation}: {'; '.join(_reached(mart))}")
        for use in impact.uses:
            if use.use_case == use_case:
                console.say(f"  {_use(use)}")


def _use_cases(marts: Sequence[TouchedRelation], uses: Sequence[TouchedUse]) -> Iterable[str | None]:
    named = {each.use_case for each in marts} | {each.use_case for each in uses}
    return sorted(named, key=lambda name: (name is None, name or ""))


def _reached(mart: TouchedRelation) -> Iterator[str]:
    if mart.columns:
        yield f"values of {listed(mart.columns, NAMES)}"
    if mart.rows:
        yield "its rows, and what is aggregated from them"
    if mart.asked:
        most = sorted(mart.asked.items(), key=lambda each: (-each[1], each[0]))
        yield f"queried: {listed([f'{name} ({queries:,})' for name, queries in most], NAMES)}"


def _use(use: TouchedUse) -> str:
    way = "values" if use.by_values else "rows alone"
    owner = f", {use.owner}" if use.owner else ""
    return f"{use.type} {use.label}{owner}: by {way}, through {listed(use.relations, NAMES)}"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
