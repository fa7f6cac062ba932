"""Edits of a model's SQL as text: a column added or renamed, a query moved into a model of its own.

The SQL is not parsed, because half of it is template. Jinja, comments and string literals are masked, and the rest is
read by its words and brackets. Where the text is not plain, there is no edit.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ribbon.sql.written import WrittenQuery, WrittenSql

__all__ = [
    "Block",
    "SqlText",
    "as_model",
    "selecting",
    "with_column_beside",
    "with_query_replaced",
    "with_source_column_renamed",
]

COVERED = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}|--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
CLAUSE = re.compile(
    r"\b(select|from|where|group\s+by|having|qualify|window|order\s+by|limit|union|on|using|join)\b", re.I
)
SOURCE = r"\{{\{{(?:(?!\}}\}}).)*?source\(\s*['\"]{system}['\"]\s*,\s*['\"]{table}['\"]\s*\)"
REF = r"\{{\{{(?:(?!\}}\}}).)*?ref\(\s*(?:['\"]\w+['\"]\s*,\s*)?['\"]{name}['\"]"

CALL = re.compile(r"\b(?:source|ref)\(([^)]*)\)")
ALIAS = r"(?:\s+(?:as\s+)?(?!(?:where|join|left|right|inner|full|cross|on|group|order|limit|union)\b)(?P<alias>\w+))?"


@dataclass(frozen=True)
class Block:
    """A select without the selects inside it. start, end: positions in the text.

    name: of the CTE whose body it is, empty for others.
    """

    start: int
    end: int
    name: str
    inner: tuple[tuple[int, int], ...] = ()

    def __contains__(self, place: int) -> bool:
        """Whether a position is in it, and in none of the selects inside it."""
        return self.start <= place < self.end and not any(start <= place < end for start, end in self.inner)


@dataclass(frozen=True)
class SqlText:
    """A model's SQL with its Jinja."""

    text: str

    @cached_property
    def bare(self) -> str:
        """The text with Jinja, comments and string literals replaced by blanks; positions stay the same."""
        return COVERED.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), self.text)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The selects, in the order in which they begin; last, the whole text."""
        spans = list(self._selects_in_brackets())
        whole = [(0, len(self.text), "")]
        return tuple(
            Block(start, end, name, tuple((a, b) for a, b, _ in spans if start < a and b <= end))
            for start, end, name in spans + whole
        )

    def reading_source(self, system: str, table: str) -> tuple[Block, ...]:
        """The selects that read a source, directly or through a CTE that selects all of it."""
        pattern = SOURCE.format(system=re.escape(system), table=re.escape(table))
        return self._reading([found.start() for found in re.finditer(pattern, self.text, re.DOTALL)])

    def names_of_source(self, system: str, table: str) -> frozenset[str]:
        """What qualifies columns of a source, in lower case: its aliases, and CTEs that select all of it."""
        pattern = SOURCE.format(system=re.escape(system), table=re.escape(table))
        called = list(re.finditer(rf"{pattern}(?:(?!\}}\}}).)*?\}}\}}{ALIAS}", self.text, re.IGNORECASE | re.DOTALL))
        first = [block for block in self.blocks if any(found.start() in block for found in called)]
        names = {block.name for block in first if block.name and self.takes_all(block)}
        for name in tuple(names):
            called += re.finditer(rf"\b(?:from|join)\s+{re.escape(name)}\b{ALIAS}", self.bare, re.IGNORECASE)
        return frozenset(name.lower() for name in {*names, table, *(found["alias"] or "" for found in called)})

    def calls_of(self, block: Block) -> frozenset[tuple[str, ...]]:
        """The arguments of source() and ref() calls in a block; calls in comments do not count."""
        code = re.sub(r"--[^\n]*|\{#.*?#\}", lambda found: " " * len(found[0]), self.text, flags=re.DOTALL)
        calls = (found for found in CALL.finditer(code) if found.start() in block)
        return frozenset(tuple(re.findall(r"['\"]([^'\"]+)['\"]", found[1])) for found in calls)

    def takes_all(self, block: Block) -> bool:
        """Whether a select only returns all columns of what it reads."""
        return (
            re.match(r"\s*\(?\s*(with\s.*)?select\s+\*\s+from\b", self.own(block), re.IGNORECASE | re.DOTALL)
            is not None
        )

    def own(self, block: Block) -> str:
        """The text of a block, with the selects inside it replaced by blanks."""
        covered = self.bare[block.start : block.end]
        for start, end in block.inner:
            covered = f"{covered[: start - block.start]}{' ' * (end - start)}{covered[end - block.start :]}"
        return covered

    def words(self, word: str, block: Block) -> Iterator[re.Match[str]]:
        """Where a name occurs in a block, outside Jinja, string literals and comments."""
        for found in re.finditer(rf"(?<![\w$]){re.escape(word)}(?![\w$(])", self.bare, re.IGNORECASE):
            if found.start() in block:
                yield found

    def is_item(self, found: re.Match[str], block: Block) -> bool:
        """Whether a name is an item of the select list by itself: neither part of an expression nor renamed."""
        before = re.search(
            r"([\s,(]|\bselect\b|\bdistinct\b)\s*(?:\w+\s*\.\s*)?$", self.bare[block.start : found.start()]
        )
        after = re.match(r"\s*(,|\bfrom\b|\)|$)", self.bare[found.end() : block.end], re.IGNORECASE)
        head = re.sub(r"(\w+\s*\.\s*)?$", "", self.bare[block.start : found.start()]).rstrip()
        begins = head.endswith(",") or re.search(r"\b(select|distinct)$", head, re.IGNORECASE) is not None
        return bool(
            before
            and after
            and begins
            and self._clause(found.start(), block) == "select"
            and self._is_flat(found, block)
        )

    def _clause(self, place: int, block: Block) -> str:
        starts = [(found.start(), found[1].lower()) for found in CLAUSE.finditer(self.own(block))]
        at = bisect_right([start for start, _ in starts], place - block.start) - 1
        return starts[at][1] if at >= 0 else ""

    def _is_flat(self, found: re.Match[str], block: Block) -> bool:
        """Whether it is not inside brackets of the select list, such as the argument of a function."""
        own = self.own(block)[: found.start() - block.start]
        list_starts = [select.end() for select in re.finditer(r"\bselect\b", own, re.IGNORECASE)]
        before = own[list_starts[-1] :] if list_starts else ""
        return before.count("(") == before.count(")")

    def _reading(self, places: list[int]) -> tuple[Block, ...]:
        first = [block for block in self.blocks if any(place in block for place in places)]
        names = [block.name for block in first if block.name and self.takes_all(block)]
        any_of = "|".join(map(re.escape, names)) or "$^"
        reads = [found.start(1) for found in re.finditer(rf"\b(?:from|join)\s+({any_of})\b", self.bare, re.IGNORECASE)]
        second = [block for block in self.blocks if any(place in block for place in reads)]
        return tuple(dict.fromkeys([*first, *second]))

    def _selects_in_brackets(self) -> Iterator[tuple[int, int, str]]:
        opened: list[int] = []
        found = []
        for place, sign in enumerate(self.bare):
            if sign == "(":
                opened.append(place)
            elif sign == ")" and opened:
                start = opened.pop()
                if re.match(r"\(\s*(select|with)\b", self.bare[start:place], re.IGNORECASE):
                    named = re.search(
                        r"(\w+)\s+as\s*(?:(?:not\s+)?materialized\s*)?$", self.bare[:start], re.IGNORECASE
                    )
                    found.append((start, place, named[1] if named else ""))
        yield from sorted(found)


CALLS = re.compile(r"(source|ref)\([^)]*\)")
JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
CONFIG = re.compile(r"\{\{-?\s*config\(")  # names columns that the model returns, not those it reads
SET_OPERATION = re.compile(r"\b(union|except|intersect)\b|\bgroup\s+by\b|\bselect\s+distinct\b", re.IGNORECASE)


def with_column_beside(text: str, anchors: Iterable[str], column: str, source: tuple[str, str]) -> str | None:
    """The SQL with a new column wherever an anchor is selected, so that it is returned where the anchor is.

    anchors: columns that the model passes through unchanged; the last one that every select on the way lists is taken.
    source: system and table that they come from. None where no select lists one as an item of its own, where such a
    select reads something else too, or where rows are grouped or combined.
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
    """The SQL that reads a source's column by its new name, and returns it under the old one.

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
    """Whether it is selected, and not used in a condition or an order."""
    block = next(block for block in sql.blocks if match.start() in block)
    return sql.is_item(match, block) or re.match(r"\s+as\s", sql.bare[match.end() :], re.IGNORECASE) is not None


def _beside(text: str, match: re.Match[str], column: str) -> str:
    """A new item after another one, in the same style: on a line of its own, or on the same line."""
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
            continue  # a column of another relation
        if re.search(r"\bas\s+$", sql.bare[: match.start()], re.IGNORECASE):
            continue  # an alias of this select
        item = sql.is_item(match, block)
        yield match.start(), match.end(), f"{new} as {match[0]}" if item else new
    for jinja in JINJA.finditer(sql.text):
        if jinja.start() in block and not CONFIG.match(jinja[0]):
            changed = _in_jinja(jinja[0], old, new)
            if changed != jinja[0]:
                yield jinja.start(), jinja.end(), changed


def _in_jinja(text: str, old: str, new: str) -> str:
    """A call with the column's name changed in its strings, but not in the name of what it reads."""
    kept = [(found.start(), found.end()) for found in CALLS.finditer(text)]

    def written(found: re.Match[str]) -> str:
        quoted = text[: found.start()].count("'") % 2 or text[: found.start()].count('"') % 2
        in_call = any(start <= found.start() < end for start, end in kept)
        return new if quoted and not in_call else found[0]

    return re.sub(rf"(?<![\w.$]){re.escape(old)}(?![\w$])", written, text)


STEP = "    "


def as_model(written: WrittenSql, query: WrittenQuery, name: str, columns: Sequence[str] = ()) -> str | None:
    """A query with the CTEs it needs, as the text of a model; None where Jinja decides parts of it.

    columns: as the query names them; the model names them in lower case, as its contract does.
    """
    needed = [cte for cte in written.needed_by(written.named_in(query.body)) if cte.name != query.name]
    is_decided = any(written.is_decided((each.start, each.end)) for each in (*needed, query))
    if is_decided or name in {cte.name for cte in needed}:
        return None
    pieces = [written.text[cte.start : cte.end].strip() for cte in needed]
    body = _indented(written.text[slice(*query.body)], STEP)
    return "with\n\n" + ",\n\n".join((*pieces, f"{name} as (\n{body}\n)")) + f"\n\n{_select_all(name, columns)}\n"


def selecting(columns: Mapping[str, str], model: str) -> str:
    """A query that selects from a model. columns: of the model, by the names that the query gives them, in order."""
    items = [source if source == name else f"{source} as {name}" for name, source in columns.items()]
    listed = ",\n".join(f"{STEP}{item}" for item in items)
    return f"select\n{listed}\nfrom {{{{ ref('{model}') }}}}"


def with_query_replaced(written: WrittenSql, query: WrittenQuery, instead: str) -> str | None:
    """The text with one query replaced, without CTEs that are no longer read.

    None where Jinja decides what is there.
    """
    needed = written.needed_by(written.named_in(query.body))
    if any(written.is_decided((each.start, each.end)) for each in (*needed, query)):
        return None
    text = written.text
    kept = _kept(written, query, [cte.name for cte in needed])
    before = _indent(text, query)
    body = f"\n{_indented(instead, before + STEP)}\n{before}"
    pieces = [_replaced(text, (cte.start, cte.end), query, body) for cte in kept]
    if not written.ctes:
        return _replaced(text, (0, len(text)), query, body)
    head = text[: written.ctes[0].start] if pieces else text[: written.ctes[0].start].rstrip().removesuffix("with")
    rest = _replaced(text, (written.ctes[-1].end, len(text)), query, body)
    return head + ",".join(pieces) + (rest if pieces else rest.lstrip())


def _select_all(name: str, columns: Sequence[str]) -> str:
    if all(column == column.lower() for column in columns):
        return f"select * from {name}"  # noqa: S608 - SQL of a model, from its own SQL
    items = (column if column == column.lower() else f"{column} as {column.lower()}" for column in columns)
    listed = ",\n".join(f"{STEP}{item}" for item in items)
    return f"select\n{listed}\nfrom {name}"


def _kept(written: WrittenSql, query: WrittenQuery, needed: Sequence[str]) -> list[WrittenQuery]:
    """All CTEs but those that only the query was made from."""
    kept = list(written.ctes)
    for cte in reversed(written.ctes):
        if cte.name in needed and cte.name != query.name and cte.name not in _named(written, kept, query, cte):
            kept.remove(cte)
    return kept


def _named(
    written: WrittenSql, kept: Sequence[WrittenQuery], query: WrittenQuery, besides: WrittenQuery
) -> frozenset[str]:
    """What the text names without the replaced body, and without that of one CTE."""
    last = (written.ctes[-1].end, len(written.text))
    parts = [*(cte.body for cte in kept if cte not in (query, besides)), last]
    return written.named_in(*(piece for part in parts for piece in _around(part, query.body)))


def _around(part: tuple[int, int], gone: tuple[int, int]) -> list[tuple[int, int]]:
    if gone[1] <= part[0] or part[1] <= gone[0]:
        return [part]
    return [(part[0], gone[0]), (gone[1], part[1])]


def _replaced(text: str, part: tuple[int, int], query: WrittenQuery, body: str) -> str:
    """A part of the text, with the body of the query replaced if it contains it."""
    start, end = query.body
    if not (part[0] <= start and end <= part[1]):
        return text[slice(*part)]
    return text[part[0] : start] + body + text[end : part[1]]


def _indent(text: str, query: WrittenQuery) -> str:
    """The white space at the start of the line where the query's bracket opens."""
    line = text[text.rfind("\n", 0, query.body[0]) + 1 : query.body[0]]
    return line[: len(line) - len(line.lstrip())]


def _indented(body: str, indent: str) -> str:
    """The lines, indented, without their common indentation."""
    lines = body.strip("\n").rstrip().split("\n")
    later = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    common = min(later, default=0)
    return "\n".join(f"{indent}{line[common:]}" if line.strip() else "" for line in lines)
