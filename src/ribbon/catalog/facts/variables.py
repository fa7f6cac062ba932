"""Variables of the project in what a contract says, as the gate puts them in before it measures."""

import ast
import re
from collections.abc import Mapping
from typing import Any

__all__ = ["with_values"]

_CALL = r"""var\(\s*(?P<quote>["'])(?P<name>\w+)(?P=quote)\s*(?:,\s*(?P<default>[^()]+?)\s*)?\)"""
_BARE = re.compile(_CALL)
_INSIDE = re.compile(rf"\{{\{{-?\s*{_CALL}\s*-?\}}\}}")


def with_values(said: Any, variables: Mapping[str, Any]) -> Any:
    """An argument, or arguments within lists and mappings, with the value in place of `{{ var('name', default) }}`.

    What is a variable and nothing else takes its value as it is. As written stays what nobody gives a value to, other
    Jinja, and a default that is no literal.
    """
    if isinstance(said, dict):
        return {key: with_values(each, variables) for key, each in said.items()}
    if isinstance(said, list):
        return [with_values(each, variables) for each in said]
    if not isinstance(said, str) or "var(" not in said:
        return said
    alone = _BARE.fullmatch(said.strip()) or _INSIDE.fullmatch(said.strip())
    return _value(alone, variables) if alone else _INSIDE.sub(lambda call: str(_value(call, variables)), said)


def _value(call: re.Match[str], variables: Mapping[str, Any]) -> Any:
    if call["name"] in variables:
        return variables[call["name"]]
    try:
        return call[0] if call["default"] is None else ast.literal_eval(call["default"])
    except (SyntaxError, ValueError):
        return call[0]
