"""Changes of files with colours: what is added and taken away begins with a sign as well."""

from collections.abc import Iterator, Sequence
from itertools import islice

from markupsafe import Markup, escape

from ribbon.catalog.pages.safe import written

__all__ = ["coloured"]

SIGNS = {"+": "added", "-": "gone", "@": "place"}
HEAD = "file"


def coloured(diff: str, most: int) -> tuple[Markup, int]:
    """The first lines of a unified diff as HTML for a `<pre>`, and how many lines are left out."""
    lines = diff.split("\n")
    return written("\n".join(islice(_coloured(lines), most))), max(len(lines) - most, 0)


def _coloured(lines: Sequence[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        kind = HEAD if _is_head(lines, number) else SIGNS.get(line[:1])
        yield f"<i class={kind}>{escape(line)}</i>" if kind else str(escape(line))


def _is_head(lines: Sequence[str], number: int) -> bool:
    """Whether the line is one of the two that name a file: a comment of SQL that goes begins with `---` too."""
    return any(
        [line[:4] for line in lines[first : first + 3]] == ["--- ", "+++ ", "@@ -"]
        for first in (number, number - 1)
        if first >= 0
    )
