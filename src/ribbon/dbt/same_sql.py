"""Whether two texts of SQL say the same, and putting ephemeral models in front of one as dbt does."""

import re
from collections.abc import Sequence

__all__ = ["same_sql", "with_ctes"]

# A text in quotes, a comment, or space. A doubled quote ends one text and begins the next, which keeps all of it.
PIECE = re.compile(r"""'[^']*'|"[^"]*"|`[^`]*`|(?P<gap>(?:--[^\n]*|/\*.*?\*/|\s)+)""", re.DOTALL)
START = re.compile(r"(?:--[^\n]*\n|/\*.*?\*/|\s)*(with\s+recursive\b|with\b)?", re.DOTALL | re.IGNORECASE)


def same_sql(ours: str, theirs: str) -> bool:
    """Whether two texts are the same but for space and comments outside of quotes."""
    return _plain(ours) == _plain(theirs)


def with_ctes(sql: str, ctes: Sequence[str]) -> str:
    """The query with CTEs before its own (`inject_ctes_into_sql` of dbt-core)."""
    if not ctes:
        return sql
    found = START.match(sql)
    if found and found[1]:
        place = found.end(1)
        return f"{sql[:place]} {', '.join(ctes)}, {sql[place:]}"
    return f"with {', '.join(ctes)} {sql}"


def _plain(sql: str) -> str:
    return PIECE.sub(lambda piece: " " if piece["gap"] else piece[0], sql).strip()
