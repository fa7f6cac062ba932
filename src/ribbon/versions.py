"""Whether installed packages are in the ranges that Ribbon was tested with.

Ribbon overrides macros of dbt's adapters, and reads formats that may change with any release. pip keeps to the ranges
when it installs Ribbon; a later `pip install` of another package may not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version

__all__ = ["Bounded", "bounded_packages", "outside_tested_range", "release"]

PACKAGE = "dbt-ribbon"

# The name and the bounds of a requirement in the metadata of a package, such as `dbt-core<1.12,>=1.11.16`.
REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(?:\[[^]]*\])?\s*(?P<bounds>[^;]*)")
BOUND = re.compile(r"(>=|<)\s*([\d.]+)")


@dataclass(frozen=True)
class Bounded:
    """An installed package, and the versions that Ribbon was tested with: from `least`, below `below`."""

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
    """The installed packages whose ranges have an upper bound."""
    try:
        requirements = requires(PACKAGE) or []
    except PackageNotFoundError:  # run from source, without an installation
        return
    for requirement in requirements:
        found = REQUIREMENT.match(requirement)
        bounds = dict(BOUND.findall(found["bounds"])) if found else {}
        if not found or "<" not in bounds:
            continue
        try:
            installed = version(found["name"])
        except PackageNotFoundError:  # of an extra
            continue
        yield Bounded(found["name"], installed, bounds.get(">=", ""), bounds["<"])


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
