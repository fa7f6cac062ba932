"""What people keep asking, whatever their spelling and the values they pick."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from ribbon.lineage import ProjectNodes
from ribbon.model import AskedStatement
from ribbon.sql.canonical import Logic, read_logic
from ribbon.sql.tables import Table, Tables

__all__ = ["Question", "questions"]


@dataclass(frozen=True)
class Question:
    """Statements that mean the same but for the values. logic, sql: of the one that is sent most.

    picked: the columns by whose values any of them chooses, as their relation names them.
    """

    logic: Logic
    sql: str
    picked: frozenset[str]
    statements: int
    queries: int
    people: frozenset[str]
    weeks: frozenset[date]
    seconds: float


def questions(statements: Iterable[AskedStatement], nodes: ProjectNodes) -> Iterator[Question]:
    """The questions that join or group, of relations that the project knows."""
    tables = Tables(Table(key, node.path, node.columns) for key, node in nodes.nodes.items())
    found: dict[str, list[tuple[AskedStatement, Logic]]] = {}
    for statement in statements:
        reading = read_logic(statement.sql, statement.dialect, tables)
        logic = reading.queries[-1].logic if reading.queries and not reading.unread else None
        if logic is not None and (logic.joined > 1 or logic.keys) and set(logic.reads) <= nodes.nodes.keys():
            found.setdefault(logic.question, []).append((statement, logic))
    yield from map(_question, found.values())


def _question(asked: list[tuple[AskedStatement, Logic]]) -> Question:
    most, logic = max(asked, key=lambda each: each[0].queries)
    statements = [statement for statement, _ in asked]
    return Question(
        logic,
        most.sql,
        frozenset(column.rsplit(".", 1)[-1] for _, each in asked for column in each.picked),
        len(asked),
        sum(each.queries for each in statements),
        frozenset(who for each in statements for who in each.people),
        frozenset(week for each in statements for week in each.weeks),
        sum(each.seconds for each in statements),
    )
