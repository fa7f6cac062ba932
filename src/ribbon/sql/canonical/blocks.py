"""A query as one piece: what it reads and joins, how it filters, groups, and what it gives back."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ribbon.sql.canonical.terms import AGGREGATE, UNMOVABLE, WINDOW, Term, contains, is_plain, rebuilt

__all__ = ["Block", "CanonicalForm", "ExpressionQueries", "Join", "Source"]


@dataclass(frozen=True, slots=True)
class CanonicalForm:
    """The parts of a block as terms that are equal where the logic is. labels: of its sources, sorted.

    ids: which source got which label; two blocks of one frame have the same labels, whatever their ids.
    """

    labels: tuple[str, ...]
    sources: Term
    conditions: Term
    joins: Term
    keys: Term | None
    having: Term
    qualify: Term
    tail: Term | None
    outputs: tuple[tuple[str, Term], ...]
    ids: tuple[tuple[str, str], ...] = field(default=(), compare=False, repr=False)

    @property
    def frame(self) -> Term:
        """The sources, joins and filters."""
        return ("frame", self.sources, self.conditions, self.joins)

    @property
    def rows(self) -> Term:
        """All that decides which rows there are."""
        parts: tuple[Term, ...] = (self.keys or "", self.having, self.qualify, self.tail or "")
        return ("rows", self.frame, ("keys", str(self.keys is not None)), *parts)


@dataclass(slots=True)
class Source:
    """A source of rows: a relation by its key, a nested query, or a table function.

    columns: their names in order, lower case; None where they are not known.
    """

    label: Term
    columns: tuple[str, ...] | None = None
    block: "Block | None" = None


@dataclass(frozen=True, slots=True)
class Join:
    """A join other than an inner one.

    kind: left, full, semi, anti, asof and so on. ids: the sources that may be missing, or that only decide. beside:
    for a full join, those of its other side.
    """

    kind: str
    ids: frozenset[str]
    conditions: tuple[Term, ...]
    beside: frozenset[str] = frozenset()


@dataclass(slots=True)
class Block:
    """Rows of `sources`, joined, for which `conditions` hold; grouped by `keys` where it is not None; filtered again.

    having: over groups. qualify: over windows, or over a set operation. outputs: name and meaning, in order. tail: an
    order with its limit, or the keys of `distinct on`. combined: a set operation instead of sources; branches: its two
    queries as they were read. form: its canonical form, once that was computed; from then on it is not changed.
    """

    sources: dict[str, Source] = field(default_factory=dict)
    conditions: list[Term] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    keys: list[Term] | None = None
    having: list[Term] = field(default_factory=list)
    qualify: list[Term] = field(default_factory=list)
    outputs: list[tuple[str, Term]] = field(default_factory=list)
    tail: Term | None = None
    combined: Term | None = None
    branches: "tuple[Block, ...]" = ()
    form: CanonicalForm | None = None

    @property
    def simple(self) -> bool:
        """Whether it only joins, filters and computes row by row, so that an outer query can absorb it."""
        later = self.keys is not None or self.having or self.qualify or self.tail or self.combined
        return not later and not any(contains(term, AGGREGATE, WINDOW, *UNMOVABLE) for _, term in self.outputs)

    @property
    def trivial(self) -> bool:
        """Whether it takes columns of one relation as they are."""
        return (
            len(self.sources) == 1
            and not (self.conditions or self.joins)
            and self.simple
            and all(is_plain(term) for _, term in self.outputs)
        )

    @property
    def nullable(self) -> frozenset[str]:
        """The sources whose columns can be null because no row was found."""
        return frozenset(each for join in self.joins for each in (*join.ids, *join.beside))

    def output(self, name: str) -> Term | None:
        """The meaning of a column that it gives back."""
        return next((term for known, term in self.outputs if known == name), None)

    def names(self) -> tuple[str, ...]:
        """The columns that it gives back."""
        return tuple(name for name, _ in self.outputs)

    def terms(self) -> Iterator[Term]:
        """All terms in it."""
        yield from self.conditions
        for join in self.joins:
            yield from join.conditions
        yield from self.keys or ()
        yield from self.having
        yield from self.qualify
        yield from (term for _, term in self.outputs)
        if self.tail is not None:
            yield self.tail

    def renamed(self, ids: Mapping[str, str]) -> "Block":
        """The same with other ids, so that it can be read twice."""
        return self.changed(lambda term: _with_ids(term, ids), ids)

    def changed(self, change: Callable[[Term], Term | None], ids: Mapping[str, str]) -> "Block":
        """The same with each part of its terms replaced for which `change` knows something, and with other ids."""

        def all_of(terms: list[Term]) -> list[Term]:
            return [rebuilt(term, change) for term in terms]

        return Block(
            {ids[key]: source for key, source in self.sources.items()},
            all_of(self.conditions),
            [
                Join(
                    join.kind,
                    frozenset(ids[each] for each in join.ids),
                    tuple(all_of(list(join.conditions))),
                    frozenset(ids[each] for each in join.beside),
                )
                for join in self.joins
            ],
            None if self.keys is None else all_of(self.keys),
            all_of(self.having),
            all_of(self.qualify),
            [(name, rebuilt(term, change)) for name, term in self.outputs],
            None if self.tail is None else rebuilt(self.tail, change),
            self.combined,
            self.branches,
        )


@dataclass(frozen=True)
class ExpressionQueries:
    """The queries inside expressions, by their terms, so that a term of such a query leads back to its block.

    Sources around a query, which its term names by id, count by their order in it.
    """

    _known: dict[Term, tuple[tuple[str, ...], Block]] = field(default_factory=dict)

    def add(self, term: Term, block: Block) -> None:
        """Remember the block of a term."""
        key, ids = _without_ids(term)
        self._known.setdefault(key, (ids, block))

    def find(self, term: Term) -> tuple[Block, Mapping[str, str]] | None:
        """The block of a term, and for each id of a source around it that the block names, that in the term."""
        key, ids = _without_ids(term)
        if key not in self._known:
            return None
        first, block = self._known[key]
        return block, dict(zip(first, ids, strict=True))

    def update(self, other: "ExpressionQueries") -> None:
        """Add the queries of another reading."""
        self._known.update(other._known)


def _without_ids(term: Term) -> tuple[Term, tuple[str, ...]]:
    ids: dict[str, str] = {}

    def change(part: Term) -> Term | None:
        match part:
            case (("col" | "out") as head, str(key), *rest) if key.startswith("#"):
                return (head, ids.setdefault(key, f"#around {len(ids)}"), *rest)
        return None

    return rebuilt(term, change), tuple(ids)


def _with_ids(term: Term, ids: Mapping[str, str]) -> Term | None:
    match term:
        case (("col" | "out") as head, str(key), *rest) if key in ids:
            return (head, ids[key], *rest)
    return None
