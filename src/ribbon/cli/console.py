"""A command's output: progress and text for people, one JSON document for programs."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console as RichConsole
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from ribbon.model import Finding, Severity

__all__ = ["Bar", "Console", "counted", "listed"]

# Characters in a line of a file or a pipe, where output does not have to fit a screen.
WIDE = 200

# How many of the things are named that depend on something.
NAMED = 6


def counted(number: int, noun: str) -> str:
    """1 row, 2 rows, 1,000 batches, 2 queries."""
    if number == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}es" if noun.endswith("ch") else f"{noun}s"
    return f"{number:,} {plural}"


def listed(names: Sequence[str], most: int) -> str:
    """Names in their order, the first of them where there are more: `a, b, c and 4 more`."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _downstream(found: Mapping[str, Sequence[str]]) -> str:
    """What depends on something, by kind."""
    groups = (
        f"{counted(len(names), kind[:-1].replace('_', ' '))}: {listed(names, NAMED)}"
        for kind, names in found.items()
        if names
    )
    return "; ".join(groups) or "nothing depends on it"


class Bar:
    """A progress bar on a terminal; prints nothing elsewhere."""

    def __init__(self, progress: Progress | None, title: str) -> None:
        self._progress = progress
        self._task = progress.add_task(title, total=None, note="") if progress else None

    def at(self, done: int, total: int, note: str = "") -> None:
        """`done` of `total` is done. note: the last item."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=done, total=total, note=note)


class Console:
    """Results go to standard output, findings and errors to standard error."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._document: dict[str, Any] = {"warnings": []}
        width = None if sys.stdout.isatty() else WIDE
        # Text from data is never read as markup, in table cells either.
        self._out = RichConsole(quiet=as_json, highlight=False, markup=False, emoji=False, soft_wrap=True, width=width)
        self._err = RichConsole(stderr=True, quiet=as_json, highlight=False, markup=False, emoji=False, soft_wrap=True)

    def say(self, text: str) -> None:
        """Print a line."""
        self._out.print(text, markup=False)

    def heading(self, text: str) -> None:
        """Print the heading of a section."""
        self._out.print(text, style="bold", markup=False)

    def findings(self, findings: Sequence[Finding]) -> None:
        """Print findings. Every finding of every command is printed here."""
        self._document.setdefault("findings", []).extend(vars(finding) for finding in findings)
        for finding in findings:
            mark, style = ("✗", "red") if finding.severity is Severity.ERROR else ("!", "yellow")
            self._err.print(f"{mark} {finding.where}: {finding.what}", style=style, markup=False)
            self._err.print(f"    {finding.why}", markup=False)
            if finding.downstream is not None:
                self._err.print(f"    Downstream: {_downstream(finding.downstream)}", markup=False)
            self._err.print(f"    Remedy: {finding.remedy}.", markup=False)

    def table(self, headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Print a table; numbers are aligned right."""
        table = Table(box=None, pad_edge=False, header_style="bold")
        for place, header in enumerate(headers):
            numeric = bool(rows) and all(isinstance(row[place], int | float) for row in rows)
            table.add_column(header, justify="right" if numeric else "left", no_wrap=True)
        for row in rows:
            table.add_row(*(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row))
        self._out.print(table)

    @property
    def width(self) -> int:
        """Characters in a line."""
        return self._out.width

    def cut(self, shown: Text | Tree) -> None:
        """Print lines, each cut at the width of the screen."""
        self._out.print(shown, soft_wrap=False, no_wrap=True, overflow="ellipsis", crop=True)

    def record(self, key: str, value: object) -> None:
        """Put a value into the JSON document."""
        self._document[key] = value

    def warn(self, text: str) -> None:
        """Print a warning, once."""
        told = self._document["warnings"]
        if text in told:
            return
        told.append(text)
        self._err.print(f"! {text}", style="yellow", markup=False)

    def error(self, message: str) -> None:
        """Print the error that ends a command."""
        self._err.print(f"Error: {message}", style="red", markup=False)
        self.record("error", message)

    def close(self) -> None:
        """Print the JSON document if --json was given."""
        if self._as_json:
            sys.stdout.write(json.dumps(self._document, indent=2, default=str) + "\n")

    @contextmanager
    def bar(self, title: str) -> Iterator[Bar]:
        """Show a progress bar while the block runs."""
        if self._as_json or not self._out.is_terminal:
            yield Bar(None, title)
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}"),
        )
        with Progress(*columns, console=self._out, transient=True) as progress:
            yield Bar(progress, title)
