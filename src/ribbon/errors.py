"""What can go wrong, and the exit code it ends the command with.

RibbonError
├── BrokenPromiseError  1  an expectation or a rule failed: the data is at fault
├── ConfigError         2  the call or the configuration is at fault
└── WorldError          3  a file, a disk or another process is at fault
    └── BusyError       3  another process holds what this one needs
"""

__all__ = ["BrokenPromiseError", "BusyError", "ConfigError", "RibbonError", "WorldError"]


class RibbonError(Exception):
    """A failure that is told in one clear sentence, never as a traceback."""

    exit_code = 3


class BrokenPromiseError(RibbonError):
    """Data breaks an expectation or a model breaks a rule."""

    exit_code = 1


class ConfigError(RibbonError):
    """The command line, an environment variable or a project file is wrong."""

    exit_code = 2


class WorldError(RibbonError):
    """Something outside Ribbon failed: a file that is missing or damaged, a disk, a service."""

    exit_code = 3


class BusyError(WorldError):
    """Another process holds a file that this one needs for itself."""
