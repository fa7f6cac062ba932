"""The edits of a model's SQL that follow its source: a column more, a column under another name."""

import re
from collections.abc import Iterable

from ribbon.evolve.editing.sql_text import Block, SqlText

__all__ = ["with_column_beside", "with_source_column_renamed"]

CALLS = re.compile(r"(source|ref)\([^)]*\)")
JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
CONFIG = re.compile(r"\{\{-?\s*config\(")  # speaks of the columns that the model gives, not of those it reads
SET_OPERATION = re.compile(r"\b(union|except|intersect)\b|\bgroup\s+by\b|\bselect\s+distinct\b", re.IGNORECASE)


def with_column_beside(text: str, anchors: Iterable[str], column: str, source: tuple[str, str]) -> str | None:
    """The SQL with a column wherever one of the anchors is handed on, so that it comes out where the anchor does.

    anchors: columns that the model hands on as they are; the last that stands in every select list of its way is taken.
    source: system and table that they come from. None where no list has one as an item of its own, where a select that
    has one reads something else too, or where rows are grouped or put together.
    """
    sql = SqlText(text)
    if SET_OPERATION.search(sql.bare) or any(next(sql.words(column, block), None) for block in sql.blocks):
        return None
    for anchor in reversed(list(anchors)):
        found = [match for block in sql.blocks for match in sql.words(anchor, block)]
        blocks = [block for block in sql.blocks if any(sql.is_item(match, block) for match in sql.words(anchor, block))]
        if any(sql.calls_of(block) - {source} for block in blocks):
            continue
        items = [match for block in blocks for match in sql.words(anchor, block) if sql.is_item(match, block)]
        if items and len(items) == len([match for match in found if _in_list(sql, match)]):
            for match in sorted(items, key=lambda each: -each.start()):
                text = _beside(text, match, column)
            return text
    return None


def with_source_column_renamed(text: str, source: tuple[str, str], old: str, new: str) -> str | None:
    """The SQL that reads a source's column by its new name, and calls it by the old one from there on.

    source: system and table. None where nothing that reads the source names the column.
    """
    sql = SqlText(text)
    blocks = sql.reading_source(*source)
    names = sql.names_of_source(*source)
    changes = [change for block in blocks for change in _renamings(sql, block, names, (old, new))]
    for start, end, written in sorted(set(changes), reverse=True):
        text = f"{text[:start]}{written}{text[end:]}"
    return text if changes else None


def _in_list(sql: SqlText, match: re.Match[str]) -> bool:
    """Whether it stands where columns are handed on, not in a condition or an order."""
    block = next(block for block in sql.blocks if match.start() in block)
    return sql.is_item(match, block) or re.match(r"\s+as\s", sql.bare[match.end() :], re.IGNORECASE) is not None


def _beside(text: str, match: re.Match[str], column: str) -> str:
    """After an item, in the way that the item is written: on a line of its own, or on the same line."""
    line_start = text.rfind("\n", 0, match.start()) + 1
    line_end = text.find("\n", match.end())
    line_end = len(text) if line_end < 0 else line_end
    alone = re.fullmatch(r"(\s*)((?:\w+\.)?)(\w+)(,?)[ \t]*(--.*)?", text[line_start:line_end])
    if not alone:
        qualifier = re.search(r"(\w+\s*\.\s*)?$", text[: match.start()])
        return f"{text[: match.end()]}, {qualifier[0] if qualifier else ''}{column}{text[match.end() :]}"
    indent, qualifier_text, _, comma, comment = alone.groups()
    begins = f"{indent}{qualifier_text}"
    item = f"{begins}{match[0]},{' ' + comment if comment else ''}\n{begins}{column}{comma}"
    return f"{text[:line_start]}{item}{text[line_end:]}"


def _renamings(
    sql: SqlText, block: Block, names: frozenset[str], change: tuple[str, str]
) -> Iterable[tuple[int, int, str]]:
    old, new = change
    for match in sql.words(old, block):
        qualifier = re.search(r"(\w+)\s*\.\s*$", sql.bare[: match.start()])
        if qualifier and qualifier[1].lower() not in names:
            continue  # a column of something else
        if re.search(r"\bas\s+$", sql.bare[: match.start()], re.IGNORECASE):
            continue  # a name that this select gives
        item = sql.is_item(match, block)
        yield match.start(), match.end(), f"{new} as {match[0]}" if item else new
    for jinja in JINJA.finditer(sql.text):
        if jinja.start() in block and not CONFIG.match(jinja[0]):
            changed = _in_jinja(jinja[0], old, new)
            if changed != jinja[0]:
                yield jinja.start(), jinja.end(), changed


def _in_jinja(text: str, old: str, new: str) -> str:
    """A call with the column's name changed in its texts, but not in the name of what it reads."""
    kept = [(found.start(), found.end()) for found in CALLS.finditer(text)]

    def written(found: re.Match[str]) -> str:
        quoted = text[: found.start()].count("'") % 2 or text[: found.start()].count('"') % 2
        in_call = any(start <= found.start() < end for start, end in kept)
        return new if quoted and not in_call else found[0]

    return re.sub(rf"(?<![\w.$]){re.escape(old)}(?![\w$])", written, text)
