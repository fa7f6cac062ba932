"""Worker processes that end with the command, and a garbage collector tuned for many objects that stay."""

import gc
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection, get_context, parent_process
from threading import Thread, active_count, current_thread, main_thread
from types import FrameType
from typing import TypeVar

from ribbon.errors import WorldError

__all__ = ["collecting_rarely", "cores", "ended_in_order", "process_pool", "spread"]

# Besides an interrupt from the keyboard: what tells a process to end.
ENDING = (signal.SIGTERM, signal.SIGHUP) if hasattr(signal, "SIGHUP") else (signal.SIGTERM,)

Given = TypeVar("Given")
Made = TypeVar("Made")

# From this many pieces of work on, processes are worth their start; this many pieces are sent at a time.
_WORTH_PROCESSES, _BATCH = 100, 16

# So many more objects between two collections than Python's 700: a manifest is a million objects that all stay, and
# syntax trees, which are cyclic garbage, are worth a look only by the dozen.
_OBJECTS = 50_000


@contextmanager
def ended_in_order() -> Iterator[list[int]]:
    """Within this, a signal to end interrupts like the keyboard, so that what was begun is rolled back first.

    Gives the numbers of the signals that came. A signal that is ignored, as under nohup, stays ignored.
    """
    received: list[int] = []

    def interrupt(number: int, _: FrameType | None) -> None:
        received.append(number)
        raise KeyboardInterrupt

    if current_thread() is not main_thread():
        yield received
        return
    taken = [number for number in ENDING if signal.getsignal(number) is signal.SIG_DFL]
    for number in taken:
        signal.signal(number, interrupt)
    try:
        yield received
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)


def cores() -> int:
    """How many processes can run side by side here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def process_pool(workers: int) -> ProcessPoolExecutor:
    """A pool of processes that leave interrupts to the command and end with it."""
    return ProcessPoolExecutor(workers, get_context(_start_method()), initializer=_begin)


def spread(
    work: Callable[[Given], Made], pieces: Sequence[Given], progress: Callable[[int, int], None] | None = None
) -> list[Made]:
    """The results of `work`, a function at the top of a module, for each piece, in their order.

    progress: gets how many are done, of how many. Raises WorldError where a process dies.
    """
    made: list[Made] = []
    if len(pieces) < _WORTH_PROCESSES:
        return [work(piece) for piece in pieces]
    with process_pool(cores()) as pool:
        try:
            for each in pool.map(work, pieces, chunksize=_BATCH):
                made.append(each)
                if progress is not None:
                    progress(len(made), len(pieces))
        except BrokenProcessPool as error:
            raise WorldError("A process died, most likely for lack of memory. Free memory and run it again.") from error
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return made


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Collect garbage less often until the end."""
    before = gc.get_threshold()
    _collect_rarely()
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _collect_rarely() -> None:
    first, *others = gc.get_threshold()
    gc.set_threshold(max(_OBJECTS, first), *others)


def _start_method() -> str:
    """A copy of this process starts fastest, but is not safe while other threads may hold a lock."""
    return "fork" if hasattr(os, "fork") and active_count() == 1 else "spawn"


def _begin() -> None:
    """Leave interrupts to the command, and end with it however it ends."""
    _collect_rarely()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in ENDING:
        signal.signal(number, signal.SIG_DFL)
    Thread(target=_end_with_the_command, daemon=True).start()


def _end_with_the_command() -> None:
    command = parent_process()
    if command is not None:
        connection.wait([command.sentinel])
        os._exit(1)
