"""Python's garbage collector, told that much of what is made now will stay."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["collect_rarely", "collecting_rarely"]

# So many more objects between two collections than Python's 700: a manifest is a million objects that all stay, and
# syntax trees, which are garbage in rings, are worth a look only by the dozen.
_OBJECTS = 50_000


def collect_rarely() -> tuple[int, int, int]:
    """Collect garbage less often from now on. Returns what `gc.set_threshold` takes to have it as it was."""
    before = gc.get_threshold()
    gc.set_threshold(max(_OBJECTS, before[0]), *before[1:])
    return before


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Collect garbage less often until the end."""
    before = collect_rarely()
    try:
        yield
    finally:
        gc.set_threshold(*before)
