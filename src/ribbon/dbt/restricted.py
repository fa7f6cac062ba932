"""What dbt says without values of restricted columns: as it says it, and in the files that it leaves."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

from ribbon.config import ProjectPaths
from ribbon.dbt.artifacts import read_artifacts
from ribbon.dbt.nodes import Node
from ribbon.dbt.rendered_settings import rendered_value
from ribbon.errors import ConfigError
from ribbon.masking import VALUE_ERRORS, masked, quotes_values
from ribbon.settings import read_settings

__all__ = ["MessageMask", "mask_files", "near_restricted"]

# An error in the log, up to the next entry: dbt begins one with the time, or with a rule over a run.
_IN_LOG = re.compile(rf"(?s){VALUE_ERRORS}.*?(?=\n\S*(?:\d\d:\d\d:\d\d\.\d+ \[\w+ *\]|=====)|\s*\Z)")


def near_restricted(nodes: Mapping[str, Node]) -> frozenset[str]:
    """The nodes that have restricted columns, or read one that does, however far up: their errors may quote values."""
    readers: dict[str, list[str]] = {}
    for key, node in nodes.items():
        for parent in node.depends_on.nodes:
            readers.setdefault(parent, []).append(key)
    ahead = [key for key, node in nodes.items() if any(column.restricted for column in node.columns.values())]
    near = set(ahead)
    for key in ahead:
        new = [reader for reader in readers.get(key, ()) if reader not in near]
        near.update(new)
        ahead += new
    return frozenset(near)


def _masked(found: re.Match[str]) -> str:
    return masked(found[0])


class MessageMask:
    """Masks the messages of nodes near restricted columns. The artifacts are read when a message may quote a value.

    target_dir: where dbt writes its artifacts.
    """

    def __init__(self, target_dir: Path) -> None:
        self._target_dir = target_dir

    def __call__(self, text: str, unique_id: str | None = None) -> str:
        """The message, masked where it is of such a node, of one that is no relation, or of none that is known."""
        return masked(text) if quotes_values(text) and self._may_quote(unique_id) else text

    def of_document(self, value: Any, unique_id: str | None = None) -> Any:
        """The same for all texts of a JSON document. What has a unique id is of that node."""
        if isinstance(value, dict):
            unique_id = str(value.get("unique_id") or unique_id or "")
            return {key: self.of_document(each, unique_id) for key, each in value.items()}
        if isinstance(value, list):
            return [self.of_document(each, unique_id) for each in value]
        return self(value, unique_id) if isinstance(value, str) else value

    def of_log(self, text: str) -> str:
        """The same for a log, of text and of JSON lines."""
        if not self._may_quote(None):
            return text
        parts: list[str] = []
        for is_json, group in groupby(text.splitlines(keepends=True), lambda line: line.startswith("{")):
            lines = list(group)
            parts += map(self._of_json, lines) if is_json else [_IN_LOG.sub(_masked, "".join(lines))]
        return "".join(parts)

    def _of_json(self, line: str) -> str:
        if not quotes_values(line):
            return line
        try:
            return json.dumps(self.of_document(json.loads(line))) + "\n"
        except ValueError:
            return masked(line) + "\n"

    def _may_quote(self, unique_id: str | None) -> bool:
        if self._known is None:
            return True
        nodes, near = self._known
        return unique_id in near if unique_id in nodes else bool(near)

    @cached_property
    def _known(self) -> tuple[Mapping[str, Node], frozenset[str]] | None:
        """The nodes of the project, and those near restricted columns; None where no manifest can be read."""
        try:
            nodes = read_artifacts(self._target_dir).nodes
        except ConfigError:
            return None
        return nodes, near_restricted(nodes)


def mask_files(project: ProjectPaths, target_dir: Path, mask: MessageMask) -> None:
    """Mask what dbt wrote into its results and its log. What cannot be written stays."""
    with suppress(OSError, ValueError):
        _rewrite(target_dir / "run_results.json", lambda text: json.dumps(mask.of_document(json.loads(text))))
    for log in _logs(project):
        with suppress(OSError, ValueError):
            _rewrite(log, mask.of_log)


def _rewrite(path: Path, change: Any) -> None:
    if not path.is_file():
        return
    before = path.read_text(encoding="utf-8")
    after = change(before) if quotes_values(before) else before
    if after != before:
        draft = path.with_name(f".{path.name}.masked")
        draft.write_text(after, encoding="utf-8")
        draft.replace(path)


def _logs(project: ProjectPaths) -> Iterator[Path]:
    """The logs of dbt, those it rotated among them."""
    folder = os.environ.get("DBT_LOG_PATH") or os.environ.get("DBT_ENGINE_LOG_PATH")
    with suppress(ConfigError):
        settings = read_settings(project.project_dir)
        named = settings.document.get("log-path")
        folder = folder or (rendered_value(project, settings.path, named) if named else None)
    yield from sorted((project.project_dir / (folder or "logs")).glob("dbt.log*"))
