"""What a relation's page depends on, as a short digest of what the artifacts say."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Any

import msgspec

__all__ = ["digest_of"]

# dbt writes these anew each time it reads a project or runs it.
_CREATED = b'"created_at":'
_ENCODER = msgspec.msgpack.Encoder()
_BUILT = b'"build_path":'
# Fields after that, each with what ends it: a run calls macros that compiling does not.
_OF_A_RUN = ((b'"depends_on":', b"]"), (b'"compiled_path":', b","))
_DIGITS = frozenset(b"%d" % digit for digit in range(10))


def digest_of(records: Iterable[bytes], also: Any) -> bytes:
    """Of records of the manifest, without what changes from run to run, and of whatever else msgspec encodes."""
    digest = blake2b(_ENCODER.encode(also), digest_size=16)
    for record in records:
        for part in _steady(record):
            digest.update(part)
    return digest.digest()


def _steady(record: bytes) -> Iterator[memoryview]:
    """The parts of a record that stay: without when it was read, and where dbt put its SQL. Nothing is copied."""
    whole, at = memoryview(record), 0
    for start, end in sorted(_passing(record)):
        yield whole[at:start]
        at = end
    yield whole[at:]


def _passing(record: bytes) -> Iterator[tuple[int, int]]:
    """Where the parts are that do not stay. What ends a record ends at -1, before its brace."""
    created = _created(record)
    if created < 0:
        return
    built = record.rfind(_BUILT, 0, created)
    if built >= 0:
        yield built, record.find(b",", built)
    after = record.find(b",", created)
    yield created, after
    for field, end in _OF_A_RUN:
        start = record.find(field, after) if after >= 0 else -1
        if start >= 0:
            yield start, record.find(end, start)


def _created(record: bytes) -> int:
    """Where the moment stands, which is a number; a column may have the same name. -1 where it is not there."""
    start = record.find(_CREATED)
    while start >= 0 and record[start + len(_CREATED) : start + len(_CREATED) + 2].lstrip()[:1] not in _DIGITS:
        start = record.find(_CREATED, start + 1)
    return start
