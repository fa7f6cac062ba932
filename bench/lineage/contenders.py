"""What the benches share that set tools against each other: projects, programs, copies to work on, progress."""

import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["COLIBRI", "Program", "compiled", "copied", "installed", "tell"]

BENCH = Path(__file__).parents[1]
BUILT_WHOLE = 500

# A tool that gets a virtual environment of its own: its name and what pip installs.
Program = tuple[str, tuple[str, ...]]

# With the newest sqlglot that it works with.
COLIBRI: Program = ("colibri", ("dbt-colibri==0.3.7", "sqlglot[c]==30.18.0"))


def compiled(projects: Path, size: int) -> Path:
    """The project of that size, generated and compiled where it is missing."""
    folder = projects / str(size)
    if not (folder / "target/catalog.json").is_file():
        tell(f"making the project of {size:,} models")
        generator = [sys.executable, str(BENCH / "projects/generate.py"), str(folder), "--models", str(size)]
        compiler = [sys.executable, str(BENCH / "projects/compile.py"), str(folder)]
        subprocess.run(generator, check=True)
        subprocess.run(compiler + (["--quick"] if size > BUILT_WHOLE else []), check=True)
    return folder


def installed(projects: Path, program: Program) -> Path:
    """The program, in an environment in `projects` that is named after it; installed where it is missing."""
    name, requirements = program
    environment = projects / name
    if not (environment / "bin" / name).is_file():
        tell(f"installing {requirements[0]}")
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        subprocess.run([str(environment / "bin/pip"), "install", "--quiet", *requirements], check=True)
    return environment / "bin" / name


def copied(project: Path, folder: Path) -> Path:
    """What a tool reads of a project: its own files and the two artifacts."""
    shutil.copytree(project, folder, ignore=shutil.ignore_patterns("*.duckdb*", "target", "logs", "dbt_packages"))
    (folder / "target").mkdir()
    for name in ("manifest.json", "catalog.json"):
        shutil.copy(project / "target" / name, folder / "target")
    return folder


def tell(sentence: str) -> None:
    """Progress, apart from the tables."""
    print(sentence, file=sys.stderr, flush=True)
