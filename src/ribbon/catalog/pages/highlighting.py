"""SQL with colours. One pass of one expression: pygments takes fifteen times as long, and a site has 20,000 of these.

Raw SQL holds Jinja: `ref` and `source` become links to what they name.
"""

import re
from collections.abc import Mapping

from markupsafe import Markup, escape

from ribbon.catalog.pages.safe import written

__all__ = ["highlighted"]

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


def highlighted(sql: str, links: Mapping[str, str] | None = None) -> Markup:
    """SQL as HTML for a `<pre>`; links: address by what `ref` and `source` name, parts of the name joined by a dot."""

    def coloured(token: re.Match[str]) -> str:
        kind, text = token.lastgroup, token.group()
        if kind == "w":
            return f"<i class=k>{text}</i>" if text.lower() in KEYWORDS else text
        return f"<i class={kind}>{_linked(text, links) if kind == 'j' and links else text}</i>"

    # Escaped as a whole, and first: a hundred small pieces would take longer. Quotes stay, they end no element.
    return written(TOKEN.sub(coloured, sql.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")))


def _linked(jinja: str, links: Mapping[str, str]) -> str:
    def link(call: re.Match[str]) -> str:
        href = links.get(".".join(QUOTED.findall(call.group(1))))
        return f'<a href="{escape(href)}">{call.group()}</a>' if href else call.group()

    return REFERENCE.sub(link, jinja)
