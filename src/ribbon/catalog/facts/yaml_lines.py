"""The lines on which tests stand in the project's YAML files."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from ribbon.catalog.facts.yaml_items import YamlFile, yaml_file

__all__ = ["Named", "line_of"]


@dataclass(frozen=True)
class Named:
    """What a test is known by. names: what it may be called, the most telling first. values: of its arguments."""

    names: tuple[str, ...]
    values: tuple[str, ...] = ()


def line_of(path: Path, items: Sequence[str], column: str | None = None, named: Named | None = None) -> int | None:
    """The line, from 1, of a test of a column or a relation; None where the file is not there.

    items: names from the outermost to the innermost, each written as `name: …`: a source and its table, or a model.
    Where the test cannot be found, the line of the innermost thing that can.
    """
    file = yaml_file(path)
    found, block = None, range(len(file.lines))
    for name in (*items, column) if column else items:
        place = file.named(name, block if found is None else range(found, block.stop))  # a column may be a namesake
        if place is None:
            return found
        found, block = place + 1, file.item(place)
    here = block if column else file.own(block)
    return (_tested(file, here, named) if named else None) or found


def _tested(file: YamlFile, block: Sequence[int], named: Named) -> int | None:
    """The line with a test's name as a word of its own; of several, the one whose lines hold most of its values."""
    for name in named.names:
        found = [place for place in block if name in file.lines[place] and _has_word(file.lines[place], name)]
        if found[1:] and found[0] == block[0]:  # the item's own name, if that is the same
            found = found[1:]
        if found:
            return _likeliest(file.lines, found, block[-1] + 1, named.values) + 1
    return None


def _likeliest(lines: Sequence[str], found: Sequence[int], end: int, values: Sequence[str]) -> int:
    if not found[1:]:
        return found[0]
    texts = ("\n".join(lines[start:stop]) for start, stop in pairwise((*found, end)))
    scores = [sum(value in text and _has_word(text, value) for value in values) for text in texts]
    return found[scores.index(max(scores))]


def _has_word(text: str, word: str) -> bool:
    return any(_bare(text, match.start(), match.end()) for match in re.finditer(re.escape(word), text))


def _bare(text: str, start: int, end: int) -> bool:
    """Whether what stands between two places is no part of a longer name, nor of a comment."""
    before, after = text[start - 1 : start], text[end : end + 1]
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return not (before.isalnum() or before in {"_", "."} or after.isalnum() or after in {"_", "."} or " #" in line)
