"""What in a project needs Ribbon: without the package dbt refuses it, or it means less."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from ribbon.settings import FILE, PATHS, Settings

__all__ = ["Need", "find_needs"]

_YAML = (".yml", ".yaml")
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_CALL = re.compile(r"(?<![\w.'\"])ribbon\s*\.\s*\w+")
_TESTS = frozenset({"tests", "data_tests"})
# Metadata that the gate and `ribbon land` read.
_ON_UNEXPECTED = "on_unexpected"
_DELIVERY = "delivery"
_DELIVERIES = frozenset({"append", "snapshot"})


@dataclass(frozen=True)
class Need:
    """A place that needs Ribbon. path: in the project. line: from 1. what: as it is written there."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        """path:line: what."""
        return f"{self.path}:{self.line}: {self.what}"


def find_needs(
    project_dir: Path, settings: Settings, texts: Mapping[Path, str | None], bare: Collection[str]
) -> list[Need]:
    """Every place of a project that calls the package, or says what only Ribbon understands, in the order of files.

    texts: files as they will be, None for those that will be gone. bare: names that will not be defined any more.
    """
    found: list[Need] = []
    for path in sorted({project_dir / FILE, *_files(project_dir, settings)}):
        text = texts[path] if path in texts else path.read_text(encoding="utf-8", errors="replace")
        if text is not None:
            read = _of_yaml if path.suffix in _YAML else _of_jinja
            name = path.relative_to(project_dir).as_posix()
            found += (Need(name, line, what) for line, what in read(text, bare))
    return found


def _files(project_dir: Path, settings: Settings) -> Iterator[Path]:
    for key, default in PATHS.items():
        for folder in map(str, settings.listed(key, default)):
            for path in (project_dir / folder).rglob("*"):
                if path.suffix in {".sql", ".py", *_YAML} and path.is_file():
                    yield path


def _of_jinja(text: str, bare: Collection[str]) -> Iterator[tuple[int, str]]:
    """Calls in a template, each with its line."""
    code = _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    calls = re.compile(rf"{_CALL.pattern}|(?<![\w.'\"])(?:{'|'.join(sorted(bare))})(?=\s*\()") if bare else _CALL
    for block in _JINJA.finditer(code):
        for call in calls.finditer(block[0]):
            yield code.count("\n", 0, block.start() + call.start()) + 1, call[0]


def _of_yaml(text: str, bare: Collection[str]) -> list[tuple[int, str]]:
    """Tests, settings and Jinja in a YAML file; nothing in one that dbt cannot read either."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        return list(_of_node(root, bare)) if root is not None else []
    except (yaml.YAMLError, RecursionError):
        return []


def _of_node(node: yaml.Node, bare: Collection[str]) -> Iterator[tuple[int, str]]:
    if isinstance(node, yaml.ScalarNode):
        yield from ((node.start_mark.line + line, what) for line, what in _of_jinja(node.value, bare))
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _of_node(item, bare)
    else:
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.value in _TESTS and isinstance(value, yaml.SequenceNode):
                yield from _of_tests(value, bare)
            elif key.value == _ON_UNEXPECTED:
                yield line, f"{_ON_UNEXPECTED}: {value.value}"
            elif key.value == _DELIVERY and str(value.value) in _DELIVERIES:
                yield line, f"{_DELIVERY}: {value.value}"
            yield from _of_node(value, bare)


def _of_tests(tests: yaml.SequenceNode, bare: Collection[str]) -> Iterator[tuple[int, str]]:
    """The tests in a list that are the package's: by their name, or by `test_name`."""
    for test in tests.value:
        names = [test] if isinstance(test, yaml.ScalarNode) else []
        if isinstance(test, yaml.MappingNode):
            names = [value if key.value == "test_name" else key for key, value in test.value]
        for name in names:
            if str(name.value).startswith("ribbon.") or name.value in bare:
                yield name.start_mark.line + 1, str(name.value)
