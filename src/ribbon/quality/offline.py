"""Making a Data Docs site stand alone: Great Expectations' pages fetch styles, scripts and a logo from elsewhere."""

import re
from collections.abc import Sequence
from datetime import datetime
from html import escape
from pathlib import Path

__all__ = ["IndexEntry", "make_offline"]

# When, of which relation, kept, of how many, whether nothing failed, and the page that says more.
IndexEntry = tuple[datetime, str, int, int, bool, str]

FETCHED = re.compile(
    r"""<script\b[^>]*\bsrc=["']https?://[^>]*>\s*</script>"""
    r"""|<(?:link|img|iframe)\b[^>]*\b(?:href|src)=["']https?://[^>]*>""",
    re.IGNORECASE,
)
STYLE = """<style>
body { font: 15px/1.5 sans-serif; margin: 2rem; }
table { border-collapse: collapse; margin: 0.5rem 0; }
th, td { border: 1px solid #ccc; padding: 0.3rem 0.6rem; text-align: left; vertical-align: top; }
.fa-check-circle::before { content: "\\2713"; color: #080; }
.fa-exclamation-triangle::before { content: "!"; color: #b60; }
.fa-times::before { content: "\\2717"; color: #b00; }
.modal { display: none; }
</style>
"""
INDEX = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Data Docs</title>
{style}</head><body>
<h1>Data Docs</h1>
<p>What was measured, the newest first. Times are UTC.</p>
<table><tr><th></th><th>measured</th><th>relation</th><th>as expected</th></tr>
{rows}
</table>
</body></html>
"""


def make_offline(site: Path, entries: Sequence[IndexEntry]) -> Path:
    """Take out of every page what it would fetch, and write a first page of `entries`; returns its path."""
    for page in sorted(site.rglob("*.html")):
        text = FETCHED.sub("", page.read_text(encoding="utf-8"))
        if STYLE not in text:
            text = text.replace("</head>", f"{STYLE}</head>", 1)
        page.write_text(text, encoding="utf-8")
    index = site / "index.html"
    index.write_text(INDEX.format(style=STYLE, rows="\n".join(map(_row, entries))), encoding="utf-8")
    return index


def _row(entry: IndexEntry) -> str:
    moment, name, kept, count, green, page = entry
    mark = "fa-check-circle" if green else "fa-times"
    return (
        f'<tr><td><i class="{mark}"></i></td><td>{moment:%Y-%m-%d %H:%M:%S}</td>'
        f'<td><a href="{escape(page)}">{escape(name)}</a></td><td>{kept:,} of {count:,}</td></tr>'
    )
