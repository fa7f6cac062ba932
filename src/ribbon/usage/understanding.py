"""What the SQL of many queries means: each different text is looked at once."""

from collections.abc import Iterable
from typing import NamedTuple

from ribbon.lineage.scheduling import Progress
from ribbon.usage.known import KnownProject
from ribbon.usage.meaning import Understood

__all__ = ["Text", "understand"]

# Progress is told this often at most: telling takes time too.
TELL_EVERY = 50


class Text(NamedTuple):
    """SQL as a log has it. tables: what the log says it reads."""

    sql: str
    dialect: str
    tables: tuple[str, ...] = ()


def understand(
    known: KnownProject, texts: Iterable[Text], drop_literals: bool, progress: Progress
) -> dict[Text, Understood]:
    """The meaning of each text. progress: gets how many are read, of how many.

    Raises ConfigError for a dialect that nobody knows.
    """
    from ribbon.usage.analysing import Analyst  # noqa: PLC0415 - brings sqlglot, which `ribbon --help` does without

    once = dict.fromkeys(texts)
    analysts = {
        dialect: Analyst(known, dialect, drop_literals) for dialect in dict.fromkeys(text.dialect for text in once)
    }
    understood: dict[Text, Understood] = {}
    for text in once:
        understood[text] = analysts[text.dialect].read(text.sql, text.tables)
        if len(understood) % TELL_EVERY == 0 or len(understood) == len(once):
            progress(len(understood), len(once))
    return understood
