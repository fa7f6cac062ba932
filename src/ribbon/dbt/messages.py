"""Messages of dbt as people read them: without the places in dbt and in macros where they were raised.

dbt 1 adds the macros that called each other, dbt 2 the names of its own parts, and where its program was.
"""

import re

__all__ = ["place_of", "plain_lines"]

_PLACE = re.compile(r"\s*(?:> in macro|> called by|\(in .*\)$|--> |\d+: (?:<unknown>|\w+$)|at \./)")
_AT = re.compile(r"^\s*--> (?P<place>[^\s:]+(?::\d+)?)(?::\d+)?$", re.MULTILINE)
_PARTS = re.compile(
    r"\[(?:error|warning)\] \[\w+ \(dbt\d+\)\]: |Error executing materialization macro '[^']*' for \w+ [\w.]+: |"
    r"Failed to (?:eval the compiled Jinja expression|render SQL) |\binvalid operation: (?=Compilation Error)"
)


def plain_lines(message: str) -> list[str]:
    """The lines of a message that say what happened."""
    return [_PARTS.sub("", line) for line in message.splitlines() if not _PLACE.match(line)]


def place_of(message: str) -> str:
    """The `path:line`, or the path, that dbt 2 names below a message; empty in others."""
    found = _AT.search(message)
    return found["place"] if found else ""
