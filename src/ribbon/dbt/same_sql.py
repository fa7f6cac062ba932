"""Comparing compiled SQL, and adding ephemeral models to it as CTEs, as dbt does."""

import re
from collections.abc import Sequence

__all__ = ["same_sql", "with_ctes"]

# A quoted string, or a gap of comments and whitespace. A doubled quote ends one string and begins the next.
PIECE = re.compile(r"""'[^']*'|"[^"]*"|`[^`]*`|(?P<gap>(?:--[^\n]*|/\*.*?\*/|\s)+)""", re.DOTALL)
START = re.compile(r"(?:--[^\n]*\n|/\*.*?\*/|\s)*(with\s+recursive\b|with\b)?", re.DOTALL | re.IGNORECASE)


def same_sql(ours: str, theirs: str) -> bool:
    """Whether two texts are equal except for whitespace and comments outside quotes."""
    return _plain(ours) == _plain(theirs)


def with_ctes(sql: str, ctes: Sequence[str]) -> str:
    """The query with these CTEs before its own (`inject_ctes_into_sql` of dbt-core)."""
    if not ctes:
        return sql
    found = START.match(sql)
    if found and found[1]:
        place = found.end(1)
        return f"{sql[:place]} {', '.join(ctes)}, {sql[place:]}"
    return f"with {', '.join(ctes)} {sql}"


def _plain(sql: str) -> str:
    return PIECE.sub(lambda piece: " " if piece["gap"] else piece[0], sql).strip()
