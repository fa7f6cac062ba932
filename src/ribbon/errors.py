"""The errors of Ribbon, each with the exit code of the command.

RibbonError
├── BrokenPromiseError  1  an expectation or a rule failed
├── ConfigError         2  the call or the configuration is wrong
│   └── DbtError        2  dbt refuses the project
└── WorldError          3  a file, a disk or another process failed
    ├── BusyError       3  another process holds a file that this one needs
    └── DeliveryError   3  a delivered file cannot be read as its contract says
"""

import os
import re

__all__ = [
    "DAMAGED",
    "BrokenPromiseError",
    "BusyError",
    "ConfigError",
    "DbtError",
    "DeliveryError",
    "RibbonError",
    "WorldError",
    "without_secrets",
]

# Values of such variables, from so many characters on, are never printed.
_SHORTEST = 4
_SECRET = re.compile(r"(?i)pass|secret|token|key|credential|url|uri|dsn|conn")


DAMAGED = (
    "Restore it from a copy, or move it away and build again: what dbt builds comes back; the history of runs, the"
    " versions of snapshots and rows in quarantine are in no other file."
)
"""What to do about the build file where it is damaged."""


class RibbonError(Exception):
    """A failure that is printed as one message, never as a traceback."""

    exit_code = 3


class BrokenPromiseError(RibbonError):
    """Data fails an expectation, or a model violates a rule."""

    exit_code = 1


class ConfigError(RibbonError):
    """The command line, an environment variable or a project file is wrong."""

    exit_code = 2


class DbtError(ConfigError):
    """Dbt refuses the project. problems: one by one, where dbt 2 says so, after the file and the line that it names."""

    def __init__(self, message: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class WorldError(RibbonError):
    """Something outside Ribbon failed: a file that is missing or damaged, a disk, a service."""

    exit_code = 3


class BusyError(WorldError):
    """Another process holds a file that this one needs exclusively."""


class DeliveryError(WorldError):
    """A delivered file is damaged, or is no file of the format that its contract declares."""


def without_secrets(text: str) -> str:
    """A text without the values of variables of the environment that may be secret."""
    for name, value in os.environ.items():
        if len(value) >= _SHORTEST and _SECRET.search(name):
            text = text.replace(value, "***")
    return text
