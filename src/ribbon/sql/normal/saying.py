"""Terms as people read them: SQL-like, each column with its relation."""

from collections.abc import Callable

from ribbon.sql.normal.terms import AGGREGATE, COLUMN, OUTPUT, WINDOW, Term

__all__ = ["say"]

BETWEEN = {"and": " and ", "or": " or ", "eq": " = ", "neq": " <> ", "lt": " < ", "lte": " <= ", "add": " + "}
BETWEEN |= {"sub": " - ", "mul": " * ", "div": " / ", "mod": " % ", "dpipe": " || ", "same": " = ", "is": " is "}
UNSAID = frozenset({"this", "expression", "expressions"})
WORDS = frozenset({"number", "word", "place", "parameter"})
WRAPPED = frozenset({AGGREGATE, "unfold", "volatile"})


def say(term: Term) -> str:
    """The term as one line."""
    if isinstance(term, str):
        return term
    if not term:
        return ""
    head, *parts = term
    if not isinstance(head, str):
        return ", ".join(say(part) for part in term)
    if head in BETWEEN:
        return f"({BETWEEN[head].join(_side(part) for part in parts)})"
    return _said(head, parts)


def _said(head: str, parts: list[Term]) -> str:
    """A term that is no operator between its parts."""
    if head in WORDS:
        return str(parts[0])
    if head in WRAPPED:
        return say(parts[0])
    reader = SPECIAL.get(head)
    return reader(parts) if reader else f"{head}({', '.join(_argument(part) for part in parts)})"


def short(label: str) -> str:
    """The name in dbt's unique id."""
    return label.rsplit(".", 1)[-1]


def _argument(part: Term) -> str:
    """An argument by its name, which goes without saying where there is but one."""
    match part:
        case (str(name), value):
            return say(value) if name in UNSAID else f"{name} {say(value)}"
    return say(part)


def _side(part: Term) -> str:
    match part:
        case (("this" | "expression" | "expressions"), value):
            return say(value)
    return say(part)


def _case(parts: list[Term]) -> str:
    *arms, default = parts
    told = " ".join(f"when {say(arm[0])} then {say(arm[1])}" for arm in arms if isinstance(arm, tuple))
    return f"case {told}{'' if default == 'null' else f' else {say(default)}'} end"


def _names(parts: list[Term]) -> str:
    """The relations whose rows are counted."""
    match parts:
        case [("this", (*names,))]:
            return ", ".join(short(str(name)) for name in names)
    return "rows"


SPECIAL: dict[str, Callable[[list[Term]], str]] = {
    COLUMN: lambda parts: f"{short(str(parts[0]))}.{parts[1]}",
    OUTPUT: lambda parts: f"[{say(parts[1])}]",
    WINDOW: lambda parts: f"window({', '.join(_argument(part) for part in parts)})",
    "case": _case,
    "count rows": lambda parts: f"count(*) of {_names(parts)}",
    "cast": lambda parts: f"cast({say(parts[0])} as {parts[1]})",
    "query": lambda _: "(query)",
    "text": lambda parts: f"'{parts[0]}'",
    "trycast": lambda parts: f"try_cast({say(parts[0])} as {parts[1]})",
}
