"""What the package's own macros say of a project: its gate, and the layer rule."""

import json
from dataclasses import dataclass

from ribbon.config import ProjectPaths
from ribbon.dbt.runner import run_dbt
from ribbon.errors import ConfigError

__all__ = ["Breach", "Described", "Ungated", "describe"]


@dataclass(frozen=True)
class Ungated:
    """A test that the table it measures does not wait for. model: the unique id of that."""

    test: str
    name: str
    model: str
    reason: str


@dataclass(frozen=True)
class Breach:
    """A breach of the layer rule. reads: None where the model itself is misplaced. fails: whether it stops a run."""

    model: str
    reads: str | None
    path: str
    why: str
    remedy: str
    fails: bool


@dataclass(frozen=True)
class Described:
    """gated: tests that readers wait for. of_sources: tests of sources. materializations: those with a gate."""

    gated: int
    of_sources: int
    ungated: tuple[Ungated, ...]
    materializations: tuple[str, ...]
    breaches: tuple[Breach, ...]


def describe(paths: ProjectPaths) -> Described:
    """Ask the macros; nothing is measured. Raises ConfigError where dbt cannot run, or the package is too old."""
    # Beside Ribbon's own manifest: `dbt retry` reads the last run of the usual target folder.
    folder = str(paths.target_dir / "ribbon")
    invocation = run_dbt(paths, ["run-operation", "ribbon.describe_project", "--target-path", folder])
    for line in invocation.printed:
        if line.startswith("{"):
            document = json.loads(line)
            return Described(
                gated=document["gated"],
                of_sources=document["of_sources"],
                ungated=tuple(Ungated(**each) for each in document["ungated"]),
                materializations=tuple(document["materializations"]),
                breaches=tuple(Breach(**each) for each in document["breaches"]),
            )
    raise ConfigError(f"{paths.project_dir}: dbt printed nothing. Upgrade the package with `ribbon init --upgrade`.")
