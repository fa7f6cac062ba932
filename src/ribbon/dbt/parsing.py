"""Having an up-to-date manifest without paying for a parse that would say the same again.

dbt takes seconds to start. A parse is kept in a folder of its own, target/ribbon/, with a stamp of everything it was
made of: while the stamp holds, the manifest does.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from ribbon.config import DATA_VARIABLE, ProjectPaths
from ribbon.dbt.manifest import Manifest
from ribbon.dbt.runner import run_dbt

__all__ = ["load_manifest"]

STAMP = "stamp"
SOURCES = {".sql", ".yml", ".yaml", ".md", ".csv", ".py"}
SETTINGS = ("RIBBON_", "DBT_")

# Settings that say where things are written, which no manifest depends on.
OUTPUTS = {DATA_VARIABLE, "DBT_TARGET_PATH", "DBT_LOG_PATH"}


def load_manifest(project: ProjectPaths) -> Manifest:
    """The manifest of the project as it is now. Raises ConfigError where the project does not parse."""
    folder = project.target_dir / "ribbon"
    stamp, manifest = folder / STAMP, folder / "manifest.json"
    wanted = _stamp(project)
    if not (manifest.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted):
        stamp.unlink(missing_ok=True)
        run_dbt(project, ["parse", "--target-path", str(folder)])
        stamp.write_text(wanted, encoding="utf-8")
    return Manifest(json.loads(manifest.read_text(encoding="utf-8")))


def _stamp(project: ProjectPaths) -> str:
    """All that a manifest is made of: files by size and time, the target, settings from the environment, dbt itself."""
    made_of = [f"dbt {version('dbt-core')}", f"target {project.target}", f"profiles {_profiles_time(project)}"]
    settings = (name for name in sorted(os.environ) if name.startswith(SETTINGS) and name not in OUTPUTS)
    made_of += [f"{name}={os.environ[name]}" for name in settings]
    for path in _project_files(project):
        found = path.stat()
        made_of.append(f"{path.relative_to(project.project_dir)} {found.st_size} {found.st_mtime_ns}")
    return hashlib.sha256("\n".join(made_of).encode()).hexdigest()


def _project_files(project: ProjectPaths) -> Iterator[Path]:
    outputs = {project.target_dir, project.data_dir, project.project_dir / "logs"}
    for folder, inside, names in os.walk(project.project_dir):
        here = Path(folder)
        inside[:] = sorted(name for name in inside if not name.startswith(".") and here / name not in outputs)
        yield from (here / name for name in sorted(names) if Path(name).suffix in SOURCES)


def _profiles_time(project: ProjectPaths) -> int:
    """When the profile outside the project last changed; 0 where it has none."""
    folder = os.environ.get("DBT_PROFILES_DIR")
    path = Path(folder) / "profiles.yml" if folder else Path.home() / ".dbt" / "profiles.yml"
    outside = path.is_file() and not (project.project_dir / "profiles.yml").is_file()
    return path.stat().st_mtime_ns if outside or (folder and path.is_file()) else 0
