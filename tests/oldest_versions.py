"""Prints the lower end of every range that pyproject.toml declares, as constraints for pip: `make oldest`."""

import re
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parent.parent / "pyproject.toml"


def oldest_versions() -> list[str]:
    """One constraint for each dependency of Ribbon and its extras."""
    project = tomllib.loads(PROJECT.read_text())["project"]
    requirements = [
        *project["dependencies"],
        *(each for extra in project["optional-dependencies"].values() for each in extra),
    ]
    found = (re.match(r"([\w.-]+)(?:\[\w+\])?>=([\d.]+)", requirement) for requirement in requirements)
    return [f"{bound[1]}=={bound[2]}" for bound in found if bound]


if __name__ == "__main__":
    print("\n".join(oldest_versions()))  # noqa: T201 - a program of the Makefile
