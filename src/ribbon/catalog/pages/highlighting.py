"""SQL and changes of files with colours.

Raw SQL holds Jinja: `ref` and `source` become links to what they name. One pass of one expression: pygments takes
fifteen times as long, and a site has 20,000 of these.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from markupsafe import Markup, escape

from ribbon.catalog.pages.format import safe_html

__all__ = ["highlighted", "highlighted_diff"]

TOKEN = re.compile(
    r"(?P<c>--[^\n]*|/\*.*?\*/|\{#.*?#\})"
    r"|(?P<j>\{\{.*?\}\}|\{%.*?%\})"
    r"|(?P<s>'(?:[^'\\]|''|\\.)*')"
    r'|(?P<q>"[^"]*"|`[^`]*`)'
    r"|(?P<w>[A-Za-z_]\w*)"
    r"|(?P<n>\b\d+(?:\.\d+)?\b)",
    re.DOTALL,
)
REFERENCE = re.compile(r"""\b(?:ref|source)\(\s*((?:['"][^'"]*['"]\s*,?\s*)+)\)""")
QUOTED = re.compile(r"""['"]([^'"]*)['"]""")
KEYWORDS = frozenset(
    re.findall(
        r"\w+",
        """
    all and anti any array as asc asof between by case cast cross current cube date desc distinct else end escape
    except exclude exists extract false fetch filter first following for from full group grouping having if ignore
    ilike in inner intersect interval into is join last lateral left like limit merge natural not null nulls offset
    on or order outer over partition pivot positional preceding qualify range recursive replace respect right rollup
    row rows sample select semi set sets similar some struct table tablesample then ties timestamp true try_cast
    unbounded union unnest unpivot using values when where window with within
        """,
    )
)

SIGNS = {"+": "added", "-": "gone", "@": "place"}

FILE_NAMES = "file"


def highlighted(sql: str, links: Mapping[str, str] | None = None) -> Markup:
    """SQL as HTML for a `<pre>`; links: address by what `ref` and `source` name, parts of the name joined by a dot."""

    def coloured(token: re.Match[str]) -> str:
        kind, text = token.lastgroup, token.group()
        if kind == "w":
            return f"<i class=k>{text}</i>" if text.lower() in KEYWORDS else text
        return f"<i class={kind}>{_linked(text, links) if kind == 'j' and links else text}</i>"

    # Escaped as a whole, and first: a hundred small pieces would take longer. Quotes stay, they end no element.
    return safe_html(TOKEN.sub(coloured, sql.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")))


def _linked(jinja: str, links: Mapping[str, str]) -> str:
    def link(call: re.Match[str]) -> str:
        href = links.get(".".join(QUOTED.findall(call.group(1))))
        return f'<a href="{escape(href)}">{call.group()}</a>' if href else call.group()

    return REFERENCE.sub(link, jinja)


def highlighted_diff(diff: str, most: int) -> tuple[Markup, int]:
    """The first lines of a unified diff as HTML for a `<pre>`, and how many lines are left out."""
    lines = diff.split("\n")
    return safe_html("\n".join(islice(_diff_lines(lines), most))), max(len(lines) - most, 0)


def _diff_lines(lines: Sequence[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        kind = FILE_NAMES if _is_head(lines, number) else SIGNS.get(line[:1])
        yield f"<i class={kind}>{escape(line)}</i>" if kind else str(escape(line))


def _is_head(lines: Sequence[str], number: int) -> bool:
    """Whether the line is one of the two that name a file: a comment of SQL that goes begins with `---` too."""
    return any(
        [line[:4] for line in lines[first : first + 3]] == ["--- ", "+++ ", "@@ -"]
        for first in (number, number - 1)
        if first >= 0
    )
