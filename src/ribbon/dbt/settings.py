"""What dbt_project.yml says that no artifact repeats: variables, where macros are looked up, where packages lie."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ribbon.errors import ConfigError

__all__ = ["Settings", "read_settings"]


@dataclass(frozen=True)
class Settings:
    """A project's dbt_project.yml; all defaults where there is none. path: of the file."""

    path: Path
    document: Mapping[str, Any] = field(default_factory=dict)

    @property
    def packages_dir(self) -> Path:
        """Where `dbt deps` puts packages."""
        return self.path.parent / str(self.document.get("packages-install-path") or "dbt_packages")

    @property
    def variables(self) -> Mapping[str, Any]:
        """All that stands under `vars`, those of packages under the package's name."""
        return dict(self.document.get("vars") or {})

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
        for entry in self.document.get("dispatch") or ():
            if isinstance(entry, dict) and entry.get("macro_namespace") == namespace:
                return tuple(entry.get("search_order") or ())
        return ()

    def _scoped(self, package: str) -> dict[str, Any]:
        own = self.variables.get(package)
        return {**self.variables, **(own if isinstance(own, dict) else {})}


def read_settings(project_dir: Path) -> Settings:
    """The settings of the project in a folder. Raises ConfigError where the file is broken."""
    path = project_dir / "dbt_project.yml"
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings(path)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: invalid YAML: {' '.join(str(error).split())}. Fix it first.") from error
    return Settings(path, document if isinstance(document, dict) else {})
