"""Since when files are there, from git; nothing where the project is in no repository."""

import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

__all__ = ["GitHistory"]

# A line of `git log` that holds a time, not a path: no path holds this sign.
_TIME = "\x01"


class GitHistory:
    """The history of a folder, as far as its repository knows it. Paths are relative to the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._commits: dict[date, str] = {}
        self._texts: dict[tuple[str, date], str] = {}

    def added(self) -> dict[str, date]:
        """The day on which each file last came under its present path, UTC."""
        log = self._git("log", "--no-renames", "--diff-filter=A", "--name-only", "--relative", f"--format={_TIME}%ct")
        found: dict[str, date] = {}
        day = date.min
        for line in log.splitlines():
            if line.startswith(_TIME):
                day = datetime.fromtimestamp(int(line[1:]), UTC).date()
            elif line:
                found.setdefault(line, day)
        return found

    def text_at(self, path: str, day: date) -> str:
        """A file as it was when a day began, UTC; empty where it was not there."""
        if day not in self._commits:
            self._commits[day] = self._git("rev-list", "-1", f"--before={day.isoformat()}T00:00:00Z", "HEAD").strip()
        if (path, day) not in self._texts:
            commit = self._commits[day]
            self._texts[path, day] = self._git("show", f"{commit}:./{path}") if commit else ""
        return self._texts[path, day]

    def who(self) -> str:
        """Whom git would name as the author; empty where it does not know."""
        return self._git("config", "user.name").strip() or self._git("config", "user.email").strip()

    def _git(self, *words: str) -> str:
        command = ["git", "-c", "core.quotePath=false", "-C", str(self._folder), *words]
        try:
            done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - git, with words of ours
        except OSError:
            return ""
        return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
