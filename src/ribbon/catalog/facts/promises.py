"""A dbt test as a promise."""

from collections.abc import Mapping
from typing import Any

from ribbon.catalog.facts.variables import with_values
from ribbon.catalog.facts.words import singular_words, words_of
from ribbon.catalog.facts.yaml_lines import Named
from ribbon.catalog.views import PromiseView
from ribbon.dbt.documentation import Test, TestMetadata

__all__ = ["known_by", "promise_of"]


def promise_of(test: Test, line: int | None, variables: Mapping[str, Any]) -> PromiseView:
    """Without history and `gated`. line: of the test's file. variables: of its package; words tell their values."""
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
