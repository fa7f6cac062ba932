"""The YAML files that a project's relations and tests are declared in."""

from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path

from ribbon.catalog.facts.promises import known_by
from ribbon.catalog.facts.yaml_lines import line_of
from ribbon.dbt.documentation import Test
from ribbon.dbt.nodes import Node
from ribbon.dbt.settings import Settings

__all__ = ["Files"]


class Files:
    """Looked up in the project's folder and in those of its packages. settings: None where nothing is looked up."""

    def __init__(self, settings: Settings | None) -> None:
        self._settings = settings
        self._of_file = cache(lambda package, file: _digest(self._path(package, file)))

    def digest(self, node: Node) -> bytes:
        """Of the file that declares a relation, because lines move with what stands above them; empty without one."""
        package, _, patch = (node.patch_path or "").partition("://")
        file = node.original_file_path if node.resource_type == "source" else patch
        return self._of_file(package or node.package_name, file) if file else b""

    def line(self, test: Test, items: Sequence[str]) -> int | None:
        """Where a test is declared. items: the names that its relation has there, the source's first."""
        if test.test_metadata is None:
            return 1
        path = self._path(test.package_name, test.original_file_path)
        return line_of(path, items, test.column, known_by(test)) if path else None

    def _path(self, package: str, file: str) -> Path | None:
        return self._settings.package_dir(package) / file if self._settings else None


def _digest(path: Path | None) -> bytes:
    try:
        return blake2b(path.read_bytes(), digest_size=16).digest() if path else b""
    except OSError:
        return b""
