"""What to say of a name that nothing goes by: what is close to it."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from ribbon.lineage.graph import LineageNode

__all__ = ["unknown_column", "unknown_name"]

CLOSE = 5
ALIKE = 0.7


def unknown_column(relation: str, columns: Sequence[str], column: str) -> str:
    """Why the relation has no such column. columns: those it has, empty where they are not known."""
    if not columns:
        return (
            f"{relation}: its columns are not known, and nothing reads {column} from it. `dbt docs generate` asks the"
            " database for them."
        )
    close = _close(column, columns)
    told = f"Close to it: {', '.join(close)}" if close else f"It has {', '.join(columns)}"
    return f"{relation} has no column {column}. {told}."


def unknown_name(nodes: Iterable[LineageNode], text: str, parts: Sequence[str]) -> str:
    """Why nothing is called `text`. parts: those of it, in lower case."""
    close = _close_relations(nodes, parts)
    told = f"Close to it: {', '.join(close)}. " if close else ""
    return f"nothing is called {text}. {told}What is new since dbt compiled comes in with `dbt compile`."


def _close_relations(nodes: Iterable[LineageNode], parts: Sequence[str]) -> list[str]:
    """Relations whose names are close to the whole, to all but the last part, or to a part."""
    by_name: dict[str, str] = {}
    for node in nodes:
        by_name[node.project.label] = by_name[node.project.name] = node.project.label
    found: dict[str, None] = {}
    for wanted in (".".join(parts[:-1]), ".".join(parts), *parts[-2:]):
        found.update(dict.fromkeys(by_name[name] for name in _close(wanted, tuple(by_name))))
    return list(found)[:CLOSE]


def _close(wanted: str, names: Sequence[str]) -> list[str]:
    """The names that are most alike, best first."""
    spelled = {name.casefold(): name for name in names}
    return [spelled[name] for name in get_close_matches(wanted, tuple(spelled), n=CLOSE, cutoff=ALIKE)]
