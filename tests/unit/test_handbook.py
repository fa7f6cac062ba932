"""The handbook and the pages beside it: links lead somewhere, and quoted messages are those that the code prints."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

HANDBOOK = REPOSITORY / "docs/handbook"
PAGES = [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")]
FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*$", re.MULTILINE)
MARKUP = re.compile(r"[`*]|\[([^\]]*)\]\([^)]*\)")

# Tables whose first column quotes messages, and the messages in them that are dbt's or DuckDB's.
TABLES = ("troubleshooting.md", "existing_project.md")
FOREIGN = {
    "Not able to get columns … because the relation doesn't exist",
    'Cannot open file "…/build.duckdb": No such file or directory',
    'Could not set lock on file "…/build.duckdb"',
    "depends on a node named '…' which was not found",
    "Out of Memory Error",
    "Remote database error while fetching schema for incremental unit test …",
}
QUOTED = re.compile(r"``(.+?)``|`(.+?)`")
# What stands for something else in a quoted message.
HOLE = re.compile(
    r"'?…'?|<[^>]+>|'x'|\b[NMX]\b|[`()]|: (?:fail|error)$|meta\.(?:from|file)|--from|bigquery|ribbon export json"
    r"|[\w/]*\w\.(?:yml|json): |[\w/]+/ribbon(?:\.sql)?: "
)


def prose(page: Path) -> str:
    return FENCED.sub("", page.read_text())


@cache
def anchors(page: Path) -> set[str]:
    """The ids of the headings, as GitHub and the catalog make them."""
    titles = [MARKUP.sub(r"\1", title).lower() for title in HEADING.findall(prose(page))]
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    for href in LINK.findall(prose(page)):
        if re.match(r"\w+:", href):
            continue
        path, _, anchor = href.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), href
        if anchor:
            assert anchor in anchors(target), href


def test_the_index_names_every_page_of_the_handbook() -> None:
    named = {href.partition("#")[0] for href in LINK.findall((HANDBOOK / "README.md").read_text())}

    assert named == {page.name for page in HANDBOOK.glob("*.md")} - {"README.md"}


def quoted_messages() -> Iterator[tuple[str, str]]:
    """Each message in the first column of a table, with its page."""
    for name in TABLES:
        for line in (HANDBOOK / name).read_text().splitlines():
            cell = line.partition("| ")[2].partition(" | ")[0]
            for one, other in QUOTED.findall(cell if line.startswith("| `") else ""):
                if (one or other) not in FOREIGN:
                    yield name, one or other


@cache
def printed_texts() -> str:
    """Every text in the Python part and in macros, with a null where something is filled in."""
    texts = []
    for path in (REPOSITORY / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else "\0" for part in node.values]
                texts.append("".join(map(str, parts)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value)
    for path in (REPOSITORY / "macros").rglob("*.sql"):
        texts.append(re.sub(r"'\s*~\s*'", "", re.sub(r"'\s*~[^']*?~\s*'", "\0", path.read_text())))
    return "\n".join(texts)


@pytest.mark.parametrize(("page", "message"), quoted_messages())
def test_a_quoted_message_is_one_that_the_code_prints(page: str, message: str) -> None:
    fragments = [part.strip(" :,.") for part in HOLE.split(message)]

    assert any(fragments), page
    for fragment in fragments:
        assert fragment in printed_texts(), f"{page}: {message}: {fragment}"
