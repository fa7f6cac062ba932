"""A model's SQL as it is written, with its Jinja: where selects begin and end, and what stands in their lists.

It is not parsed: half of it is template. Jinja, comments and texts are covered up, and what is left is looked at by its
words and brackets. What is not plain is left alone.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

__all__ = ["Block", "SqlText"]

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
    """A select with all that belongs to it, without the selects inside it. start, end: places in the text.

    name: of the CTE that it is the body of, empty for others.
    """

    start: int
    end: int
    name: str
    inner: tuple[tuple[int, int], ...] = ()

    def __contains__(self, place: int) -> bool:
        """Whether a place is in it, and in none of the selects inside it."""
        return self.start <= place < self.end and not any(start <= place < end for start, end in self.inner)


@dataclass(frozen=True)
class SqlText:
    """A text, and questions about it."""

    text: str

    @cached_property
    def bare(self) -> str:
        """The text with Jinja, comments and texts covered by blanks; every place stays where it is."""
        return COVERED.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), self.text)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The selects, in the order in which they begin; the last one outside of brackets is the whole text's."""
        spans = list(self._selects_in_brackets())
        whole = [(0, len(self.text), "")]
        return tuple(
            Block(start, end, name, tuple((a, b) for a, b, _ in spans if start < a and b <= end))
            for start, end, name in spans + whole
        )

    def reading_source(self, system: str, table: str) -> tuple[Block, ...]:
        """The selects that read a source: by itself, or by a CTE that only takes all of it."""
        pattern = SOURCE.format(system=re.escape(system), table=re.escape(table))
        return self._reading([found.start() for found in re.finditer(pattern, self.text, re.DOTALL)])

    def names_of_source(self, system: str, table: str) -> frozenset[str]:
        """What columns of a source are qualified with, in lower case: its aliases, and CTEs that take all of it."""
        pattern = SOURCE.format(system=re.escape(system), table=re.escape(table))
        called = list(re.finditer(rf"{pattern}(?:(?!\}}\}}).)*?\}}\}}{ALIAS}", self.text, re.IGNORECASE | re.DOTALL))
        first = [block for block in self.blocks if any(found.start() in block for found in called)]
        names = {block.name for block in first if block.name and self.takes_all(block)}
        for name in tuple(names):
            called += re.finditer(rf"\b(?:from|join)\s+{re.escape(name)}\b{ALIAS}", self.bare, re.IGNORECASE)
        return frozenset(name.lower() for name in {*names, table, *(found["alias"] or "" for found in called)})

    def calls_of(self, block: Block) -> frozenset[tuple[str, ...]]:
        """What a block itself reads by source() and ref(), as the names in the call; comments read nothing."""
        told = re.sub(r"--[^\n]*|\{#.*?#\}", lambda found: " " * len(found[0]), self.text, flags=re.DOTALL)
        calls = (found for found in CALL.finditer(told) if found.start() in block)
        return frozenset(tuple(re.findall(r"['\"]([^'\"]+)['\"]", found[1])) for found in calls)

    def takes_all(self, block: Block) -> bool:
        """Whether a select gives back all columns of what it reads, and adds none."""
        return (
            re.match(r"\s*\(?\s*(with\s.*)?select\s+\*\s+from\b", self.own(block), re.IGNORECASE | re.DOTALL)
            is not None
        )

    def own(self, block: Block) -> str:
        """The text of a block, with what is in it but not its own covered."""
        covered = self.bare[block.start : block.end]
        for start, end in block.inner:
            covered = f"{covered[: start - block.start]}{' ' * (end - start)}{covered[end - block.start :]}"
        return covered

    def words(self, word: str, block: Block) -> Iterator[re.Match[str]]:
        """Where a name stands in a block, outside of Jinja, texts and comments."""
        for found in re.finditer(rf"(?<![\w$]){re.escape(word)}(?![\w$(])", self.bare, re.IGNORECASE):
            if found.start() in block:
                yield found

    def is_item(self, found: re.Match[str], block: Block) -> bool:
        """Whether a name is an item of the block's select list by itself: neither computed with nor renamed."""
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
        """Whether it is in no brackets of the select list: no argument of a function."""
        own = self.own(block)[: found.start() - block.start]
        list_starts = [select.end() for select in re.finditer(r"\bselect\b", own, re.IGNORECASE)]
        before = own[list_starts[-1] :] if list_starts else ""
        return before.count("(") == before.count(")")

    def _reading(self, places: list[int]) -> tuple[Block, ...]:
        first = [block for block in self.blocks if any(place in block for place in places)]
        names = [block.name for block in first if block.name and self.takes_all(block)]
        told = "|".join(map(re.escape, names)) or "$^"
        reads = [found.start(1) for found in re.finditer(rf"\b(?:from|join)\s+({told})\b", self.bare, re.IGNORECASE)]
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
