"""Relations' pages rendered and written, in processes of their own where there are many."""

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from ribbon.catalog.pages import Shell, markdown_of_relation, received, relation_data, render_relation
from ribbon.catalog.site.folder import Folder
from ribbon.catalog.views import RelationView
from ribbon.errors import WorldError
from ribbon.processes import cores, process_pool

__all__ = ["RELATIONS", "RenderPool", "relation_files"]

# The folder of relations' pages.
RELATIONS = "relation"

# From this many pages on, processes of their own are worth their start.
_WORTH_PROCESSES = 200

# How many pages go to a process at once, and how many such batches may wait for each.
_BATCH = 16
_BATCHES_PER_WORKER = 3


def relation_files(slug: str) -> tuple[str, ...]:
    """The files of a relation: its page, the same for language models, its lineage for the page's scripts."""
    return tuple(f"{RELATIONS}/{slug}.{ending}" for ending in ("html", "md", "js"))


def write_relations(root: Path, shell: Shell, views: Sequence[RelationView]) -> int:
    """Write the files of these relations. Returns how many were written."""
    folder, below = Folder(root), replace(shell, depth=1)
    for view in views:
        texts = (render_relation(view, below), markdown_of_relation(view), received("relation", relation_data(view)))
        for name, text in zip(relation_files(view.slug), texts, strict=True):
            folder.write(name, text)
    return folder.written


class RenderPool:
    """Takes relations and writes their pages, all of them by the end of its context.

    expected: about how many will come. Raises WorldError where a file cannot be written or a process dies.
    """

    def __init__(self, root: Path, shell: Shell, expected: int, workers: int | None = None) -> None:
        self.written = 0
        self._root, self._shell = root, shell
        self._batch: list[RelationView] = []
        self._running: set[Future[int]] = set()
        self._workers = workers or cores()
        many = expected >= _WORTH_PROCESSES and self._workers > 1
        self._pool = process_pool(self._workers) if many else None

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Wait for what is still being written; after an error, drop what has not started."""
        try:
            if kind is None:
                self._send()
                while self._running:
                    self._collect()
        finally:
            if self._pool:
                self._pool.shutdown(cancel_futures=True)

    def submit(self, view: RelationView) -> None:
        """Queue a relation's page for writing."""
        self._batch.append(view)
        if len(self._batch) >= _BATCH:
            self._send()

    def _send(self) -> None:
        views, self._batch = self._batch, []
        if self._pool is None:
            self.written += write_relations(self._root, self._shell, views)
            return
        while len(self._running) >= self._workers * _BATCHES_PER_WORKER:
            self._collect()
        try:
            self._running.add(self._pool.submit(write_relations, self._root, self._shell, views))
        except BrokenProcessPool as error:
            raise _died() from error

    def _collect(self) -> None:
        done, self._running = wait(self._running, return_when=FIRST_COMPLETED)
        try:
            self.written += sum(future.result() for future in done)
        except BrokenProcessPool as error:
            raise _died() from error


def _died() -> WorldError:
    return WorldError(
        "A process that wrote pages died, most likely because memory ran out. Free memory and run `ribbon docs` again."
    )
