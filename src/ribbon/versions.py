"""Whether installed packages are in the ranges that Ribbon was tested with.

Ribbon overrides macros of dbt's adapters, and reads formats that may change with any release. pip keeps to the ranges
when it installs Ribbon; a later `pip install` of another package may not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, requires, version

__all__ = [
    "DBT",
    "DBT_2",
    "PACKAGE",
    "Bounded",
    "bounded_dbt",
    "bounded_packages",
    "installed",
    "outside_tested_range",
    "release",
]

PACKAGE = "dbt-ribbon"
DBT = "dbt-core"
DBT_2 = (2,)

# The name and the bounds of a requirement in the metadata of a package, such as `dbt-core<1.12,>=1.11.16`.
REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(?:\[[^]]*\])?\s*(?P<bounds>[^;]*)")
BOUND = re.compile(r"(>=|<)\s*([\d.]+)")


@dataclass(frozen=True)
class Bounded:
    """A package in a version, and the versions that Ribbon was tested with: from `least`, below `below`."""

    name: str
    version: str
    least: str
    below: str

    @property
    def tested(self) -> str:
        """The range as pip writes it."""
        return f">={self.least},<{self.below}" if self.least else f"<{self.below}"

    @property
    def fits(self) -> bool:
        """Whether the version is in the range."""
        return release(self.least or "0") <= release(self.version) < release(self.below)


def bounded_packages() -> Iterator[Bounded]:
    """The installed packages whose ranges have an upper bound; of dbt, whose range is one of dbt 1, dbt 1 alone."""
    for package in _bounded():
        there = installed(package.name)
        if there and not (package.name == DBT and release(there) >= DBT_2):
            yield replace(package, version=there)


def bounded_dbt(version: str) -> Bounded | None:
    """A version of dbt, and the range of dbt 1 that Ribbon was tested with; None where that is not known."""
    return next((replace(each, version=version) for each in _bounded() if each.name == DBT), None)


def _bounded() -> Iterator[Bounded]:
    """All packages whose ranges have an upper bound, also those of extras, without their versions."""
    try:
        requirements = requires(PACKAGE) or []
    except PackageNotFoundError:  # run from source, without an installation
        return
    for requirement in requirements:
        found = REQUIREMENT.match(requirement)
        bounds = dict(BOUND.findall(found["bounds"])) if found else {}
        if found and "<" in bounds:
            yield Bounded(found["name"], "", bounds.get(">=", ""), bounds["<"])


def installed(package: str) -> str:
    """The version of a package beside Ribbon; empty where it is not installed, as one of an extra."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def outside_tested_range() -> Iterator[str]:
    """A message for each installed package outside its range. Only ranges with an upper bound count."""
    for package in bounded_packages():
        if not package.fits:
            yield (
                f"{package.name} {package.version} is installed, but Ribbon was tested with {package.tested}."
                f" Install it with: pip install '{package.name}{package.tested}'"
            )


def release(text: str) -> tuple[int, ...]:
    """The numbers of a version up to the first letter: 1.12.0rc1 counts as 1.12.0. Trailing zeros do not count."""
    found = re.match(r"\d+(?:\.\d+)*", text)
    numbers = [int(number) for number in found[0].split(".")] if found else [0]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
