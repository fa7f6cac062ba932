"""Where a project and its outputs lie."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ribbon.errors import ConfigError
from ribbon.settings import FILE, Settings, read_settings

__all__ = ["ProjectPaths", "dbt_variable", "profiles_dir"]

DATA_VARIABLE = "RIBBON_DATA"
MEMORY_VARIABLE = "RIBBON_MEMORY_LIMIT"

# In the project, out of reach of `dbt clean`.
HISTORY = ".ribbon/history"

# In a folder of macros: a copy of Ribbon's, as releases before 0.2 made it.
COPY = "ribbon/VERSION.json"


def dbt_variable(option: str) -> str | None:
    """The environment variable of an option of dbt's; since dbt 1.11 DBT_ENGINE_<option> comes before DBT_<option>."""
    return os.environ.get(f"DBT_ENGINE_{option}") or os.environ.get(f"DBT_{option}") or None


def profiles_dir() -> Path | None:
    """The folder of profiles that the environment names; a relative path is one of the current folder, as for dbt."""
    named = dbt_variable("PROFILES_DIR")
    return Path.cwd() / named if named else None


@dataclass(frozen=True)
class ProjectPaths:
    """A dbt project and the folder of its outputs.

    project_dir: the folder with dbt_project.yml. data_dir: Ribbon's outputs, `data` in it unless RIBBON_DATA says
    otherwise. target: the dbt target, None for the profile's default. database: the DuckDB file that the target writes
    to where the profile names another than `build.duckdb` in the data folder. artifacts: the folder of dbt's artifacts
    where dbt_project.yml names one. All paths are absolute.
    """

    project_dir: Path
    data_dir: Path
    target: str | None = None
    database: Path | None = None
    artifacts: Path | None = None

    @classmethod
    def find(cls, project_dir: Path, target: str | None, environment: Mapping[str, str] = os.environ) -> "ProjectPaths":
        """Look at the folder, which may not be a project yet, and the environment."""
        folder = project_dir.resolve()
        return cls(folder, (folder / environment.get(DATA_VARIABLE, "data")).resolve(), target)

    def require_project(self) -> None:
        """Raise ConfigError where the folder is no dbt project."""
        if not (self.project_dir / FILE).is_file():
            raise ConfigError(
                f"{self.project_dir}: there is no {FILE}. Run ribbon in a dbt project, or name one with --project-dir."
            )

    def require_ribbon(self) -> None:
        """Raise ConfigError where the dbt project does not have Ribbon."""
        self.require_project()
        if not self.is_ours:
            raise ConfigError(f"{self.project_dir}: Ribbon is not in this project. Run `ribbon init --existing` first.")
        if not self._settings.takes_ribbon:
            raise ConfigError(
                f"{self.project_dir}: its macros hold a copy of Ribbon's, which an earlier release wrote. Run"
                " `ribbon init --upgrade`: the copy becomes a dbt package."
            )

    @property
    def is_ours(self) -> bool:
        """Whether the project has Ribbon: dbt may be run in it. Any other one is only looked at."""
        return self._settings.takes_ribbon or self._holds_copy

    @property
    def _holds_copy(self) -> bool:
        return any((self.project_dir / folder / COPY).exists() for folder in self._settings.macro_paths)

    @property
    def _settings(self) -> Settings:
        return read_settings(self.project_dir)

    def home(self, target_dir: Path) -> Path:
        """Where Ribbon keeps what it found: its data; of a project that is not its own, beside dbt's artifacts."""
        return self.data_dir if self.is_ours else target_dir / "ribbon"

    def history_dir(self, target_dir: Path) -> Path:
        """Where Ribbon keeps the history of what dbt did, which cannot be rebuilt: not where `dbt clean` deletes it.

        A folder for each folder of artifacts; those outside the project, which `dbt clean` does not touch, hold theirs.
        """
        folder = self._artifacts_dir(target_dir)
        if not folder.is_relative_to(self.project_dir):
            return folder / "ribbon"
        return self.project_dir / HISTORY / folder.relative_to(self.project_dir)

    def cache_dir(self, target_dir: Path) -> Path:
        """Where Ribbon's cache lies: beside dbt's artifacts, safe to delete."""
        return self._artifacts_dir(target_dir) / "ribbon"

    def _artifacts_dir(self, target_dir: Path) -> Path:
        """The project's own folder of artifacts for those that Ribbon has dbt write inside it."""
        folder = target_dir.resolve()
        return self.target_dir if folder.is_relative_to(self.target_dir) else folder

    @property
    def memory_limit(self) -> str:
        """What a DuckDB of ours may use, as DuckDB writes it; dbt's is set in profiles.yml, from the same variable."""
        return os.environ.get(MEMORY_VARIABLE, "2GB")

    @property
    def lake_dir(self) -> Path:
        """The batches, as <system>/<table>/batch=<id>/."""
        return self.data_dir / "lake"

    @property
    def quarantine_dir(self) -> Path:
        """Batches that broke a promise at the door, laid out like the lake, each with its reasons."""
        return self.data_dir / "quarantine"

    @property
    def build_file(self) -> Path:
        """The DuckDB file that dbt builds in."""
        return self.database or self.data_dir / "build.duckdb"

    @property
    def marts_file(self) -> Path:
        """The DuckDB file that readers open."""
        return self.data_dir / "marts.duckdb"

    @property
    def site_dir(self) -> Path:
        """The documentation site."""
        return self.data_dir / "site"

    @property
    def usage_dir(self) -> Path:
        """What was imported of query logs, one folder an import."""
        return self.data_dir / "usage"

    @property
    def target_dir(self) -> Path:
        """Where dbt leaves its artifacts, of plain dbt too: the environment decides before dbt_project.yml."""
        return self.project_dir / (dbt_variable("TARGET_PATH") or self.artifacts or "target")
