"""How a publication is reported: what readers have now, and what keeps the rest from them."""

from collections.abc import Iterator

from ribbon.cli.console import Console, counted
from ribbon.publish import Kept, Publication

__all__ = ["report_publication"]


def report_publication(console: Console, published: Publication, file: str) -> None:
    """Report to the terminal and to --json. file: what readers open."""
    marts, rows = counted(len(published.rows), "mart"), counted(sum(published.rows.values()), "row")
    console.say(f"  {marts}, {rows} in {file}")
    for kept in published.kept:
        for line in _lines_of(kept):
            console.say(f"  {line}")
    for held in published.left_out:
        console.say(f"  not published: {held.mart.public_schema}.{held.mart.identifier}: {held.why}")
    for mart in published.failed:
        console.say(f"  the table before: {mart.public_schema}.{mart.identifier}; its last build failed or was refused")
    for mart, above in published.behind.items():
        why = f"{above} failed or was refused when it was last built"
        console.say(f"  not refreshed: {mart.public_schema}.{mart.identifier}; {why}")
    for mart in published.stale:
        console.say(f"  older than its inputs: {mart.public_schema}.{mart.identifier}; rebuild it")
    for name in published.removed:
        console.warn(f"no longer published: {name}; it is not a mart any more")
    for name in published.lost:
        console.error(
            f"{file}: {name} is gone: another program had changed it in every version. It comes back when its use case"
            " passes; readers must open the file read-only"
        )
    if not published.is_linked:
        console.warn(
            f"{file}: this file system has no symbolic links. A program that keeps a connection open sees this version"
            " only after it closes it"
        )
    console.record(
        "publish",
        {
            "version": published.version,
            "rows": published.rows,
            "held": {str(held.mart): held.why for held in published.held},
            "kept": {kept.use_case: {"since": kept.since, "reason": kept.reason} for kept in published.kept},
            "stale": [str(mart) for mart in published.stale],
            "tested": list(published.tested),
        },
    )


def _lines_of(kept: Kept) -> Iterator[str]:
    name = kept.use_case if len(kept.marts) == 1 else f"{kept.use_case}, {counted(len(kept.marts), 'mart')}"
    yield f"not published: {name}; {_what_readers_have(kept)}"
    for held in kept.held:
        yield f"  {held.mart.public_schema}.{held.mart.identifier}: {held.why}"
    if kept.why:
        yield f"  {kept.why}"


def _what_readers_have(kept: Kept) -> str:
    """What readers of a use case go on reading."""
    if not kept.had:
        return "no earlier version exists"
    return f"readers keep the {f'version of {kept.since:%Y-%m-%d %H:%M}' if kept.since else 'earlier version'}"
