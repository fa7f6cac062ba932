"""One SELECT of a block, in the house's layout."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from textwrap import indent

from sqlglot import exp, parse_one

from ribbon.sql.normal.as_expressions import expression
from ribbon.sql.normal.asked import Asked
from ribbon.sql.normal.blocks import Block, Source, is_plain
from ribbon.sql.normal.expressions import Unreadable
from ribbon.sql.normal.lower import lowered
from ribbon.sql.normal.operators import binds, operand
from ribbon.sql.normal.relations import Relations
from ribbon.sql.normal.terms import AGGREGATE, Term, contains, walk
from ribbon.sql.normal.written_from import STEP, WIDTH, From

__all__ = ["WrittenSelect"]

QUALIFY = frozenset({"bigquery", "clickhouse", "databricks", "duckdb", "redshift", "snowflake"})
COMBINED = "combined"


@dataclass(frozen=True)
class WrittenSelect:
    """A block being written. around: what the sources of the queries around it are called, by id."""

    block: Block
    asked: Asked
    dialect: str
    relations: Relations
    around: Mapping[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """The whole query, without a line's end at its end."""
        lines = [*self._select(), *self._from(), *self._where(), *self._group(), *self._tail()]
        return "\n".join(lines)

    def column(self, term: Term) -> exp.Expr:
        """A column, with its source's name where more than one is in sight."""
        if term[0] == "place":
            return exp.column(self.block.sides[0].names()[int(str(term[1]))], table=COMBINED)
        known = {**self.around, **self.names}
        key, name = str(term[1]), str(term[2])
        if key not in known:
            raise Unreadable(f"{name} is of a query around it")
        return exp.column(name, table=None if self.alone else known[key])

    def query(self, term: Term) -> exp.Expr:
        """A query inside an expression."""
        found = self.asked.find(term)
        if found is None:
            raise Unreadable("a query inside an expression")
        block, ids = found
        known = {**self.around, **self.names}
        around = {first: known[now] for first, now in ids.items() if now in known}
        inner = WrittenSelect(block, self.asked, self.dialect, self.relations, around)
        return parse_one(inner.text(), dialect=self.dialect)

    def sql(self, term: Term) -> str:
        """A term on one line."""
        return self.line(expression(term, self))

    def line(self, node: exp.Expr) -> str:
        """An expression, lower case but for what is quoted; on one line unless it is too long for one."""
        text = lowered(node.sql(dialect=self.dialect, normalize_functions="lower"), self.dialect)
        if len(text) <= WIDTH:
            return text
        long = node.sql(dialect=self.dialect, normalize_functions="lower", pretty=True, indent=4, pad=4)
        return lowered(long, self.dialect)

    def nested(self, block: Block) -> str:
        """Another query, in brackets."""
        inner = WrittenSelect(block, self.asked, self.dialect, self.relations, self.around)
        return f"(\n{indent(inner.text(), STEP)}\n)"

    @cached_property
    def names(self) -> dict[str, str]:
        """What the sources are called, by id."""
        taken, found = set(self.around.values()), {}
        for key, source in self.block.sources.items():
            plain = _called(source)
            name = next(each for each in (plain, *(f"{plain}_{n}" for n in range(2, 100))) if each not in taken)
            taken.add(name)
            found[key] = name
        return found

    @cached_property
    def alone(self) -> bool:
        """Whether names of columns go without that of the source: no alias may be taken for a column either."""
        used = {str(part[2]) for term in self.block.terms() for part in walk(term) if is_plain(part)}
        computed = {name for name, term in self.block.outputs if not (is_plain(term) and term[2] == name)}
        return len(self.block.sources) == 1 and not self.around and not used & computed

    def _select(self) -> list[str]:
        once = [self.sql(term) for term in _part(self.block.tail, "once")]
        head = f"select distinct on ({', '.join(once)})" if once else "select"
        items = [indent(self._item(name, term), STEP) for name, term in self.block.outputs]
        return [head, *(f"{item}," for item in items[:-1]), *items[-1:]]

    def _item(self, name: str, term: Term) -> str:
        node = expression(term, self)
        told = isinstance(node, exp.Column) and node.name == name
        return self.line(node) if told else f"{self.line(node)} as {self.line(exp.to_identifier(name))}"

    def _from(self) -> list[str]:
        if self.block.combined is not None:
            return [f"from {self._combined()} as {COMBINED}"]
        return self._joined.lines

    @cached_property
    def _joined(self) -> From:
        return From(self.block, self)

    def _combined(self) -> str:
        if len(self.block.sides) != 2:  # noqa: PLR2004 - left and right
            raise Unreadable("rows that are listed")
        head = str(self.block.combined[0]) if self.block.combined else ""
        words = " ".join(sorted(head.split(), key=("union", "intersect", "except", "all", "by", "name").index))
        left, right = (
            WrittenSelect(side, self.asked, self.dialect, self.relations).text() for side in self.block.sides
        )
        return f"(\n{indent(_side(left), STEP)}\n{STEP}{words}\n{indent(_side(right), STEP)}\n)"

    def _where(self) -> list[str]:
        block = self.block
        if block.combined is not None:
            return self._all("where", [*block.conditions, *block.qualify])
        return self._all("where", self._joined.rest)

    def _group(self) -> list[str]:
        block, lines = self.block, []
        if block.keys is not None:
            keys = [term for term in block.keys if term[0] not in ("text", "number")]
            aggregated = any(
                contains(term, AGGREGATE) for term in (*(term for _, term in block.outputs), *block.having)
            )
            if any(term[0] == "sets" for term in keys) or not (keys or aggregated):
                raise Unreadable("a grouping by sets, or by nothing")
            lines += self._listed("group by", [self.sql(term) for term in keys])
        lines += self._all("having", block.having)
        if block.qualify and block.combined is None:
            if self.dialect not in QUALIFY:
                raise Unreadable("a condition on windows")
            lines += self._all("qualify", block.qualify)
        return lines

    def _tail(self) -> list[str]:
        tail, lines = self.block.tail, []
        ordered = [self._ordered(each) for each in _part(tail, "order")]
        lines += self._listed("order by", ordered)
        for part in tail[3:] if isinstance(tail, tuple) else ():
            lines.append(self.sql(part[1]).strip())
        return lines

    def _listed(self, word: str, told: Sequence[str]) -> list[str]:
        """A list on one line, or with a line for each where one is too short."""
        line = f"{word} {', '.join(told)}"
        if not told or len(line) <= WIDTH:
            return [line] if told else []
        return [word, indent(",\n".join(told), STEP)]

    def _ordered(self, key: Term) -> str:
        descending, nulls_first = key[1] == "true", key[2] == "true"
        node = exp.Ordered(this=expression(key[0], self), desc=descending, nulls_first=nulls_first)
        return self.line(node)

    def _all(self, word: str, terms: Sequence[Term]) -> list[str]:
        """Conditions that all hold, one a line where there are several."""
        told = [self.line(operand(expression(term, self), binds(exp.And()))) for term in terms]
        if len(told) <= 1:
            return [f"{word} {each}" for each in told]
        return [word, indent(told[0], STEP), *(indent(f"and {each}", STEP) for each in told[1:])]


def _part(tail: Term | None, name: str) -> tuple[Term, ...]:
    """The keys of a tail's order, or of its `distinct on`."""
    parts = tail[1:] if isinstance(tail, tuple) else ()
    return next((part[1:] for part in parts if isinstance(part, tuple) and part[0] == name), ())


def _called(source: Source) -> str:
    if source.block is not None:
        return "grouped" if source.block.keys is not None else "chosen"
    return source.label.rsplit(".", 1)[-1] if isinstance(source.label, str) else "made"


def _side(text: str) -> str:
    """A side of a set operation; in brackets where an order would be taken for that of both."""
    return f"(\n{indent(text, STEP)}\n)" if "\norder by" in text or "\nlimit" in text else text
