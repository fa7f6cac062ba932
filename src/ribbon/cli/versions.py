"""Whether installed packages are in the ranges that Ribbon was tested with.

Ribbon overrides macros of dbt's adapters, and reads formats that may change with any release. pip keeps to the ranges
when it installs Ribbon; a later `pip install` of another package may not.
"""

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

__all__ = ["outside_tested_range"]

PACKAGE = "dbt-ribbon"

# The name and the bounds of a requirement in the metadata of a package, such as `dbt-core<1.12,>=1.11.16`.
REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(?:\[[^]]*\])?\s*(?P<bounds>[^;]*)")
BOUND = re.compile(r"(>=|<)\s*([\d.]+)")


def outside_tested_range() -> Iterator[str]:
    """A message for each installed package outside its range. Only ranges with an upper bound count."""
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
        if not _release(bounds.get(">=", "0")) <= _release(installed) < _release(bounds["<"]):
            tested = f">={bounds['>=']},<{bounds['<']}" if ">=" in bounds else f"<{bounds['<']}"
            yield (
                f"{found['name']} {installed} is installed, but Ribbon was tested with {tested}."
                f" Install it with: pip install '{found['name']}{tested}'"
            )


def _release(text: str) -> tuple[int, ...]:
    """The numbers of a version up to the first letter: 1.12.0rc1 counts as 1.12.0. Trailing zeros do not count."""
    numbers = re.match(r"\d+(?:\.\d+)*", text)
    release = [int(number) for number in numbers[0].split(".")] if numbers else [0]
    while len(release) > 1 and not release[-1]:
        release.pop()
    return tuple(release)
