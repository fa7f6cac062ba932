"""Reading somebody's dbt_project.yml, and adding hooks to it without touching anything else in it."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from ribbon.errors import ConfigError
from ribbon.settings import Settings, parse_settings

__all__ = ["HOOKS", "read_project", "with_hooks"]

# What Ribbon needs dbt to run around each invocation. The layer rule is for projects that are laid out in layers.
HOOKS = {
    "on-run-start": ("{{ create_lake_views() }}", "{{ record_run_start() }}"),
    "on-run-end": ("{{ record_run_end(results) }}",),
}


def read_project(path: Path) -> tuple[str, Settings]:
    """The text of dbt_project.yml, line ends as they are, and what it says. Raises ConfigError where it is broken."""
    if not path.is_file():
        raise ConfigError(f"{path.parent}: there is no dbt_project.yml. Name the folder of a dbt project.")
    content = path.read_bytes()
    settings = parse_settings(content, path)
    if not settings.document.get("name"):
        raise ConfigError(f"{path}: `name` is missing. Fix it first; `dbt parse` shows more.")
    return content.decode("utf-8"), settings


def with_hooks(text: str, document: Mapping[str, Any], path: Path) -> str:
    """The text with those of HOOKS that it lacks. Raises ConfigError, and says what to add, where that is not safe.

    The outcome is parsed again: it has to say what it said before, and the hooks, and nothing else.
    """
    expected = dict(document)
    changed = text
    try:
        for key, hooks in HOOKS.items():
            present = _as_list(document.get(key))
            missing = [hook for hook in hooks if not any(_macro_of(hook) in str(there) for there in present)]
            if missing:
                expected[key] = [*present, *missing]
                changed = _insert(changed, key, missing)
        safe = yaml.safe_load(changed) == expected
    except yaml.YAMLError:
        safe = False
    if not safe:
        by_hand = "; ".join(f"{key}: {json.dumps(list(hooks))}" for key, hooks in HOOKS.items())
        raise ConfigError(f"{path}: hooks cannot be added safely. Add these by hand, then run this again: {by_hand}")
    return changed


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _macro_of(hook: str) -> str:
    """`record_run_start(` of a hook that calls it."""
    return hook.removeprefix("{{ ").split("(")[0] + "("


def _insert(text: str, key: str, hooks: Sequence[str]) -> str:
    """Write hooks where the key's value ends, in the style that is there; a key that is missing comes last."""
    newline = "\r\n" if "\r\n" in text else "\n"
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    node = next((value for name, value in root.value if name.value == key), None)
    quoted = [json.dumps(hook) for hook in hooks]
    if node is None:
        lines = [
            "",
            "# Ribbon: views of the lake, and the history of runs.",
            f"{key}:",
            *(f"  - {hook}" for hook in quoted),
        ]
        return text.rstrip() + newline + newline.join(lines) + newline
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.ScalarNode):
        said = [text[start:end] if node.style in ("'", '"') else json.dumps(node.value)] if node.value else []
        space = "" if said or text[start - 1 : start].isspace() else " "
        after = newline if text[start:end].endswith("\n") else ""
        return f"{text[:start]}{space}[{', '.join([*said, *quoted])}]{after}{text[end:]}"
    if node.flow_style:
        separator = ", " if node.value else ""
        return f"{text[: end - 1].rstrip()}{separator}{', '.join(quoted)}{text[end - 1 :]}"
    last = node.value[-1].end_mark
    lines = text.splitlines(keepends=True)
    place = last.line if last.column == 0 else last.line + 1
    if place and not lines[place - 1].endswith("\n"):
        lines[place - 1] += newline
    indent = " " * node.start_mark.column
    lines[place:place] = [f"{indent}- {hook}{newline}" for hook in quoted]
    return "".join(lines)
