"""Reading a YAML file that people write: what is wrong with it is said in words of YAML, not of Python."""

from pathlib import Path
from typing import Any

import yaml

from ribbon.errors import ConfigError

__all__ = ["parse_yaml", "read_yaml", "shown"]

# Characters of a value in a message.
LONGEST = 80


def read_yaml(path: Path) -> Any:
    """What a YAML file says; None where it is empty.

    Raises FileNotFoundError where there is none, ConfigError where it cannot be read, is not UTF-8 or not YAML.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}. Make it readable.") from error
    return parse_yaml(content, path)


def parse_yaml(content: bytes, path: Path) -> Any:
    """What the content of a YAML file says. Raises ConfigError where it is not UTF-8 or not YAML."""
    try:
        return yaml.safe_load(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}: line {line}: is not UTF-8 text. Save the file as UTF-8.") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: invalid YAML: {_described(error)}. Fix it first.") from error
    except ValueError as error:  # 2026-02-30 has the form of a date
        raise ConfigError(f"{path}: invalid YAML: a value cannot be read: {error}. Fix it first.") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: invalid YAML: brackets nest too deep. Fix it first.") from error


def shown(value: object) -> str:
    """A value as YAML writes it, in one line, for a message: null, true, [a, b]."""
    if isinstance(value, str):
        return f"'{_cut(value)}'"
    return _cut(yaml.safe_dump(value, default_flow_style=True, width=float("inf"), allow_unicode=True).split("\n")[0])


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _described(error: yaml.YAMLError) -> str:
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    if mark is None or problem is None:
        return " ".join(str(error).split())
    return f"line {mark.line + 1}, column {mark.column + 1}: {problem}"
