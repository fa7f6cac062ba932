"""What names mean inside one SELECT."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count

from sqlglot import exp

from ribbon.sql.normal.asked import Asked
from ribbon.sql.normal.blocks import Block, Source
from ribbon.sql.normal.expressions import Unreadable
from ribbon.sql.normal.terms import COLUMN, OUTPUT, Term
from ribbon.sql.tables import Tables

__all__ = ["Context", "Scope", "Visible"]


@dataclass(slots=True)
class Context:
    """What holds for one query. read: reads a query inside a scope; canonical: the term of a finished block.

    seen: every query that was written, in the order in which it was read: its name, its node, its block. asked: those
    inside expressions.
    """

    dialect: str
    tables: Tables
    read: "Callable[[exp.Expr, Scope], Block]"
    canonical: Callable[[Block], Term]
    seen: list[tuple[str, exp.Expr, Block]] = field(default_factory=list)
    asked: Asked = field(default_factory=Asked)
    numbers: "count[int]" = field(default_factory=count)

    def new_id(self) -> str:
        """An id that no other source has."""
        return f"#{next(self.numbers)}"

    def fresh(self, block: Block) -> Block:
        """The block with ids of its own."""
        return block.renamed({key: self.new_id() for key in block.sources})


@dataclass(frozen=True, slots=True)
class Visible:
    """A name of the FROM and its columns. columns: name to meaning in order; None where nobody knows them all."""

    name: str
    source: str
    columns: Mapping[str, Term] | None
    path: tuple[str, ...] = ()

    def get(self, name: str) -> Term | None:
        """The meaning of a column; a relation of unknown columns has any."""
        return (COLUMN, self.source, name) if self.columns is None else self.columns.get(name)

    def called(self, path: tuple[str, ...]) -> bool:
        """Whether a qualifier means this."""
        return path == (self.name,) or (len(path) > 1 and self.path[-len(path) :] == path)


@dataclass(slots=True)
class Scope:
    """The inside of one SELECT. ctes: by name. merged: columns of USING. aliases: of the select list."""

    context: Context
    ctes: Mapping[str, Block | None]
    outer: "Scope | None" = None
    block: Block = field(default_factory=Block)
    visible: list[Visible] = field(default_factory=list)
    merged: dict[str, Term] = field(default_factory=dict)
    aliases: dict[str, Term] = field(default_factory=dict)
    windows: dict[str, exp.Expr] = field(default_factory=dict)

    def column(self, parts: tuple[str, ...]) -> Term | None:
        """What a dotted name means here, or around here."""
        found = self._here(parts)
        return found if found is not None or self.outer is None else self.outer.column(parts)

    def query(self, node: exp.Expr) -> Term:
        """What a query inside an expression gives back."""
        block = self.context.read(node, Scope(self.context, self.ctes, self))
        return self.context.asked.told(self.context.canonical(block), block)

    def window(self, name: str) -> exp.Expr | None:
        """A window of WINDOW, by its name."""
        return self.windows.get(name)

    def type_name(self, node: exp.Expr) -> str:
        """A data type as the dialect writes it."""
        return node.sql(dialect=self.context.dialect).lower()

    def add(self, name: str, source: Source, path: tuple[str, ...] = ()) -> Visible:
        """A source of its own under this name."""
        key = self.context.new_id()
        self.block.sources[key] = source
        head = COLUMN if source.block is None else OUTPUT
        columns = None if source.columns is None else {each: (head, key, each) for each in source.columns}
        return self.show(Visible(name, key, columns, path))

    def show(self, visible: Visible) -> Visible:
        """Make a name known."""
        self.visible.append(visible)
        return visible

    def _here(self, parts: tuple[str, ...]) -> Term | None:
        for length in range(len(parts) - 1, 0, -1):
            for visible in self.visible:
                if visible.called(parts[:length]):
                    found = visible.get(parts[length])
                    return None if found is None else _fields(found, parts[length + 1 :])
        found = self._unqualified(parts[0])
        return None if found is None else _fields(found, parts[1:])

    def _unqualified(self, name: str) -> Term | None:
        if name in self.merged:
            return self.merged[name]
        known = [visible.columns[name] for visible in self.visible if visible.columns and name in visible.columns]
        if len(known) > 1:
            raise Unreadable(f"{name} is ambiguous")
        if known or name in self.aliases:
            return known[0] if known else self.aliases[name]
        unknown = [visible for visible in self.visible if visible.columns is None]
        if len(unknown) > 1:
            raise Unreadable(f"{name} can be of several relations whose columns are not known")
        return unknown[0].get(name) if unknown else None


def _fields(term: Term, parts: tuple[str, ...]) -> Term:
    return ("field", term, *parts) if parts else term
