"""LIKE patterns as regexes: Great Expectations knows LIKE in databases only."""

import re
from collections.abc import Mapping
from typing import Any

__all__ = ["without_like"]

WILD = {"%": "(?s:.*)", "_": "(?s:.)"}


def without_like(name: str, arguments: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The expectation of a regex that says the same; any other expectation as it is."""
    if "_like_pattern" not in name:
        return name, dict(arguments)
    said = {
        key: value for key, value in arguments.items() if key not in ("like_pattern", "like_pattern_list", "escape")
    }
    escape = arguments.get("escape")
    if "like_pattern" in arguments:
        said["regex"] = _regex(arguments["like_pattern"], escape)
    if "like_pattern_list" in arguments:
        said["regex_list"] = [_regex(pattern, escape) for pattern in arguments["like_pattern_list"]]
    return name.replace("_like_pattern", "_regex"), said


def _regex(pattern: str, escape: str | None) -> str:
    said, letters = "", iter(pattern)
    for letter in letters:
        if letter == escape:
            said += re.escape(next(letters, letter))
        else:
            said += WILD.get(letter) or re.escape(letter)
    return rf"\A{said}\Z"
