"""Checking batches in processes of their own.

Great Expectations works on one core and takes seconds to import: the workers import it side by side, and the command
that lands nothing never does.
"""

import os
import signal
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from ribbon.model import Column, Expectation, Verdict

__all__ = ["Batch", "Workers", "open_workers"]

# A batch to validate: its files, its declared columns, its expectations.
Batch = tuple[Sequence[Path], Sequence[Column], Sequence[Expectation]]


class Workers:
    """A pool that starts its processes when the first batch comes."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def check(self, batches: Iterable[Batch]) -> Iterator[list[Verdict]]:
        """The verdicts of each batch, in their order."""
        return self._pool.map(_check, batches)


@contextmanager
def open_workers(limit: int = 2) -> Iterator[Workers]:
    """At most `limit` workers, and no more than there are cores; each needs about 400 MB and a batch's rows."""
    count = max(1, min(limit, os.cpu_count() or 1))
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_leave_interrupts_to_the_command)
    try:
        yield Workers(pool)
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_interrupts_to_the_command() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _check(batch: Batch) -> list[Verdict]:
    from ribbon.quality.validation import check_batch  # noqa: PLC0415 - only a worker pays for this import

    return check_batch(*batch)
