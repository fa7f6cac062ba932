"""Checking batches: in this process, or where there is enough to check in processes of their own.

Great Expectations works on one core and takes about three seconds to import. Two processes that import it side by side
pay off when the checks take longer than that. A command that lands nothing imports it nowhere.
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

# Up to here this process checks as fast alone: a batch takes about 0.05 s, a megabyte of Parquet another 0.05 to 0.5 s.
MANY_BATCHES = 64
MANY_BYTES = 2_000_000


class Workers:
    """Checks batches. Processes start when the first batch comes that is worth them."""

    def __init__(self, pool: ProcessPoolExecutor, *, alone: bool, many: bool) -> None:
        self._pool, self._alone, self._many = pool, alone, many

    def check(self, batches: Iterable[Batch]) -> Iterator[list[Verdict]]:
        """The verdicts of each batch, in their order."""
        batches = list(batches)
        if self._alone or not (self._many or len(batches) >= MANY_BATCHES):
            return map(_check, batches)
        return self._pool.map(_check, batches)


@contextmanager
def open_workers(limit: int = 2, offered_bytes: int = 0) -> Iterator[Workers]:
    """At most `limit` workers, and no more than there are cores; each needs about 400 MB and a batch's rows.

    offered_bytes: of the files that may have to be checked, over all tables.
    """
    count = max(1, min(limit, os.cpu_count() or 1))
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_leave_interrupts_to_the_command)
    try:
        yield Workers(pool, alone=count == 1, many=offered_bytes >= MANY_BYTES)
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_interrupts_to_the_command() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _check(batch: Batch) -> list[Verdict]:
    from ribbon.quality.validation import check_batch  # noqa: PLC0415 - a command that lands nothing does not pay for it

    return check_batch(*batch)
