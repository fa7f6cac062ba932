"""Adding to a YAML file, or changing a value in it, without writing anything else in it anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

__all__ = ["Step", "YamlText"]

Node = Any  # PyYAML has no types
# A step down: a key of a mapping, or (key, value) of the item of a list that says so.
Step = str | tuple[str, str]


@dataclass(frozen=True)
class YamlText:
    """A text, and places in it that are found by what they say. Each change gives a new one; the text may not parse.

    A step that is a word goes into a mapping, or finds the item of a list that is this word; one that is a pair,
    `("name", "orders")`, finds the item of a list that says so.
    """

    text: str

    @property
    def parses(self) -> bool:
        """Whether it is YAML."""
        try:
            yaml.safe_load(self.text)
        except yaml.YAMLError:
            return False
        return True

    def has(self, *steps: Step) -> bool:
        """Whether there is such a place."""
        return self._find(steps) is not None

    def value(self, *steps: Step) -> str | None:
        """A single value as it reads; None where there is none."""
        node = self._find(steps)
        return str(node.value) if isinstance(node, yaml.ScalarNode) else None

    def items(self, *steps: Step) -> tuple[dict[str, Any], ...]:
        """The items of a list, as what they say of themselves in single values; others are empty."""
        node = self._find(steps)
        found = node.value if isinstance(node, yaml.SequenceNode) else []
        return tuple(_scalars(item) for item in found)

    def is_flow(self, *steps: Step) -> bool:
        """Whether a place is written in brackets, on a line with others."""
        return bool(getattr(self._find(steps), "flow_style", False))

    def with_value(self, *steps: Step, to: str) -> "YamlText":
        """Another single value in the place of one; the quotes are part of `to`."""
        node = self._place(steps)
        return self._spliced(node.start_mark.index, node.end_mark.index, to)

    def start_of(self, *steps: Step) -> str:
        """The first sign of a value as it is written: a quote, the bar of a block, or a letter."""
        return self.text[self._place(steps).start_mark.index]

    def with_start(self, *steps: Step, text: str) -> "YamlText":
        """A single value with a text in front, behind its quote where it has one."""
        start = self._place(steps).start_mark.index + (self.start_of(*steps) in "\"'")
        return self._spliced(start, start, text)

    def with_key(self, *steps: Step, key: str, flow: str, after: str | None = None) -> "YamlText":
        """A key that a mapping lacks, with its value on one line. after: the key it follows; the last without it."""
        node = self._place(steps)
        if node.flow_style:
            return self._in_brackets(node, f"{key}: {flow}")
        named = [value for name, value in node.value if name.value == after] or [node.value[-1][1]]
        return self._inserted(_end_line(named[0]), [f"{' ' * node.start_mark.column}{key}: {flow}"])

    def with_item(self, *steps: Step, lines: Sequence[str], flow: str, after: Step | None = None) -> "YamlText":
        """An item at the end of a list, or after one of it. lines: in block style, from `- `; flow: in brackets."""
        node = self._place(steps)
        if node.flow_style:
            return self._in_brackets(node, flow)
        last = _item(node, after) if after else node.value[-1]
        indent = " " * node.start_mark.column
        return self._inserted(_end_line(last), [f"{indent}{line}" if line else "" for line in lines])

    def without_item(self, *steps: Step, item: str | tuple[str, str] | int) -> "YamlText":
        """The list without the item that is this, says this, or has this place; one of one item loses its key too."""
        node = self._place(steps)
        gone: Node = node.value[item] if isinstance(item, int) else _item(node, item)
        place = node.value.index(gone)
        if node.flow_style:
            start = node.value[place - 1].end_mark.index if place else node.start_mark.index + 1
            following = node.value[place + 1].start_mark.index if place + 1 < len(node.value) else None
            if not place and following:
                return self._spliced(start, following, "")
            return self._spliced(start, gone.end_mark.index, "")
        lines = self.text.splitlines(keepends=True)
        end = _end_line(gone)
        start = gone.start_mark.line if len(node.value) > 1 else self._key_line(steps)
        return YamlText("".join(lines[:start] + lines[end:]))

    def _find(self, steps: Sequence[Step]) -> Node | None:
        try:
            node = yaml.compose(self.text, Loader=yaml.SafeLoader)
        except yaml.YAMLError:
            return None
        for step in steps:
            in_mapping = isinstance(step, str) and not isinstance(node, yaml.SequenceNode)
            node = _value(node, str(step)) if in_mapping else _item(node, step)
            if node is None:
                return None
        return node

    def _place(self, steps: Sequence[Step]) -> Node:
        node = self._find(steps)
        if node is None:
            raise KeyError(" ".join(map(str, steps)))
        return node

    def _key_line(self, steps: Sequence[Step]) -> int:
        """Where the key of a value stands: there may be comments between them."""
        return next(int(key.start_mark.line) for key, _ in self._place(steps[:-1]).value if key.value == steps[-1])

    def _in_brackets(self, node: Node, new: str) -> "YamlText":
        """Something more at the end of what is in brackets."""
        end = int(node.end_mark.index) - 1
        return self._spliced(len(self.text[:end].rstrip()), end, f"{', ' if node.value else ''}{new}")

    def _spliced(self, start: int, end: int, new: str) -> "YamlText":
        return YamlText(f"{self.text[:start]}{new}{self.text[end:]}")

    def _inserted(self, line: int, new: Sequence[str]) -> "YamlText":
        newline = "\r\n" if "\r\n" in self.text else "\n"
        lines = self.text.splitlines(keepends=True)
        if line and not lines[line - 1].endswith("\n"):
            lines[line - 1] += newline
        return YamlText("".join([*lines[:line], *(f"{each}{newline}" for each in new), *lines[line:]]))


def _value(node: Node, key: str) -> Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def _item(node: Node, said: Step) -> Node | None:
    for item in node.value if isinstance(node, yaml.SequenceNode) else []:
        if isinstance(said, str):
            if isinstance(item, yaml.ScalarNode) and item.value == said:
                return item
        elif (value := _value(item, said[0])) is not None and value.value == said[1]:
            return item
    return None


def _scalars(node: Node) -> dict[str, Any]:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return {name.value: value.value for name, value in pairs if isinstance(value, yaml.ScalarNode)}


def _end_line(node: Node) -> int:
    """The line after the last one that a node is written on; PyYAML counts comments that follow as part of a block."""
    while not isinstance(node, yaml.ScalarNode) and not node.flow_style and node.value:
        node = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
    end = node.end_mark
    return int(end.line if end.column == 0 and end.index > node.start_mark.index else end.line + 1)
