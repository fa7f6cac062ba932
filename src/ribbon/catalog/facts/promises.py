"""A dbt test as a promise: its sentence, with values of variables, and the line on which it is declared."""

import ast
import re
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ribbon.catalog.facts.phrases import singular_words, words_of
from ribbon.catalog.facts.yaml_lines import Named, line_of
from ribbon.catalog.views import PromiseView
from ribbon.dbt.documentation import Test, TestMetadata
from ribbon.dbt.nodes import Node
from ribbon.settings import Settings

__all__ = ["DeclaringFiles", "promise_of"]

_CALL = r"""var\(\s*(?P<quote>["'])(?P<name>\w+)(?P=quote)\s*(?:,\s*(?P<default>[^()]+?)\s*)?\)"""
_BARE = re.compile(_CALL)
_INSIDE = re.compile(rf"\{{\{{-?\s*{_CALL}\s*-?\}}\}}")


def with_values(declared: Any, variables: Mapping[str, Any]) -> Any:
    """An argument, or arguments within lists and mappings, with the value in place of `{{ var('name', default) }}`.

    Text that is a variable and nothing else takes its value as it is. Variables without a value, other Jinja and
    defaults that are no literals stay as written.
    """
    if isinstance(declared, dict):
        return {key: with_values(each, variables) for key, each in declared.items()}
    if isinstance(declared, list):
        return [with_values(each, variables) for each in declared]
    if not isinstance(declared, str) or "var(" not in declared:
        return declared
    alone = _BARE.fullmatch(declared.strip()) or _INSIDE.fullmatch(declared.strip())
    return _value(alone, variables) if alone else _INSIDE.sub(lambda call: str(_value(call, variables)), declared)


def _value(call: re.Match[str], variables: Mapping[str, Any]) -> Any:
    if call["name"] in variables:
        return variables[call["name"]]
    try:
        return call[0] if call["default"] is None else ast.literal_eval(call["default"])
    except (SyntaxError, ValueError):
        return call[0]


def promise_of(test: Test, line: int | None, variables: Mapping[str, Any]) -> PromiseView:
    """Without history and `gated`. line: of the test's file. variables: of its package, for the words."""
    metadata = test.test_metadata or TestMetadata(test.name)
    column, arguments = test.column, metadata.arguments
    description = test.description or ""
    return PromiseView(
        test_id=test.unique_id,
        expectation=metadata.name,
        words=words_of(metadata.name, column, *with_values([arguments, test.config.where], variables))
        if test.test_metadata
        else singular_words(test.name, description),
        column=column,
        arguments=arguments,
        severity=_severity(test),
        description=description,
        file=test.original_file_path,
        line=line,
        where=test.config.where or "",
    )


def known_by(test: Test) -> Named | None:
    """What a generic test is known by where it is declared: its own name, that of the generic one, its arguments."""
    metadata = test.test_metadata
    if metadata is None:
        return None
    generic = f"{metadata.namespace}.{metadata.name}" if metadata.namespace else metadata.name
    plain = (value for value in metadata.arguments.values() if isinstance(value, str | int | float))
    return Named((test.name, generic), tuple(str(value) for value in plain))


def _severity(test: Test) -> str:
    """`on_unexpected: warn` is Ribbon's short form of dbt's `severity: warn`."""
    warns = (test.config.meta or {}).get("on_unexpected") == "warn"
    return "warn" if warns else (test.config.severity or "error").lower()


class DeclaringFiles:
    """The YAML files in which relations and tests are declared, in the project and in its packages."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._of_file = cache(lambda package, file: _digest(self._path(package, file)))

    def digest(self, node: Node) -> bytes:
        """Of the file that declares a relation, because lines in it move; empty without one."""
        package, _, patch = (node.patch_path or "").partition("://")
        file = node.original_file_path if node.resource_type == "source" else patch
        return self._of_file(package or node.package_name, file) if file else b""

    def line(self, test: Test, items: Sequence[str]) -> int | None:
        """Where a test is declared. items: the names that its relation has there, the source's first."""
        if test.test_metadata is None:
            return 1
        path = self._path(test.package_name, test.original_file_path)
        return line_of(path, items, test.column, known_by(test))

    def _path(self, package: str, file: str) -> Path:
        return self._settings.package_dir(package) / file


def _digest(path: Path) -> bytes:
    try:
        return blake2b(path.read_bytes(), digest_size=16).digest()
    except OSError:
        return b""
