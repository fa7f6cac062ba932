"""The logic of each query in a SQL text: fingerprints of what it reads, filters, groups, and of what columns mean."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

from ribbon.sql.canonical.blocks import Block, ExpressionQueries
from ribbon.sql.canonical.expressions import meaning
from ribbon.sql.canonical.form import canonical_form, digest
from ribbon.sql.canonical.queries import read_query
from ribbon.sql.canonical.scope import Context, Scope
from ribbon.sql.canonical.terms import (
    AGGREGATE,
    COLUMN,
    CONSTANTS,
    Term,
    Unreadable,
    contains,
    is_plain,
    to_json,
    to_text,
    walk,
)
from ribbon.sql.tables import Tables

__all__ = ["Blocks", "Logic", "Output", "Reading", "SubQuery", "logic_of", "read_blocks", "read_logic"]


# Terms of values in a condition.
VALUES = (*CONSTANTS, "placeholder")


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
    and keys, None where it does not group. question: of what it reads, how that is joined, and keys, whatever
    values it picks. joined: how many sources it joins. later: how many conditions there are on groups and windows.
    picked: the columns that it compares with values. conditions, keys: for people to read.
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
    expression_queries: ExpressionQueries

    def find(self, query: SubQuery) -> Block | None:
        """The block of a query that was read before."""
        found = (block for name, block in self.named if name == query.name and logic_of(block) == query.logic)
        return next(found, None)


@dataclass(frozen=True, slots=True)
class Reading:
    """The queries in a SQL text, the whole one last. unread: why some are missing; empty where none is."""

    queries: tuple[SubQuery, ...]
    unread: str = ""


def read_logic(sql: str, dialect: str, tables: Tables) -> Reading:
    """What each query in `sql` means. Never raises on account of the SQL: what cannot be read is in `unread`."""
    context = Context(dialect, tables, read_query, meaning)
    reason = ""
    try:
        _read(sql, context)
    except (Unreadable, SqlglotError, RecursionError) as error:
        reason = str(error).strip().partition("\n")[0] or "it is nested too deeply"
    try:
        return Reading(tuple(_sub_queries(context)), reason)
    except RecursionError:
        return Reading((), reason or "it is nested too deeply")


def read_blocks(sql: str, dialect: str, tables: Tables) -> Blocks:
    """Each query in `sql` as a block, which SQL can be written from. Raises Unreadable where it cannot be read."""
    context = Context(dialect, tables, read_query, meaning)
    try:
        _read(sql, context)
    except (SqlglotError, RecursionError) as error:
        raise Unreadable(str(error)) from error
    return Blocks(tuple((name, block) for name, _, block in context.seen), context.expression_queries)


def _read(sql: str, context: Context) -> None:
    query = _parsed(sql, context.dialect)
    context.seen.append(("", query, read_query(query, Scope(context, {}))))


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
    """CTEs that a query may read, and sub-queries in it."""
    inner = node.find_all(exp.Table, exp.Subquery)
    return dict.fromkeys((each.alias if isinstance(each, exp.Subquery) else each.name).lower() for each in inner)


def _lines(node: exp.Expr) -> int:
    """How many lines a query takes as it is written, by the names in it."""
    places = [each.meta["line"] for each in node.find_all(exp.Identifier) if "line" in each.meta]
    return max(places) - min(places) + 1 if places else 1


def logic_of(block: Block) -> Logic:
    """The logic of a block."""
    form = canonical_form(block)
    terms = tuple(sorted({term for _, term in form.outputs}, key=repr))
    return Logic(
        tuple(sorted(set(_reads(block)))),
        digest(form.frame),
        digest(form.rows),
        digest((form.rows, terms)),
        None if form.keys is None else digest((form.frame, form.keys)),
        digest((form.sources, _joining(form.conditions), form.joins, form.keys)),
        len(block.sources),
        len(block.having) + len(block.qualify),
        _picked(form.conditions),
        tuple(to_text(term) for term in _parts(form.conditions)),
        tuple(to_text(term) for term in _parts(form.keys)),
        tuple(_output(name, term) for name, term in form.outputs),
    )


def _joining(conditions: Term) -> tuple[Term, ...]:
    """The conditions that compare columns with each other."""
    return tuple(term for term in _parts(conditions) if not contains(term, *VALUES))


def _picked(conditions: Term) -> tuple[str, ...]:
    """The columns of conditions that name values."""
    found = (part for term in _parts(conditions) if contains(term, *VALUES) for part in walk(term))
    return tuple(sorted({to_text(part) for part in found if isinstance(part, tuple) and part[:1] == (COLUMN,)}))


def _parts(term: Term | None) -> tuple[Term, ...]:
    return term[1:] if isinstance(term, tuple) else ()


def _output(name: str, term: Term) -> Output:
    return Output(name, digest(term), is_plain(term), contains(term, AGGREGATE), to_json(term))


def _reads(block: Block) -> Iterator[str]:
    for source in block.sources.values():
        if source.block is not None:
            yield from _reads(source.block)
        elif isinstance(source.label, str):
            yield source.label
    for term in (*block.terms(), block.combined or ""):
        yield from _labels(term)


def _labels(term: Term) -> Iterator[str]:
    """The relations that queries inside a term read."""
    for part in walk(term):
        if isinstance(part, tuple) and part and part[0] == "sources":
            yield from (each for each in part[1:] if isinstance(each, str) and not each.startswith(("query ", "made ")))
