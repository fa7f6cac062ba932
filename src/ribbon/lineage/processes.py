"""Processes that work beside the command, and end with it."""

import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection, get_context, parent_process
from threading import Thread, active_count
from typing import TypeVar

from ribbon.errors import WorldError
from ribbon.lineage.collecting import collect_rarely

__all__ = ["cores", "pool_of", "spread"]

Given = TypeVar("Given")
Made = TypeVar("Made")

# From this many pieces of work on, processes of their own are worth their start; so many go to one at a time.
_WORTH_PROCESSES, _BATCH = 100, 16


def cores() -> int:
    """How many processes can work side by side here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def pool_of(workers: int) -> ProcessPoolExecutor:
    """So many processes that leave interrupts to the command and end with it."""
    return ProcessPoolExecutor(workers, get_context(_start_method()), initializer=_begin)


def spread(
    work: Callable[[Given], Made], pieces: Sequence[Given], progress: Callable[[int, int], None] | None = None
) -> list[Made]:
    """What `work`, a function at the top of a module, makes of each piece, in their order.

    progress: gets how many are done, of how many. Raises WorldError where a process dies.
    """
    made: list[Made] = []
    if len(pieces) < _WORTH_PROCESSES:
        return [work(piece) for piece in pieces]
    with pool_of(cores()) as pool:
        try:
            for each in pool.map(work, pieces, chunksize=_BATCH):
                made.append(each)
                if progress is not None:
                    progress(len(made), len(pieces))
        except BrokenProcessPool as error:
            raise WorldError("A process died, most likely for want of memory. Free memory and run it again.") from error
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return made


def _start_method() -> str:
    """A copy of this process starts fastest, but is not safe while other threads may hold a lock."""
    return "fork" if hasattr(os, "fork") and active_count() == 1 else "spawn"


def _begin() -> None:
    """Leave interrupts to the command, and end with it however it ends."""
    collect_rarely()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_command, daemon=True).start()


def _end_with_the_command() -> None:
    command = parent_process()
    if command is not None:
        connection.wait([command.sentinel])
        os._exit(1)
