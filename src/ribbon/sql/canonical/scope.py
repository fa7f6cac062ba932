"""The scope of a SELECT for the canonical form: names stand for terms, and what it reads goes into a block."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import NoReturn

from sqlglot import exp

from ribbon.sql.canonical.blocks import Block, ExpressionQueries, Source
from ribbon.sql.canonical.form import whole_term
from ribbon.sql.canonical.terms import COLUMN, OUTPUT, Term, Unreadable
from ribbon.sql.resolve import ColumnList, FromItem, Open, Resolver
from ribbon.sql.tables import Tables

__all__ = ["Context", "Scope"]


@dataclass(slots=True)
class Context:
    """What holds for one query.

    read: reads a query inside a scope. meaning: reads an expression in one. Both are here because queries are made of
    expressions and expressions of queries. seen: every query that was written, in the order in which it was read: its
    name, its node, its block. expression_queries: those inside expressions.
    """

    dialect: str
    tables: Tables
    read: "Callable[[exp.Expr, Scope], Block]"
    meaning: "Callable[[exp.Expr, Scope], Term]"
    seen: list[tuple[str, exp.Expr, Block]] = field(default_factory=list)
    expression_queries: ExpressionQueries = field(default_factory=ExpressionQueries)
    numbers: "count[int]" = field(default_factory=count)

    def new_id(self) -> str:
        """An id that no other source has."""
        return f"#{next(self.numbers)}"

    def fresh(self, block: Block) -> Block:
        """The block with ids of its own."""
        return block.renamed({key: self.new_id() for key in block.sources})


@dataclass(slots=True)
class Scope(Resolver[Term]):
    """The inside of one SELECT. ctes: by name. bound: the parameters of lambdas around an expression."""

    context: Context
    ctes: Mapping[str, Block | None]
    block: Block = field(default_factory=Block)
    bound: Mapping[str, Term] = field(default_factory=dict)

    @property
    def dialect(self) -> str:
        """The dialect, by its name in sqlglot."""
        return self.context.dialect

    def query(self, node: exp.Expr) -> Term:
        """What a query inside an expression gives back."""
        block = self.context.read(node, Scope(self.context, self.ctes, outer=self))
        term = whole_term(block)
        self.context.expression_queries.add(term, block)
        return term

    def add(self, path: tuple[str, ...], source: Source) -> None:
        """Add a source to the FROM, and the names of its columns."""
        key = self.context.new_id()
        self.block.sources[key] = source
        head = COLUMN if source.block is None else OUTPUT
        opens: tuple[Open[Term], ...] = ()
        if source.columns is None:
            opens = (Open("".join(path[-1:]) or "a function", lambda name: (COLUMN, key, name.lower())),)
        columns: list[tuple[str, Term]] = [(each, (head, key, each)) for each in source.columns or ()]
        self.sources.append(FromItem(path, ColumnList(columns, opens)))

    def type_name(self, node: exp.Expr) -> str:
        """A data type as the dialect writes it, lower case."""
        return self.text(node).lower()

    def text(self, node: exp.Expr) -> str:
        """An expression as its dialect writes it."""
        return node.sql(dialect=self.context.dialect)

    def evaluate(self, node: exp.Expr) -> Term:
        """The term of an expression. Raises Unreadable where a name in it means nothing."""
        return self.context.meaning(node, self)

    def unresolved(self, reason: str) -> NoReturn:
        """Raise Unreadable."""
        raise Unreadable(reason)

    def unlisted(self, parts: Sequence[str], alias: Term | None) -> Term | None:
        """An alias, or a column of the one relation whose columns are not known."""
        return self.guess(parts[0]) if alias is None else alias

    def fields(self, value: Term, parts: Sequence[str], start: int) -> Term:
        """A field of a struct."""
        return ("field", value, *parts[start:]) if start < len(parts) else value

    def struct(self, value: Term) -> dict[str, Term] | None:  # noqa: ARG002 - terms have no types
        """None: terms have no types."""
        return None

    def coalesced(self, values: tuple[Term, Term], text: str) -> Term:  # noqa: ARG002 - terms are no text
        """A column of USING in a full join."""
        return ("coalesce", *values)
