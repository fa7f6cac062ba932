"""What the computed columns of marts mean, to find equal and different ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ribbon.evolve.evidence.logic import ProjectLogic
from ribbon.model import Layer
from ribbon.sql.canonical import AGGREGATE, COLUMN, OUTPUT, Term, contains, digest, from_json, rebuilt, tidy, walk

__all__ = ["Measure", "differ", "measures"]

# A value from a generated calendar or a set operation cannot be distinguished from the one it was joined with.
VEILED = ("place", "deep")


@dataclass(frozen=True)
class Measure:
    """A computed column of a mart. meaning: in terms of sources, without guards against nulls and zeros.

    made_at: a fingerprint of how it is computed and over which rows; None where it is combined from several queries.
    """

    model: str
    column: str
    meaning: Term
    whole: Term
    made_at: str | None

    @cached_property
    def columns(self) -> frozenset[tuple[str, str]]:
        """The columns of sources whose values it is computed from."""
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


def measures(project: ProjectLogic) -> Iterator[Measure]:
    """The columns of marts that are computed or aggregated anywhere upstream."""
    for model in project.readings:
        logic = project.whole(model)
        if logic is None or project.graph.nodes[model].project.layer is not Layer.MART:
            continue
        for output in logic.outputs:
            whole = project.meaning(model, output.name)
            if whole is not None and isinstance(whole, tuple) and whole[0] != COLUMN and not contains(whole, *VEILED):
                yield Measure(
                    model, output.name, bare(whole), whole, _made_at(from_json(output.term), logic.rows, whole)
                )


def differ(one: Measure, other: Measure, project: ProjectLogic) -> bool:
    """Whether two measures of one name certainly mean different things.

    Counted rows certainly differ where their values come from different sources. Values from different sources are
    taken for the same thing, because their sources are alike.
    """
    if not all(name in project.graph.nodes for name, _ in (*one.columns, *other.columns)):
        return False
    if one.counted or other.counted:
        if one.columns and other.columns:
            return one.columns != other.columns
        return not _tables(one, project) & _tables(other, project)
    return one.meaning != other.meaning and bool(_tables(one, project) & _tables(other, project))


def bare(term: Term) -> Term:
    """The term without sums, which only set its grain, and without replacements of nulls and zeros."""
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
    """Computed in one place: the query itself, or a single one that it reads."""
    inner = {str(part[1]) for part in walk(term) if isinstance(part, tuple) and part[:1] == (OUTPUT,)}
    own = contains(rebuilt(term, _hidden), AGGREGATE)
    if not contains(whole, AGGREGATE) or len(inner) + own != 1:
        return None
    return digest((rows if own else inner.pop().removeprefix("query "), bare(whole)))


def _hidden(term: Term) -> Term | None:
    return "" if isinstance(term, tuple) and term[:1] == (OUTPUT,) else None


def _tables(measure: Measure, project: ProjectLogic) -> frozenset[str]:
    read = {name for name, _ in measure.columns}
    return frozenset(read.union(*(project.begins(name) for name in measure.counted)))
