"""Analysing many nodes at once, in worker processes; a few nodes are analysed in this one."""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import NamedTuple

from ribbon.errors import WorldError
from ribbon.lineage.cache import Found
from ribbon.lineage.schemas import Columns, Schema
from ribbon.model import Asked, Unresolved
from ribbon.processes import cores, process_pool

__all__ = ["Analyser", "Outcome", "Relation", "Task", "Workers", "relation_of"]

# From this many nodes on, processes are worth their start.
_WORTH_PROCESSES = 100

# How many nodes go to a worker at once: enough to make sending them cheap, few enough to keep all workers busy.
_BATCH = 16

# A batch waits for each worker while it works on another.
_BATCHES_PER_WORKER = 2

# How many nodes a message names.
_SHOWN = 5


class Relation(NamedTuple):
    """A relation that the SQL of a node may read. complete: whether it has no other columns than these."""

    key: str
    path: tuple[str, ...]
    columns: Columns
    complete: bool


def relation_of(key: str, schema: Schema) -> Relation:
    """The relation as it is sent to a worker."""
    return Relation(key, schema.path, schema.columns, schema.complete)


class Task(NamedTuple):
    """A node to analyse. this: the node itself, as an incremental model reads it. relations: what else it may read."""

    key: str
    dialect: str
    queries: tuple[str, ...]
    this: Relation
    relations: tuple[Relation, ...]


class Outcome(NamedTuple):
    """What the analysis found. named: whether it looked up the names of its own columns. lineage: encoded."""

    key: str
    columns: tuple[Found, ...]
    complete: bool
    unresolved: tuple[Unresolved, ...]
    asked: tuple[Asked, ...]
    named: bool
    lineage: bytes


# What analyses a node; a function at the top of a module, for it is sent to other processes by name.
Analyser = Callable[[Task], Outcome]


class Workers:
    """Takes tasks and gives outcomes back in any order, so that the caller can submit what has become ready.

    workers: how many processes at most; with one, everything is analysed in this process. analyser: what analyses a
    node; None for Ribbon's own.
    """

    def __init__(self, workers: int | None = None, analyser: Analyser | None = None) -> None:
        self._workers = workers or cores()
        self._analyser = analyser
        self._tasks: deque[Task] = deque()
        self._expected = 0
        self._pool: ProcessPoolExecutor | None = None
        self._running: dict[Future[list[Outcome]], list[Task]] = {}

    def expect(self, tasks: int) -> None:
        """Announce how many tasks are sure to come."""
        self._expected = max(self._expected, tasks)

    def submit(self, task: Task) -> None:
        """Take a task on."""
        self._expected += 1
        self._tasks.append(task)

    @property
    def busy(self) -> bool:
        """Whether outcomes are still to come."""
        return bool(self._tasks or self._running)

    def outcomes(self) -> list[Outcome]:
        """The next outcomes. Raises WorldError where a worker died."""
        self._analyser = self._analyser or _own_analyser()
        if self._pool is None:
            if self._workers == 1 or self._expected < _WORTH_PROCESSES:
                return [self._analyser(self._tasks.popleft())]
            self._pool = process_pool(self._workers)
        try:
            self._feed(self._pool, self._analyser)
            return self._collected()
        except BrokenProcessPool as error:
            raise WorldError(self._death()) from error

    def close(self) -> None:
        """Drop what has not begun and let the workers end."""
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
            "A process that analysed SQL died, most likely for lack of memory. "
            f"It was analysing one of {shown}. Free memory and run it again."
        )


def _own_analyser() -> Analyser:
    from ribbon.lineage.analysis import analyse_node  # noqa: PLC0415 - loads sqlglot, of no use where all is cached

    return analyse_node


def _analyse_batch(analyser: Analyser, batch: Iterable[Task]) -> list[Outcome]:
    return [analyser(task) for task in batch]
