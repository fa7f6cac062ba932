"""Expectations as YAML, in the style of the contracts in expectations/."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["flow", "lines_of_test", "scalar", "written"]

WIDTH = 130
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|ref\('[^']+'\)")
WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}


def written(kind: str, name: str, of_table: Sequence[Any], of_columns: Mapping[str, Sequence[Any]]) -> str:
    """A contract in YAML. An expectation is a name, or {name: {arguments: …}}."""
    lines = [f"{kind}:", f"  - name: {scalar(name)}"]
    if of_table:
        lines += ["    data_tests:", *(line for test in of_table for line in lines_of_test(test, 6))]
    if of_columns:
        lines.append("    columns:")
    for column, tests in of_columns.items():
        lines += [f"      - name: {scalar(column)}", "        data_tests:"]
        lines += [line for test in tests for line in lines_of_test(test, 10)]
    return "\n".join(lines)


def lines_of_test(test: Any, indent: int) -> list[str]:
    """A test as an item of a list, in block style."""
    space = " " * indent
    if isinstance(test, str):
        return [f"{space}- {test}"]
    ((name, body),) = test.items()
    line = f"{space}- {name}: {flow(body)}"
    if len(line) <= WIDTH:
        return [line]
    lines = [f"{space}- {name}:"]
    for key, value in body.items():
        if key == "arguments":
            lines += [f"{space}    arguments:", *(f"{space}      {each}: {flow(it)}" for each, it in value.items())]
        else:
            lines.append(f"{space}    {key}: {flow(value)}")
    return lines


def flow(value: Any) -> str:
    """A value in YAML's flow style, on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(part) for part in value) + "]"
    return scalar(value) if isinstance(value, str) else json.dumps(value)


def scalar(text: str) -> str:
    """A text, in quotes if YAML would read it as something else."""
    is_plain = PLAIN.fullmatch(text) and text.lower() not in WORDS
    return text if is_plain else json.dumps(text, ensure_ascii=False)
