"""What measures of marts mean, so far that two of them can be called the same or different."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ribbon.evolve.middle.logic import Middle
from ribbon.model import Layer
from ribbon.sql.canonical import AGGREGATE, COLUMN, OUTPUT, Term, contains, digest, from_json, rebuilt, tidy, walk

__all__ = ["Measure", "differ", "measures"]

# A value that a generated calendar or a set operation gives cannot be told apart from the one that it was joined with.
VEILED = ("place", "deep")


@dataclass(frozen=True)
class Measure:
    """A computed column of a mart. meaning: in terms of sources, without what only guards against nulls and zeros.

    made_at: a fingerprint of the rows that it is computed over and of how; None where it is put together from several.
    """

    model: str
    column: str
    meaning: Term
    whole: Term
    made_at: str | None

    @cached_property
    def columns(self) -> frozenset[tuple[str, str]]:
        """The columns of sources whose values it is made from."""
        return frozenset(
            (str(part[1]), str(part[2]))
            for part in walk(self.meaning)
            if isinstance(part, tuple) and part[:1] == (COLUMN,)
        )

    @cached_property
    def counted(self) -> frozenset[str]:
        """The relations whose rows it counts."""
        return frozenset(
            str(each)
            for part in walk(self.meaning)
            if isinstance(part, tuple) and part[:1] == ("count rows",)
            for each in walk(part)
            if isinstance(each, str) and "." in each
        )


def measures(middle: Middle) -> Iterator[Measure]:
    """The columns of marts that are computed or aggregated somewhere on their way."""
    for model in middle.readings:
        logic = middle.whole(model)
        if logic is None or middle.graph.nodes[model].project.layer is not Layer.MART:
            continue
        for output in logic.outputs:
            whole = middle.meaning(model, output.name)
            if whole is not None and isinstance(whole, tuple) and whole[0] != COLUMN and not contains(whole, *VEILED):
                yield Measure(
                    model, output.name, bare(whole), whole, _made_at(from_json(output.term), logic.rows, whole)
                )


def differ(one: Measure, other: Measure, middle: Middle) -> bool:
    """Whether the two are sure to mean different things, of what one could take for the same.

    Rows that are counted are different ones for sure where their values come from different sources. Values of
    different sources have the same name because their sources are alike.
    """
    if not all(name in middle.graph.nodes for name, _ in (*one.columns, *other.columns)):
        return False
    if one.counted or other.counted:
        if one.columns and other.columns:
            return one.columns != other.columns
        return not _tables(one, middle) & _tables(other, middle)
    return one.meaning != other.meaning and bool(_tables(one, middle) & _tables(other, middle))


def bare(term: Term) -> Term:
    """The term without sums, which say at which grain it is, and without what stands in for nulls and zeros."""
    return tidy(_bare(term))


def _bare(term: Term) -> Term:
    match term:
        case ("agg", ("sum", ("this", inner))):
            return _bare(inner)
        case ("coalesce", ("this", inner), ("expressions", (("number", _),))):
            return _bare(inner)
        case ("nullif", ("this", inner), ("expression", ("number", "0"))):
            return _bare(inner)
        case str():
            return term
    return tuple(_bare(part) for part in term)


def _made_at(term: Term, rows: str, whole: Term) -> str | None:
    """One place alone: the query itself, or a single one that it reads."""
    inner = {str(part[1]) for part in walk(term) if isinstance(part, tuple) and part[:1] == (OUTPUT,)}
    own = contains(rebuilt(term, _hidden), AGGREGATE)
    if not contains(whole, AGGREGATE) or len(inner) + own != 1:
        return None
    return digest((rows if own else inner.pop().removeprefix("query "), bare(whole)))


def _hidden(term: Term) -> Term | None:
    return "" if isinstance(term, tuple) and term[:1] == (OUTPUT,) else None


def _tables(measure: Measure, middle: Middle) -> frozenset[str]:
    read = {name for name, _ in measure.columns}
    return frozenset(read.union(*(middle.begins(name) for name in measure.counted)))
