"""A YAML file as lines, with the list items that have a name. It is not parsed: parsers are slow and forget lines."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

__all__ = ["YamlFile", "yaml_file"]

_NAME = re.compile(r"""[\s{,-]*name:\s*(?P<quote>["']?)(?P<name>[^"'#,}]+?)(?P=quote)\s*(#|,|}|$)""")
_NOTHING = re.compile(r"\s*(#|$)")
_COLUMNS = re.compile(r"[\s-]*columns:")


class YamlFile:
    """Places are numbers of lines, from 0."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self._names: dict[str, list[int]] = {}
        for place, line in enumerate(lines):
            if "name:" in line and (named := _NAME.match(line)):
                self._names.setdefault(named["name"], []).append(place)
        self.item = cache(self._item)

    def named(self, name: str, block: range) -> int | None:
        """The first place in a block where an item says its name."""
        return next((place for place in self._names.get(name, ()) if place in block), None)

    def own(self, item: range) -> Sequence[int]:
        """What an item says of itself, without the items of its columns."""
        start = next((place for place in item if _COLUMNS.match(self.lines[place])), None)
        if start is None:
            return item
        indent = _indent(self.lines[start])
        after = range(start + 1, item.stop)
        end = next((at for at in after if self._ends(at, indent) and not _is_item(self.lines[at])), item.stop)
        return (*range(item.start, start), *range(end, item.stop))

    def _item(self, place: int) -> range:
        """The lines of the item whose name stands at a place."""
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
