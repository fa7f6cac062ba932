"""SQL with two readings: the plain one, which lineage is asked about, and the tracked one, which is run.

The tracked one gives back the same columns, and after them `_row`: which rows of the tables each row of the result was
made of. It also breaks ties by `_row`, so that it comes to the same every time.
"""

import re

__all__ = ["ROW", "gathered", "only_plain", "only_tracked", "plain", "tracked"]

ROW = "_row"


def only_plain(text: str) -> str:
    return f"⟨{text}⟩"


def only_tracked(text: str) -> str:
    return f"⟦{text}⟧"


def plain(text: str) -> str:
    return re.sub("⟦[^⟧]*⟧|[⟨⟩]", "", text)


def tracked(text: str) -> str:
    return re.sub("⟨[^⟩]*⟩|[⟦⟧]", "", text)


def gathered(row: str) -> str:
    """What a group is known by: the rows that are in it."""
    return f"coalesce(md5(string_agg({row}, ',' order by {row})), '-')"
