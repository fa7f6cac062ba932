"""FROM and JOIN of a block: sources that may not be missing first, each beside what it is tied to."""

from collections.abc import Iterator, Mapping
from textwrap import indent
from typing import Protocol

from sqlglot import exp

from ribbon.sql.normal.as_expressions import Writing, expression
from ribbon.sql.normal.blocks import Block, Join, Source, is_plain
from ribbon.sql.normal.expressions import Unreadable
from ribbon.sql.normal.operators import binds, operand
from ribbon.sql.normal.relations import Relations
from ribbon.sql.normal.terms import Term, walk

__all__ = ["STEP", "WIDTH", "From", "Select"]

STEP = "    "
WIDTH = 100  # of a line, without what it is moved to the right

OUTER = frozenset({"left", "full", "semi", "anti"})


class Select(Writing, Protocol):
    """The SELECT whose FROM it is."""

    @property
    def relations(self) -> Relations:
        """What stands for relations in the text."""

    @property
    def names(self) -> Mapping[str, str]:
        """What the sources are called, by id."""

    @property
    def alone(self) -> bool:
        """Whether columns go without the name of their source."""

    def line(self, node: exp.Expr) -> str:
        """An expression on one line."""

    def nested(self, block: Block) -> str:
        """Another query, in brackets."""


class From:
    """lines: of FROM and JOIN. rest: the conditions that are not said there."""

    def __init__(self, block: Block, select: Select) -> None:
        self._block, self._select = block, select
        self._seen: list[str] = []
        self.rest = list(block.conditions)
        self.lines = list(self._all()) if block.sources else []

    def _all(self) -> Iterator[str]:
        optional = [key for join in self._block.joins for key in join.ids]
        within = [term for join in self._block.joins for term in _beside(join)]
        waiting = [key for key in self._block.sources if key not in optional]
        if not waiting:
            raise Unreadable("every source may be missing")
        self.rest = [*within, *self.rest]
        yield f"from {self._source(waiting.pop(0))}"
        while waiting:
            tied = [key for key in waiting if self._ties(key)]
            yield self._inner((tied or waiting)[0])
            waiting.remove(self._seen[-1])
        if any(term in self.rest for term in within):
            raise Unreadable("a filter before a full join")
        for join in self._block.joins:
            yield self._outer(join)

    def _inner(self, key: str) -> str:
        ties = self._ties(key)
        source = self._source(key)
        self.rest = [term for term in self.rest if term not in ties]
        return self._on(f"inner join {source}", ties) if ties else f"cross join {source}"

    def _outer(self, join: Join) -> str:
        if len(join.ids) != 1 or join.kind not in OUTER:
            raise Unreadable(f"a {join.kind} join of several")
        conditions = [term for term in join.conditions if term[0] != "beside"]
        (key,) = join.ids
        if not all(self._ids(term) <= {key, *self._seen} for term in conditions):
            raise Unreadable("a join with what comes later")
        return self._on(f"{join.kind} join {self._source(key)}", conditions)

    def _ties(self, key: str) -> list[Term]:
        """Equalities of columns of a source and of those before it."""
        return [term for term in self.rest if _equality(term) and key in self._ids(term) <= {key, *self._seen}]

    def _ids(self, term: Term) -> frozenset[str]:
        """The sources that a term names."""
        parts = (part[1] for part in walk(term) if isinstance(part, tuple) and len(part) > 1)
        return frozenset(str(part) for part in parts if isinstance(part, str) and part in self._block.sources)

    def _on(self, joined: str, terms: list[Term]) -> str:
        """A join with its conditions; they have lines of their own where one is too short."""
        told = [self._select.line(operand(expression(term, self._select), binds(exp.And()))) for term in terms]
        line = f"{joined} on {' and '.join(told) or 'true'}"
        if len(line.rsplit("\n", 1)[-1]) <= WIDTH:
            return line
        return f"{joined}\n" + indent("on " + "\nand ".join(told), STEP)

    def _source(self, key: str) -> str:
        self._seen.append(key)
        source, name = self._block.sources[key], self._select.names[key]
        if source.block is not None:
            return f"{self._select.nested(source.block)} as {name}"
        if isinstance(source.label, str):
            word = self._select.relations.word(source.label, source.columns)
            return word if self._select.alone and not self._asks() else f"{word} as {name}"
        return f"{self._made(source)} as {name}({', '.join(source.columns or ())})"

    def _asks(self) -> bool:
        """Whether a query inside an expression may name the source."""
        return any(part[:1] == ("query",) for term in self._block.terms() for part in walk(term))

    def _made(self, source: Source) -> str:
        if source.columns is None:
            raise Unreadable("a function whose columns have no names")
        node = expression(source.label[1], self._select)
        text = self._select.line(node)
        return f"({text})" if isinstance(node, exp.Values) and not text.startswith("(") else text


def _beside(join: Join) -> tuple[Term, ...]:
    """How the rows before a full join were joined and filtered."""
    beside = [term for term in join.conditions if isinstance(term, tuple) and term[0] == "beside"]
    return beside[0][1:] if beside else ()


def _equality(term: Term) -> bool:
    return term[0] == "eq" and all(is_plain(side) for side in term[1:])
