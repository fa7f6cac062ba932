"""Adding to the lists of somebody's YAML file, and taking out of them, without touching anything else in it."""

from collections.abc import Callable, Sequence
from typing import Any

import yaml

__all__ = ["UnsafeEditError", "with_items", "without_items"]


class UnsafeEditError(Exception):
    """A text edit would change more than it should, for example because of an alias."""


def with_items(text: str, key: str, items: Sequence[str]) -> str:
    """The text with items, in YAML, at the end of the list under a top-level key; a key that is missing comes last.

    Raises UnsafeEditError where the outcome would not say what the text says, and the items.
    """
    document = _document(text)
    present = document.get(key)
    there = [] if present is None else present if isinstance(present, list) else [present]
    changed = _insert(text, key, items)
    return _checked(changed, document | {key: [*there, *(yaml.safe_load(item) for item in items)]})


def without_items(text: str, key: str, unwanted: Callable[[Any], bool]) -> str:
    """The text without those items of a list; without the key where nothing is left of it.

    Raises UnsafeEditError where the outcome would not say the rest of what the text says.
    """
    document = _document(text)
    present = document.get(key)
    there = [] if present is None else present if isinstance(present, list) else [present]
    left = [item for item in there if not unwanted(item)]
    if len(left) == len(there):
        return text
    if not left:
        expected = {name: value for name, value in document.items() if name != key}
        return _checked(_without_key(text, key), expected)
    return _checked(_delete(text, key, [unwanted(item) for item in there]), document | {key: left})


def _document(text: str) -> dict[str, Any]:
    document = yaml.safe_load(text)
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise UnsafeEditError
    return document


def _checked(changed: str, expected: dict[str, Any]) -> str:
    try:
        safe = _document(changed) == expected
    except yaml.YAMLError:
        safe = False
    if not safe:
        raise UnsafeEditError
    return changed


def _value_of(text: str, key: str) -> tuple[yaml.Node, yaml.Node] | None:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    return next((pair for pair in root.value if pair[0].value == key), None) if root else None


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _insert(text: str, key: str, items: Sequence[str]) -> str:
    newline = _newline(text)
    found = _value_of(text, key)
    if found is None:
        lines = [f"{key}:", *(f"  - {item}" for item in items)]
        start = text.rstrip() + newline * 2 if text.strip() else ""
        return start + newline.join(lines) + newline
    node = found[1]
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.ScalarNode):
        first = text[start:end] if node.style in ("'", '"') else f"'{node.value}'" if "'" not in node.value else None
        if first is None:
            raise UnsafeEditError
        said = [first] if node.value else []
        space = "" if said or text[start - 1 : start].isspace() else " "
        after = newline if text[start:end].endswith("\n") else ""
        return f"{text[:start]}{space}[{', '.join([*said, *map(_in_flow, items)])}]{after}{text[end:]}"
    if node.flow_style:
        separator = ", " if node.value else ""
        return f"{text[: end - 1].rstrip()}{separator}{', '.join(map(_in_flow, items))}{text[end - 1 :]}"
    lines = text.splitlines(keepends=True)
    place = _line_after(node.value[-1])
    if place and not lines[place - 1].endswith("\n"):
        lines[place - 1] += newline
    indent = " " * node.start_mark.column
    lines[place:place] = [f"{indent}- {item}{newline}" for item in items]
    return "".join(lines)


def _in_flow(item: str) -> str:
    """A mapping of one line as it is written inside brackets."""
    return f"{{{item}}}" if isinstance(yaml.safe_load(item), dict) and not item.startswith("{") else item


def _line_after(node: yaml.Node) -> int:
    """The line after the last value of a node; a node itself ends after the comments that follow it."""
    while isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    end = node.end_mark
    return int(end.line if end.column == 0 else end.line + 1)


def _without_key(text: str, key: str) -> str:
    found = _value_of(text, key)
    lines = text.splitlines(keepends=True)
    first, last = (found[0].start_mark.line, _line_after(found[1])) if found else (0, 0)
    if first and not lines[first - 1].strip() and last >= len(lines):
        first -= 1  # the blank line that set it apart
    return "".join(lines[:first] + lines[last:])


def _delete(text: str, key: str, unwanted: Sequence[bool]) -> str:
    found = _value_of(text, key)
    if found is None or not isinstance(found[1], yaml.SequenceNode):
        raise UnsafeEditError
    nodes = found[1].value
    if not found[1].flow_style:
        lines = text.splitlines(keepends=True)
        for node, gone in reversed(list(zip(nodes, unwanted, strict=True))):
            if gone:
                del lines[node.start_mark.line : _line_after(node)]
        return "".join(lines)
    for place in reversed(range(len(nodes))):
        if unwanted[place]:
            start, end = nodes[place].start_mark.index, nodes[place].end_mark.index
            if place:
                start = nodes[place - 1].end_mark.index
            elif len(nodes) > 1:
                end = nodes[1].start_mark.index
            text = text[:start] + text[end:]
    return text
