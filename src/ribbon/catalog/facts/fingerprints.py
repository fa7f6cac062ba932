"""What a relation's page depends on, as a short digest of what the artifacts say."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import msgspec

__all__ = ["digest_of", "steady"]

# dbt writes these anew each time it reads a project or runs it.
_CREATED = b'"created_at":'
_ENCODER = msgspec.msgpack.Encoder()
_BUILT = b'"build_path":'
# Fields after that, each with what ends it: a run calls macros that compiling does not.
_OF_A_RUN = ((b'"depends_on":', b"]"), (b'"compiled_path":', b","))
_DIGITS = frozenset(b"%d" % digit for digit in range(10))


def digest_of(parts: Sequence[Any]) -> bytes:
    """One digest of several things: bytes, texts, and whatever msgspec encodes."""
    return blake2b(_ENCODER.encode(parts), digest_size=16).digest()


def steady(record: msgspec.Raw) -> bytes:
    """A record of the manifest without what changes from run to run: when it was read, where dbt put its SQL."""
    raw = bytes(record)
    start = _created(raw)
    if start < 0:
        return raw
    built = raw.rfind(_BUILT, 0, start)
    before = raw[:start] if built < 0 else raw[:built] + raw[raw.find(b",", built) : start]
    return before + _compiled(raw[raw.find(b",", start) :])


def _compiled(rest: bytes) -> bytes:
    """The rest of a record without what a run has and compiling has not."""
    for field, end in _OF_A_RUN:
        start = rest.find(field)
        if start >= 0:
            rest = rest[:start] + rest[rest.find(end, start) :]
    return rest


def _created(raw: bytes) -> int:
    """Where the moment stands, which is a number; a column may have the same name. -1 where it is not there."""
    start = raw.find(_CREATED)
    while start >= 0 and raw[start + len(_CREATED) : start + len(_CREATED) + 2].lstrip()[:1] not in _DIGITS:
        start = raw.find(_CREATED, start + 1)
    return start
