"""The pieces that sentences about expectations are made of."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["CONDITION", "Said", "as_value", "code", "listed", "number", "range_words", "relation_words"]

# Where in a phrase the rows that count are named; at its end without it.
CONDITION = "\0"

_MOST = 12  # of a list, after which the rest is counted
_LONGEST = 200
_REF = re.compile(r"""^\s*(?:\{\{)?\s*(ref|source)\(\s*(.+?)\s*\)\s*(?:\}\})?\s*$""")
_NAME = re.compile(r"""["']([^"']+)["']""")


@dataclass(frozen=True)
class Said:
    """What a contract says of an expectation. arguments: as written, without column and model."""

    column: str | None
    arguments: Mapping[str, Any]

    def get(self, name: str, default: Any = None) -> Any:
        """An argument; the default where it is not given or null."""
        value = self.arguments.get(name)
        return default if value is None else value

    @property
    def subject(self) -> str:
        """The column, as the sentence names it."""
        return code(self.column or self.get("column") or "the column")

    def columns(self, *names: str) -> str:
        """The columns that the first argument which is given lists."""
        return listed(next((self.arguments[name] for name in names if self.arguments.get(name)), []))


def code(text: object) -> str:
    """A name, a value or SQL, as Markdown sets it apart."""
    told = " ".join(str(text).split())
    told = told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…"
    return f"`` {told} ``" if "`" in told else f"`{told}`"


def as_value(value: Any) -> str:
    """A value of a contract: numbers as they are, texts as code, lists by their values."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int | float):
        return f"{value}"
    if isinstance(value, list | tuple):
        return listed(value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {as_value(each)}" for key, each in value.items())
    return code(value)


def listed(values: Any, last: str = "and") -> str:
    """`a`, `b` and `c`; of a long list the first few and how many more."""
    each = [as_value(value) for value in values] if isinstance(values, Sequence) and not isinstance(values, str) else []
    if not each:
        return as_value(values) if values else "nothing"
    if len(each) > _MOST:
        return f"{', '.join(each[:_MOST])} {last} {len(each) - _MOST} more"
    return f" {last} ".join(filter(None, (", ".join(each[:-1]), each[-1])))


def number(value: Any) -> float | None:
    """A number, whether or not it is written as text; None for anything else."""
    try:
        return None if isinstance(value, bool) or value is None else float(value)
    except (TypeError, ValueError):
        return None


def range_words(said: Said) -> str:
    """`between 0 and 10`, `at least 0`, `less than 10`: by the bounds that are given."""
    low, high = said.arguments.get("min_value"), said.arguments.get("max_value")
    either = bool(said.get("strictly")) or not said.get("inclusive", True)
    below, above = (bool(said.get(name)) or either for name in ("strict_min", "strict_max"))
    if low is not None and high is not None and not below and not above:
        return f"exactly {as_value(low)}" if low == high else f"between {as_value(low)} and {as_value(high)}"
    parts = (
        f"{'more than' if below else 'at least'} {as_value(low)}" if low is not None else "",
        f"{'less than' if above else 'at most'} {as_value(high)}" if high is not None else "",
    )
    return " and ".join(filter(None, parts)) or "anything"


def relation_words(written: Any) -> str:
    """A relation as a contract names it: ref('a') is `a`, source('a', 'b') is `a.b`."""
    call = _REF.match(str(written or ""))
    if not call:
        return code(written) if written else "another relation"
    names = _NAME.findall(call[2])
    return code(".".join(names) if call[1] == "source" else names[-1] if names else written)
