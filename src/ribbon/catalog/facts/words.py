"""An expectation as a sentence. Names, values and SQL stand in backticks."""

from collections.abc import Mapping
from typing import Any

from ribbon.catalog.facts.phrases import PHRASES
from ribbon.catalog.facts.wording import CONDITION, Said, as_value, code, number

__all__ = ["singular_words", "words_of"]

# Said by the sentence around the phrase, or of no meaning to a reader.
_AROUND = frozenset({"mostly", "row_condition", "where", "config", "name", "meta", "quote"})


def words_of(expectation: str, column: str | None, arguments: Mapping[str, Any], where: str | None = None) -> str:
    """What a generic test promises: a phrase of its own for those that are well known, name and arguments for others.

    arguments: as written, without column and model. where: SQL that picks the rows, of the test's configuration.
    """
    said = Said(column, arguments)
    phrase = PHRASES.get(expectation)
    text = phrase(said) if phrase else None
    sentence = (text or _by_name(expectation, said)) + _share(said)
    condition = _condition(said, where)
    sentence = sentence.replace(CONDITION, condition) if CONDITION in sentence else sentence + condition
    return sentence[:1].upper() + sentence[1:]


def singular_words(name: str, description: str) -> str:
    """What a test of its own SQL promises: the first sentence of its description, else its name."""
    first = " ".join(description.partition("\n\n")[0].split()).partition(". ")[0].rstrip(".")
    return first or name.replace("_", " ").strip().capitalize()


def _by_name(expectation: str, said: Said) -> str:
    told = [f"{key} {as_value(value)}" for key, value in said.arguments.items() if key not in _AROUND]
    detail = f" ({', '.join(told)})" if told else ""
    return f"{code(said.column) + ' passes ' if said.column else 'passes '}{code(expectation)}{detail}"


def _share(said: Said) -> str:
    mostly = number(said.get("mostly"))
    if mostly is None or mostly >= 1:
        return ""
    return f" for at least {round(mostly * 100, 6):g} % of rows"


def _condition(said: Said, where: str | None) -> str:
    conditions = [str(condition) for condition in (said.get("row_condition"), where) if condition]
    return f" where {' and '.join(code(condition) for condition in conditions)}" if conditions else ""
