"""Analysing many nodes at once, in processes of their own; a few nodes are analysed right here."""

from collections import deque
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from ribbon.errors import WorldError
from ribbon.lineage.processes import cores, pool_of
from ribbon.lineage.tasks import Analyser, Outcome, Task

__all__ = ["Workshop"]

# From this many nodes on, processes of their own are worth their start.
_WORTH_PROCESSES = 100

# How many nodes go to a worker at once: enough to make the way there cheap, few enough to keep the others at work.
_BATCH = 16

# A batch that waits for each worker while it works on another.
_BATCHES_PER_WORKER = 2

# How many nodes a message names.
_SHOWN = 5


class Workshop:
    """Takes tasks and gives outcomes back in any order, so that the caller can hand out what has become ready.

    workers: how many processes at most; with one, everything is analysed in this process. analyser: what analyses a
    node; None for Ribbon's own.
    """

    def __init__(self, workers: int | None = None, analyser: Analyser | None = None) -> None:
        self._workers = workers or cores()
        self._analyser = analyser
        self._tasks: deque[Task] = deque()
        self._seen = 0
        self._pool: ProcessPoolExecutor | None = None
        self._running: dict[Future[list[Outcome]], list[Task]] = {}

    def expect(self, tasks: int) -> None:
        """Say how many tasks are sure to come."""
        self._seen = max(self._seen, tasks)

    def submit(self, task: Task) -> None:
        """Take a task on."""
        self._seen += 1
        self._tasks.append(task)

    @property
    def busy(self) -> bool:
        """Whether outcomes are still to come."""
        return bool(self._tasks or self._running)

    def outcomes(self) -> list[Outcome]:
        """The next outcomes. Raises WorldError where a worker died."""
        self._analyser = self._analyser or _own_analyser()
        if self._pool is None:
            if self._workers == 1 or self._seen < _WORTH_PROCESSES:
                return [self._analyser(self._tasks.popleft())]
            self._pool = pool_of(self._workers)
        try:
            self._feed(self._pool, self._analyser)
            return self._collected()
        except BrokenProcessPool as error:
            raise WorldError(self._death()) from error

    def close(self) -> None:
        """Drop what was not begun and let the workers end."""
        self._tasks.clear()
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def _feed(self, pool: ProcessPoolExecutor, analyser: Analyser) -> None:
        wanted = _BATCHES_PER_WORKER * self._workers
        size = max(1, min(_BATCH, len(self._tasks) // wanted))
        while self._tasks and len(self._running) < wanted:
            batch = [self._tasks.popleft() for _ in range(min(size, len(self._tasks)))]
            self._running[pool.submit(_analyse_batch, analyser, batch)] = batch

    def _collected(self) -> list[Outcome]:
        done, _ = wait(self._running, return_when=FIRST_COMPLETED)
        found = [outcome for future in done for outcome in future.result()]
        for future in done:
            del self._running[future]
        return found

    def _death(self) -> str:
        nodes = sorted(task.key for batch in self._running.values() for task in batch)
        shown = ", ".join(nodes[:_SHOWN]) + (f" and {len(nodes) - _SHOWN} more" if nodes[_SHOWN:] else "")
        return (
            "A process that analysed SQL died, most likely for want of memory. "
            f"It was at one of {shown}. Free memory and run it again."
        )


def _own_analyser() -> Analyser:
    from ribbon.lineage.analysing import analyse_node  # noqa: PLC0415 - brings sqlglot, of no use where all is cached

    return analyse_node


def _analyse_batch(analyser: Analyser, batch: Iterable[Task]) -> list[Outcome]:
    return [analyser(task) for task in batch]
