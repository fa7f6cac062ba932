"""What the SQL of many queries means: each text is read once."""

from collections.abc import Iterable
from typing import NamedTuple

from ribbon.lineage.settling import Progress
from ribbon.usage.known import KnownProject
from ribbon.usage.store import Meaning, meaning_of

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
) -> dict[Text, Meaning]:
    """The meaning of each text. progress: gets how many are read, of how many.

    Raises ConfigError for a dialect that nobody knows.
    """
    from ribbon.usage.analysing import Analyst  # noqa: PLC0415 - brings sqlglot, which `ribbon --help` does without

    once = dict.fromkeys(texts)
    analysts = {
        dialect: Analyst(known, dialect, drop_literals) for dialect in dict.fromkeys(text.dialect for text in once)
    }
    meanings: dict[Text, Meaning] = {}
    for text in once:
        statement = analysts[text.dialect].read(text.sql, text.tables)
        meanings[text] = meaning_of(statement, text.dialect)
        if len(meanings) % TELL_EVERY == 0 or len(meanings) == len(once):
            progress(len(meanings), len(once))
    return meanings
