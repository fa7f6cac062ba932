"""Writes a block as formatted SQL, and checks that reading it gives the same block."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from textwrap import indent

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from ribbon.sql.canonical.blocks import Block, ExpressionQueries, Join, Source
from ribbon.sql.canonical.expression_writer import Writing, binds, expression, operand
from ribbon.sql.canonical.form import canonical_form
from ribbon.sql.canonical.logic import read_blocks
from ribbon.sql.canonical.terms import AGGREGATE, CONSTANTS, Term, Unreadable, contains, is_plain, walk
from ribbon.sql.literals import lowered
from ribbon.sql.tables import Table, Tables

__all__ = ["Statement", "write"]

STEP = "    "
WIDTH = 100  # of a line, without its indentation

OUTER = frozenset({"left", "full", "semi", "anti"})
QUALIFY = frozenset({"bigquery", "clickhouse", "databricks", "duckdb", "redshift", "snowflake"})
COMBINED = "combined"


@dataclass(frozen=True)
class Statement:
    """A query in lower case, four spaces a step, one column a line. relations: by what stands for them in the text."""

    text: str
    relations: Mapping[str, str]

    def naming(self, name: Callable[[str], str]) -> str:
        """The SQL with each relation, by its key, as `name` writes it."""
        return re.sub(r"\brelation_\d+__", lambda match: name(self.relations[match[0]]), self.text)


def write(block: Block, expression_queries: ExpressionQueries, dialect: str) -> Statement:
    """The SQL of a block. expression_queries: those inside its expressions.

    Raises Unreadable where it cannot be written so that it means the same: what is written is read again.
    """
    relations = _Relations()
    try:
        text = _Select(block, expression_queries, dialect, relations).text()
    except (SqlglotError, RecursionError, TypeError, ValueError, LookupError) as error:
        raise Unreadable(f"it cannot be written: {error}") from error
    again = read_blocks(text, dialect, Tables(relations.tables())).named[-1][1]
    wanted, found = canonical_form(block), canonical_form(again)
    if (found.rows, found.outputs) != (wanted.rows, wanted.outputs):
        raise Unreadable("it cannot be written so that it means the same")
    return Statement(text, relations.labels())


@dataclass(frozen=True)
class _Relations:
    """What stands for relations while SQL is written: they have other names in a model than in a database."""

    _known: dict[str, tuple[str, dict[str, str | None] | None]] = field(default_factory=dict)

    def word(self, label: str, columns: tuple[str, ...] | None) -> str:
        """What stands for a relation."""
        known = None if columns is None else dict[str, str | None].fromkeys(columns)
        return self._known.setdefault(label, (f"relation_{len(self._known)}__", known))[0]

    def labels(self) -> Mapping[str, str]:
        """The relation of each word."""
        return {word: label for label, (word, _) in self._known.items()}

    def tables(self) -> Iterator[Table]:
        """Each under the word that stands for it."""
        for label, (word, columns) in self._known.items():
            yield Table(label, (word,), columns)


@dataclass(frozen=True)
class _Select:
    """A block being written. around: what the sources of the queries around it are called, by id."""

    block: Block
    expression_queries: ExpressionQueries
    dialect: str
    relations: _Relations
    around: Mapping[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """The whole query, without a trailing newline."""
        lines = [*self._select(), *self._from(), *self._where(), *self._group(), *self._tail()]
        return "\n".join(lines)

    def _column(self, term: Term) -> exp.Expr:
        """A column, with its source's name where more than one is in sight."""
        if term[0] == "place":
            return exp.column(self.block.branches[0].names()[int(str(term[1]))], table=COMBINED)
        known = {**self.around, **self.names}
        key, name = str(term[1]), str(term[2])
        if key not in known:
            raise Unreadable(f"{name} is of a query around it")
        return exp.column(name, table=None if self.alone else known[key])

    def _query(self, term: Term) -> exp.Expr:
        """A query inside an expression."""
        found = self.expression_queries.find(term)
        if found is None:
            raise Unreadable("a query inside an expression")
        block, ids = found
        known = {**self.around, **self.names}
        around = {first: known[now] for first, now in ids.items() if now in known}
        inner = _Select(block, self.expression_queries, self.dialect, self.relations, around)
        return parse_one(inner.text(), dialect=self.dialect)

    def expression(self, term: Term) -> exp.Expr:
        """The expression of a term."""
        return expression(term, Writing(self.dialect, self._column, self._query))

    def sql(self, term: Term) -> str:
        """A term on one line."""
        return self.line(self.expression(term))

    def line(self, node: exp.Expr) -> str:
        """An expression, lower case but for what is quoted; on one line unless it is too long for one."""
        text = lowered(node.sql(dialect=self.dialect, normalize_functions="lower"), self.dialect)
        if len(text) <= WIDTH:
            return text
        long = node.sql(dialect=self.dialect, normalize_functions="lower", pretty=True, indent=4, pad=4)
        return lowered(long, self.dialect)

    def condition(self, term: Term) -> str:
        """A condition that others are joined to with `and`."""
        return self.line(operand(self.expression(term), binds(exp.And())))

    def nested(self, block: Block) -> str:
        """Another query, in brackets."""
        inner = _Select(block, self.expression_queries, self.dialect, self.relations, self.around)
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
        node = self.expression(term)
        is_named = isinstance(node, exp.Column) and node.name == name
        return self.line(node) if is_named else f"{self.line(node)} as {self.line(exp.to_identifier(name))}"

    def _from(self) -> list[str]:
        if self.block.combined is not None:
            return [f"from {self._combined()} as {COMBINED}"]
        return self._joined.lines

    @cached_property
    def _joined(self) -> "_From":
        return _From(self.block, self)

    def _combined(self) -> str:
        if len(self.block.branches) != 2:  # noqa: PLR2004 - left and right
            raise Unreadable("rows that are listed")
        head = str(self.block.combined[0]) if self.block.combined else ""
        words = " ".join(sorted(head.split(), key=("union", "intersect", "except", "all", "by", "name").index))
        left, right = (
            _Select(branch, self.expression_queries, self.dialect, self.relations).text()
            for branch in self.block.branches
        )
        return f"(\n{indent(_branch(left), STEP)}\n{STEP}{words}\n{indent(_branch(right), STEP)}\n)"

    def _where(self) -> list[str]:
        block = self.block
        if block.combined is not None:
            return self._all("where", [*block.conditions, *block.qualify])
        return self._all("where", self._joined.rest)

    def _group(self) -> list[str]:
        block, lines = self.block, []
        if block.keys is not None:
            keys = [term for term in block.keys if term[0] not in CONSTANTS]
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

    def _listed(self, word: str, items: Sequence[str]) -> list[str]:
        """A list on one line, or with a line for each where one is too short."""
        line = f"{word} {', '.join(items)}"
        if not items or len(line) <= WIDTH:
            return [line] if items else []
        return [word, indent(",\n".join(items), STEP)]

    def _ordered(self, key: Term) -> str:
        descending, nulls_first = key[1] == "true", key[2] == "true"
        node = exp.Ordered(this=self.expression(key[0]), desc=descending, nulls_first=nulls_first)
        return self.line(node)

    def _all(self, word: str, terms: Sequence[Term]) -> list[str]:
        """Conditions that all hold, one a line where there are several."""
        lines = [self.condition(term) for term in terms]
        if len(lines) <= 1:
            return [f"{word} {each}" for each in lines]
        return [word, indent(lines[0], STEP), *(indent(f"and {each}", STEP) for each in lines[1:])]


class _From:
    """FROM and JOIN of a block: sources that may not be missing first, each beside what it is joined to.

    lines: of FROM and JOIN. rest: the conditions that are not part of them.
    """

    def __init__(self, block: Block, select: _Select) -> None:
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
            joined = [key for key in waiting if self._joining(key)]
            yield self._inner((joined or waiting)[0])
            waiting.remove(self._seen[-1])
        if any(term in self.rest for term in within):
            raise Unreadable("a filter before a full join")
        for join in self._block.joins:
            yield self._outer(join)

    def _inner(self, key: str) -> str:
        joining = self._joining(key)
        source = self._source(key)
        self.rest = [term for term in self.rest if term not in joining]
        return self._on(f"inner join {source}", joining) if joining else f"cross join {source}"

    def _outer(self, join: Join) -> str:
        if len(join.ids) != 1 or join.kind not in OUTER:
            raise Unreadable(f"a {join.kind} join of several")
        conditions = [term for term in join.conditions if term[0] != "beside"]
        (key,) = join.ids
        if not all(self._ids(term) <= {key, *self._seen} for term in conditions):
            raise Unreadable("a join with what comes later")
        return self._on(f"{join.kind} join {self._source(key)}", conditions)

    def _joining(self, key: str) -> list[Term]:
        """Equalities of columns of a source and of those before it."""
        return [term for term in self.rest if _equality(term) and key in self._ids(term) <= {key, *self._seen}]

    def _ids(self, term: Term) -> frozenset[str]:
        """The sources that a term names."""
        parts = (part[1] for part in walk(term) if isinstance(part, tuple) and len(part) > 1)
        return frozenset(str(part) for part in parts if isinstance(part, str) and part in self._block.sources)

    def _on(self, joined: str, terms: list[Term]) -> str:
        """A join with its conditions; they have lines of their own where one is too short."""
        conditions = [self._select.condition(term) for term in terms]
        line = f"{joined} on {' and '.join(conditions) or 'true'}"
        if len(line.rsplit("\n", 1)[-1]) <= WIDTH:
            return line
        return f"{joined}\n" + indent("on " + "\nand ".join(conditions), STEP)

    def _source(self, key: str) -> str:
        self._seen.append(key)
        source, name = self._block.sources[key], self._select.names[key]
        if source.block is not None:
            return f"{self._select.nested(source.block)} as {name}"
        if isinstance(source.label, str):
            word = self._select.relations.word(source.label, source.columns)
            return word if self._select.alone and not self._is_named_inside() else f"{word} as {name}"
        return f"{self._made(source)} as {name}({', '.join(source.columns or ())})"

    def _is_named_inside(self) -> bool:
        """Whether a query inside an expression may name the source."""
        return any(part[:1] == ("query",) for term in self._block.terms() for part in walk(term))

    def _made(self, source: Source) -> str:
        if source.columns is None:
            raise Unreadable("a function whose columns have no names")
        node = self._select.expression(source.label[1])
        text = self._select.line(node)
        return f"({text})" if isinstance(node, exp.Values) and not text.startswith("(") else text


def _beside(join: Join) -> tuple[Term, ...]:
    """The joins and filters of the rows before a full join."""
    beside = [term for term in join.conditions if isinstance(term, tuple) and term[0] == "beside"]
    return beside[0][1:] if beside else ()


def _equality(term: Term) -> bool:
    return term[0] == "eq" and all(is_plain(side) for side in term[1:])


def _part(tail: Term | None, name: str) -> tuple[Term, ...]:
    """The keys of a tail's order, or of its `distinct on`."""
    parts = tail[1:] if isinstance(tail, tuple) else ()
    return next((part[1:] for part in parts if isinstance(part, tuple) and part[0] == name), ())


def _called(source: Source) -> str:
    if source.block is not None:
        return "grouped" if source.block.keys is not None else "chosen"
    return source.label.rsplit(".", 1)[-1] if isinstance(source.label, str) else "made"


def _branch(text: str) -> str:
    """A branch of a set operation; in brackets where its ORDER BY would be taken for that of both."""
    return f"(\n{indent(text, STEP)}\n)" if "\norder by" in text or "\nlimit" in text else text
