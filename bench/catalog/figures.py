"""The figures, and their tables in Markdown."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Figures", "Opened", "Site", "Size", "pages", "sites", "times"]

TIMES = "| models | | seconds | processor seconds | peak MiB |\n|---:|---|---:|---:|---:|"
SITES = "| models | | files | MiB in all | MiB of the first page | largest file, MiB |\n|---:|---|---:|---:|---:|---:|"
PAGES = "| models | | page | first paint, s | usable, s |\n|---:|---|---|---:|---:|"


@dataclass(frozen=True)
class Size:
    """files: how many. Bytes: in all, of the first page without what it loads, of the largest file."""

    files: int
    whole: int
    first: int
    largest: int


@dataclass(frozen=True)
class Opened:
    """Seconds from the address to the first paint, and until the page can be used."""

    paint: float
    ready: float


@dataclass(frozen=True)
class Site:
    """What a tool wrote.

    first, then: pages to open; then may be empty. only: its files, where it wrote others too. served: whether its pages
    need a server.
    """

    root: Path
    first: str
    then: str = ""
    only: tuple[str, ...] = ()
    served: bool = False

    def counted(self) -> Size:
        """How large it is."""
        files = [self.root / name for name in self.only] or [path for path in self.root.rglob("*") if path.is_file()]
        bytes_of = [path.stat().st_size for path in files]
        return Size(len(files), sum(bytes_of), (self.root / self.first).stat().st_size, max(bytes_of))


@dataclass(frozen=True)
class Figures:
    """One project's. runs: processes.Run of each contender."""

    models: int
    runs: dict[str, Any]
    sites: dict[str, Size]
    opened: dict[str, dict[str, Opened]] = field(default_factory=dict)


def times(figures: list[Figures]) -> str:
    """What it takes to write the site."""
    rows = [
        f"| {one.models:,} | {name} | {run.seconds:.1f} | {run.busy:.1f} | {run.peak / 2**20:,.0f} |"
        for one in figures
        for name, run in one.runs.items()
    ]
    return "\n".join([TIMES, *rows])


def sites(figures: list[Figures]) -> str:
    """How large it is."""
    rows = [
        f"| {one.models:,} | {name} | {size.files:,} | {_mib(size.whole)} | {_mib(size.first)} | {_mib(size.largest)} |"
        for one in figures
        for name, size in one.sites.items()
    ]
    return "\n".join([SITES, *rows])


def pages(figures: list[Figures]) -> str:
    """How soon somebody sees something."""
    rows = [
        f"| {one.models:,} | {name} | {page} | {seen.paint:.2f} | {seen.ready:.2f} |"
        for one in figures
        for name, each in one.opened.items()
        for page, seen in each.items()
    ]
    return "\n".join([PAGES, *rows]) if rows else "No Chromium: no page was opened."


def _mib(size: int) -> str:
    return f"{size / 2**20:,.2f}"
