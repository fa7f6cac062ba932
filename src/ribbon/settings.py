"""What dbt_project.yml says that no artifact repeats: variables, where macros are looked up, where packages lie."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ribbon.errors import ConfigError
from ribbon.yaml_file import parse_yaml, read_yaml, shown

__all__ = ["FILE", "PATHS", "Settings", "package_file", "parse_settings", "read_settings"]

FILE = "dbt_project.yml"

PATHS = {
    "model-paths": ["models"],
    "seed-paths": ["seeds"],
    "snapshot-paths": ["snapshots"],
    "macro-paths": ["macros"],
    "test-paths": ["tests"],
    "analysis-paths": ["analyses"],
}
"""Settings by which dbt reads a project's files, and where it looks without them."""


@dataclass(frozen=True)
class Settings:
    """A project's dbt_project.yml; all defaults where there is none. path: of the file.

    A ConfigError names a setting that has another type than dbt gives it.
    """

    path: Path
    document: Mapping[str, Any] = field(default_factory=dict)

    def listed(self, key: str, default: Sequence[str] = ()) -> Sequence[Any]:
        """A setting that is a list, such as `macro-paths`."""
        found = self.document.get(key)
        if found is not None and not isinstance(found, list):
            raise ConfigError(f"{self.path}: {key} must be a list, got {shown(found)}.")
        return found or default

    @property
    def macro_paths(self) -> Sequence[str]:
        """The folders that dbt reads macros from, relative to the project."""
        return [str(folder) for folder in self.listed("macro-paths", PATHS["macro-paths"])]

    @property
    def packages_dir(self) -> Path:
        """Where `dbt deps` puts packages."""
        return self.path.parent / str(self.document.get("packages-install-path") or "dbt_packages")

    @property
    def takes_ribbon(self) -> bool:
        """Whether the project lists Ribbon's package, wherever it comes from."""
        path, content = package_file(self.path.parent)
        document = parse_yaml(content, path)
        entries = document.get("packages") if isinstance(document, dict) else None
        return bool(re.search(r"\bribbon\b", str(entries or "")))

    @property
    def variables(self) -> Mapping[str, Any]:
        """All that stands under `vars`, those of packages under the package's name."""
        return self._mapping("vars", self.document.get("vars"))

    @property
    def of_ribbon(self) -> Mapping[str, Any]:
        """Ribbon's own settings: `vars: ribbon:`, of the project or under its name."""
        variables = self.variables_for(str(self.document.get("name") or ""))
        return self._mapping("vars: ribbon", variables.get("ribbon"))

    def package_dir(self, package: str) -> Path:
        """The folder of the project itself or of a package of it."""
        own = package == self.document.get("name", package)
        return self.path.parent if own else self.packages_dir / package

    def variables_for(self, package: str) -> dict[str, Any]:
        """The variables that a model of a package sees: the package's own, and over them those of the project."""
        folder = self.package_dir(package)
        of_package = read_settings(folder)._scoped(package) if folder != self.path.parent else {}
        return of_package | self._scoped(package)

    def search_order(self, namespace: str) -> tuple[str, ...]:
        """The packages in which `adapter.dispatch` looks for a macro of `namespace`; none where dbt decides."""
        for entry in self.listed("dispatch"):
            if isinstance(entry, dict) and entry.get("macro_namespace") == namespace:
                order = entry.get("search_order")
                return tuple(map(str, order)) if isinstance(order, list) else ()
        return ()

    def _scoped(self, package: str) -> dict[str, Any]:
        own = self.variables.get(package)
        return {**self.variables, **(own if isinstance(own, dict) else {})}

    def _mapping(self, key: str, found: object) -> Mapping[str, Any]:
        if found is not None and not isinstance(found, dict):
            raise ConfigError(f"{self.path}: {key} must be a mapping, `name: value`, got {shown(found)}.")
        return found or {}


def read_settings(project_dir: Path) -> Settings:
    """The settings of the project in a folder. Raises ConfigError where the file is broken."""
    path = project_dir / FILE
    try:
        return _settings(path, read_yaml(path))
    except FileNotFoundError:
        return Settings(path)


def parse_settings(content: bytes, path: Path) -> Settings:
    """The settings in the content of a dbt_project.yml. Raises ConfigError where it is broken."""
    return _settings(path, parse_yaml(content, path))


def _settings(path: Path, document: object) -> Settings:
    if document is not None and not isinstance(document, dict):
        raise ConfigError(f"{path}: must be a mapping of settings, `name: value`, got {shown(document)}.")
    return Settings(path, document or {})


def package_file(project_dir: Path) -> tuple[Path, bytes]:
    """The file that lists the packages of a project, and its content: packages.yml unless only dependencies.yml does.

    dbt refuses packages in both. The content is empty where there is no file.
    """
    packages, dependencies = (project_dir / name for name in ("packages.yml", "dependencies.yml"))
    content = {path: path.read_bytes() for path in (packages, dependencies) if path.is_file()}
    for path, text in content.items():
        document = parse_yaml(text, path)
        if isinstance(document, dict) and "packages" in document:
            return path, text
    return packages, content.get(packages, b"")
