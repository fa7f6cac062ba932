"""The lines of tests in YAML files, which are not parsed: parsers are slow and forget lines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

__all__ = ["Named", "line_of"]

_NAME = re.compile(r"""[\s{,-]*name:\s*(?P<quote>["']?)(?P<name>[^"'#,}]+?)(?P=quote)\s*(#|,|}|$)""")
_NOTHING = re.compile(r"\s*(#|$)")
_COLUMNS = re.compile(r"[\s-]*columns:")


class YamlFile:
    """A file by its lines, numbered from 0."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self._names: dict[str, list[int]] = {}
        for place, line in enumerate(lines):
            if "name:" in line and (named := _NAME.match(line)):
                self._names.setdefault(named["name"], []).append(place)
        self.item = cache(self._item)

    def named(self, name: str, block: range) -> int | None:
        """The first line in a block with the name of an item."""
        return next((place for place in self._names.get(name, ()) if place in block), None)

    def own(self, item: range) -> Sequence[int]:
        """The lines of an item, without those of its columns."""
        start = next((place for place in item if _COLUMNS.match(self.lines[place])), None)
        if start is None:
            return item
        indent = _indent(self.lines[start])
        after = range(start + 1, item.stop)
        end = next((at for at in after if self._ends(at, indent) and not _is_item(self.lines[at])), item.stop)
        return (*range(item.start, start), *range(end, item.stop))

    def _item(self, place: int) -> range:
        """The lines of the item whose name is on a line."""
        start, indent = place, _indent(self.lines[place])
        if not _is_item(self.lines[place]):
            start = next((at for at in range(place, -1, -1) if self._begins(at, indent)), place)
            indent = _indent(self.lines[start])
        end = next((at for at in range(place + 1, len(self.lines)) if self._ends(at, indent)), len(self.lines))
        return range(start, end)

    def _begins(self, place: int, indent: int) -> bool:
        return _is_item(self.lines[place]) and _indent(self.lines[place]) < indent

    def _ends(self, place: int, indent: int) -> bool:
        return _indent(self.lines[place]) <= indent and not _NOTHING.match(self.lines[place])


@lru_cache(maxsize=64)
def yaml_file(path: Path) -> YamlFile:
    """A file; an empty one where it cannot be read."""
    try:
        return YamlFile(path.read_text(encoding="utf-8").splitlines())
    except (OSError, UnicodeDecodeError):
        return YamlFile(())


def _is_item(line: str) -> bool:
    return line.lstrip().startswith("-")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


@dataclass(frozen=True)
class Named:
    """What a test is known by. names: what it may be called, the most specific first. values: of its arguments."""

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
    """Whether the text between two positions is no part of a longer name, nor of a comment."""
    before, after = text[start - 1 : start], text[end : end + 1]
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return not (before.isalnum() or before in {"_", "."} or after.isalnum() or after in {"_", "."} or " #" in line)
