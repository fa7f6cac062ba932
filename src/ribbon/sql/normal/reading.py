"""The entry: SQL in, the logic of each query in it out."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

from ribbon.sql.normal.asked import Asked
from ribbon.sql.normal.blocks import Block, is_plain
from ribbon.sql.normal.expressions import Unreadable
from ribbon.sql.normal.finishing import digest, finish, whole_term
from ribbon.sql.normal.queries import read_query
from ribbon.sql.normal.saying import say
from ribbon.sql.normal.scope import Context, Scope
from ribbon.sql.normal.terms import AGGREGATE, COLUMN, Term, contains, walk
from ribbon.sql.tables import Tables

__all__ = ["Blocks", "Logic", "Output", "Reading", "SubQuery", "logic_of", "read_blocks", "read_logic"]


# What stands for a value that somebody picked.
VALUES = ("text", "number", "placeholder")


@dataclass(frozen=True, slots=True)
class Output:
    """A column that a query gives back.

    meaning: a fingerprint. plain: whether it is a column of a source, untouched. term: its meaning as JSON.
    """

    name: str
    meaning: str
    plain: bool
    aggregated: bool
    term: str


@dataclass(frozen=True, slots=True)
class Logic:
    """What a query means. Fingerprints are equal where the logic is.

    reads: the relations, those of nested queries too. frame: of what it reads, joins and filters. rows: of all that
    decides which rows there are. whole: of rows and columns, whatever the columns' names and order. grouping: of frame
    and keys, None where it does not group. question: of what it reads, how that is tied together, and keys, whatever
    values it picks. joined: how many sources it joins. later: how many conditions there are on groups and windows.
    picked: the columns that it compares with values. conditions, keys: to be read by people.
    """

    reads: tuple[str, ...]
    frame: str
    rows: str
    whole: str
    grouping: str | None
    question: str
    joined: int
    later: int
    picked: tuple[str, ...]
    conditions: tuple[str, ...]
    keys: tuple[str, ...]
    outputs: tuple[Output, ...]


@dataclass(frozen=True, slots=True)
class SubQuery:
    """A query as it is written. name: of the CTE or alias, empty for the whole. lines: how many it takes.

    uses: the queries of this text that it reads, by name. bare: whether it takes columns of one source as they are.
    """

    name: str
    lines: int
    logic: Logic
    uses: tuple[str, ...] = ()
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Blocks:
    """The queries in a SQL text by their names, the whole one last, and those inside their expressions."""

    named: tuple[tuple[str, Block], ...]
    asked: Asked

    def find(self, query: SubQuery) -> Block | None:
        """The block of a query that was read before."""
        found = (block for name, block in self.named if name == query.name and logic_of(block) == query.logic)
        return next(found, None)


@dataclass(frozen=True, slots=True)
class Reading:
    """The queries in a SQL text, the whole one last. unread: why they are not all there; empty where they are."""

    queries: tuple[SubQuery, ...]
    unread: str = ""


def read_logic(sql: str, dialect: str, tables: Tables) -> Reading:
    """What each query in `sql` means. Never raises on account of the SQL: what cannot be read is in `unread`."""
    context = Context(dialect, tables, read_query, whole_term)
    try:
        query = _parsed(sql, dialect)
        context.seen.append(("", query, read_query(query, Scope(context, {}))))
        return Reading(tuple(_sub_queries(context)))
    except (Unreadable, SqlglotError, RecursionError) as error:
        return _as_far(context, error)


def read_blocks(sql: str, dialect: str, tables: Tables) -> Blocks:
    """Each query in `sql` as a block, which SQL can be written from. Raises Unreadable where it cannot be read."""
    context = Context(dialect, tables, read_query, whole_term)
    try:
        query = _parsed(sql, dialect)
        context.seen.append(("", query, read_query(query, Scope(context, {}))))
    except (SqlglotError, RecursionError) as error:
        raise Unreadable(str(error)) from error
    return Blocks(tuple((name, block) for name, _, block in context.seen), context.asked)


def _as_far(context: Context, error: Exception) -> Reading:
    """What was read before the part that could not be."""
    reason = str(error).strip().partition("\n")[0] or "it is nested too deeply"
    try:
        return Reading(tuple(_sub_queries(context)), reason)
    except RecursionError:
        return Reading((), reason)


def _parsed(sql: str, dialect: str) -> exp.Expr:
    statements = [each for each in parse(sql, dialect=dialect) if each is not None]
    if len(statements) != 1 or not isinstance(statements[0], exp.Query | exp.Values):
        raise Unreadable("it is not one query")
    return statements[0]


def _sub_queries(context: Context) -> Iterator[SubQuery]:
    names = {name for name, _, _ in context.seen if name}
    for name, node, block in context.seen:
        if not name or not block.trivial:
            uses = tuple(each for each in _named_in(node) if each in names and each != name)
            yield SubQuery(name, _lines(node), logic_of(block), uses, block.trivial)


def _named_in(node: exp.Expr) -> Iterable[str]:
    """CTEs that a query may name, and queries that stand in it."""
    inner = node.find_all(exp.Table, exp.Subquery)
    return dict.fromkeys((each.alias if isinstance(each, exp.Subquery) else each.name).lower() for each in inner)


def _lines(node: exp.Expr) -> int:
    """How many lines a query takes as it is written, by the names in it."""
    places = [each.meta["line"] for each in node.find_all(exp.Identifier) if "line" in each.meta]
    return max(places) - min(places) + 1 if places else 1


def logic_of(block: Block) -> Logic:
    """The logic of a block."""
    finished = finish(block)
    terms = tuple(sorted({term for _, term in finished.outputs}, key=repr))
    return Logic(
        tuple(sorted(set(_reads(block)))),
        digest(finished.frame),
        digest(finished.rows),
        digest((finished.rows, terms)),
        None if finished.keys is None else digest((finished.frame, finished.keys)),
        digest((finished.sources, _ties(finished.conditions), finished.joins, finished.keys)),
        len(block.sources),
        len(block.having) + len(block.qualify),
        _picked(finished.conditions),
        tuple(say(term) for term in _parts(finished.conditions)),
        tuple(say(term) for term in _parts(finished.keys)),
        tuple(_output(name, term) for name, term in finished.outputs),
    )


def _ties(conditions: Term) -> tuple[Term, ...]:
    """The conditions that compare columns with each other."""
    return tuple(term for term in _parts(conditions) if not contains(term, *VALUES))


def _picked(conditions: Term) -> tuple[str, ...]:
    """The columns of conditions that name values."""
    told = (part for term in _parts(conditions) if contains(term, *VALUES) for part in walk(term))
    return tuple(sorted({say(part) for part in told if isinstance(part, tuple) and part[:1] == (COLUMN,)}))


def _parts(term: Term | None) -> tuple[Term, ...]:
    return term[1:] if isinstance(term, tuple) else ()


def _output(name: str, term: Term) -> Output:
    return Output(
        name, digest(term), is_plain(term), contains(term, AGGREGATE), json.dumps(term, separators=(",", ":"))
    )


def _reads(block: Block) -> Iterator[str]:
    for source in block.sources.values():
        if source.block is not None:
            yield from _reads(source.block)
        elif isinstance(source.label, str):
            yield source.label
    for term in (*block.terms(), block.combined or ""):
        yield from _labels(term)


def _labels(term: Term) -> Iterator[str]:
    """The relations that finished queries inside a term read."""
    if isinstance(term, tuple):
        if term and term[0] == "sources":
            yield from (part for part in term[1:] if isinstance(part, str) and not part.startswith(("query ", "made ")))
        for part in term:
            yield from _labels(part)
