"""Agree: one name with two meanings in two marts, or one meaning with two names."""

from collections.abc import Iterable, Iterator, Sequence

from ribbon.evolve.evidence.dependents import owners_of
from ribbon.evolve.evidence.measures import Measure, differ
from ribbon.evolve.evidence.project import ProjectEvidence
from ribbon.model import ColumnName, Evidence, Gain, Proposal, ProposalKind
from ribbon.sql.canonical import digest, to_text

__all__ = ["find_one_name_for_two", "find_two_names_for_one"]


# A name with more meanings than this, such as row_count, names a kind of thing and no particular one.
MEANINGS = 3


def find_one_name_for_two(seen: ProjectEvidence) -> Iterable[Proposal]:
    """A proposal for each name under which marts show things that certainly differ."""
    by_name: dict[str, list[Measure]] = {}
    for measure in _own(seen):
        by_name.setdefault(measure.column, []).append(measure)
    for name, found in sorted(by_name.items()):
        few = len({measure.meaning for measure in found if not measure.counted}) <= MEANINGS
        pair = _furthest_apart(seen, found) if few and _counts_few(found) else ()
        if pair:
            yield _proposal(seen, f"{name}: one name, two meanings", pair, found)


def find_two_names_for_one(seen: ProjectEvidence) -> Iterable[Proposal]:
    """A proposal for each thing, computed over the same rows, that marts give different names."""
    by_meaning: dict[str, list[Measure]] = {}
    for measure in _own(seen):
        if measure.made_at:
            by_meaning.setdefault(measure.made_at, []).append(measure)
    for found in by_meaning.values():
        names = dict.fromkeys(measure.column for measure in found)
        models = {measure.model for measure in found}
        if len(names) > 1 and len(models) > 1:
            pair = [next(measure for measure in found if measure.column == name) for name in names]
            yield _proposal(seen, f"{', '.join(names)}: one meaning, {len(names)} names", pair, pair)


def _counts_few(found: Sequence[Measure]) -> bool:
    return len({measure.counted for measure in found if measure.counted and not measure.columns}) <= MEANINGS


def _own(seen: ProjectEvidence) -> Iterator[Measure]:
    return (measure for measure in seen.measures if measure.model in seen.own)


def _furthest_apart(seen: ProjectEvidence, found: Sequence[Measure]) -> tuple[Measure, ...]:
    """Two that differ; of the same grain if possible, because readers are most likely to compare those."""
    pairs = [
        (one, other)
        for place, one in enumerate(found)
        for other in found[place + 1 :]
        if one.model != other.model and differ(one, other, seen.logic)
    ]
    return min(pairs, key=lambda pair: _grain(seen, pair[0]) != _grain(seen, pair[1]), default=())


def _grain(seen: ProjectEvidence, measure: Measure) -> frozenset[str]:
    """The columns of which a mart has one row each."""
    return seen.declared.grain(measure.model)


def _proposal(seen: ProjectEvidence, title: str, pair: Sequence[Measure], found: Sequence[Measure]) -> Proposal:
    cases = {seen.nodes.nodes[measure.model].use_case for measure in found}
    return Proposal(
        kind=ProposalKind.AGREE,
        subject=tuple(f"{measure.model}.{measure.column}" for measure in pair),
        meaning=digest(tuple(measure.meaning for measure in pair)),
        title=title,
        evidence=(*(_evidence(seen, measure) for measure in found), *_apart(seen, pair[0], pair[1])),
        gain=Gain(use_cases=len(cases - {None})),
        risk="Reports that show one of them change, in name or in value.",
        ask=tuple(dict.fromkeys(each for measure in pair for each in owners_of(seen, measure.model))),
    )


def _evidence(seen: ProjectEvidence, measure: Measure) -> Evidence:
    node = seen.nodes.nodes[measure.model]
    return Evidence(f"{node.label}.{measure.column}", to_text(measure.whole))


def _apart(seen: ProjectEvidence, one: Measure, other: Measure) -> Iterator[Evidence]:
    """How far the values differ in rows that both marts have."""
    key = sorted(_grain(seen, one))
    if not key or _grain(seen, one) != _grain(seen, other):
        return
    found = seen.apart(_column(one), _column(other), key)
    if found is None or not found.rows:
        return
    hidden = any(each.column.casefold() in seen.nodes.nodes[each.model].restricted for each in (one, other))
    shown = found.averages if found.differing and not hidden else None
    averages = f"; on average {shown[0]:,.6g} and {shown[1]:,.6g}" if shown else ""
    count = f"{found.differing:,}" if found.differing else "none"
    difference = f"of {found.rows:,} rows that both have by {', '.join(key)}, {count} differ{averages}"
    yield Evidence("the build file", difference)


def _column(measure: Measure) -> ColumnName:
    return ColumnName(measure.model, measure.column)
