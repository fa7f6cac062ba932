"""Which nodes a data test measures, among those that it reads."""

import re
from collections.abc import Sequence

__all__ = ["measured_by"]

_REF = re.compile(r"""ref\(\s*(?:["'][^"']*["']\s*,\s*)?["']([^"']+)["']""")
_SOURCE = re.compile(r"""source\(\s*["']([^"']+)["']\s*,\s*["']([^"']+)["']""")


def measured_by(read: Sequence[str], model: str | None) -> tuple[str, ...]:
    """Of a test that dbt attaches to no node: those of sources, and singular ones. read: unique ids.

    model: the argument of that name as written, None for a singular test, which measures all that it reads. What else a
    generic test reads, as the other end of a relationship, may come first or be a source too.
    """
    if model is None or not read:
        return tuple(dict.fromkeys(read))
    source, ref = _SOURCE.search(model), _REF.search(model)
    ends = f".{source[1]}.{source[2]}" if source else f".{ref[1]}" if ref else None
    return (next((node for node in read if ends and node.endswith(ends)), read[-1]),)
