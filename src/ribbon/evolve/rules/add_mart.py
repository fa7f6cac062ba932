"""Add a mart: people repeat a join or an aggregation in their queries, and no mart has it."""

import re
from collections.abc import Collection, Iterable, Iterator

from ribbon.evolve.evidence.project import ProjectEvidence
from ribbon.evolve.evidence.query_logs import Question, questions
from ribbon.model import Evidence, Gain, Layer, Proposal, ProposalKind

__all__ = ["find_missing_marts"]

DAYS_OF_A_MONTH = 30
SHOWN = 300
PLAIN = re.compile(r"[\w.]+")


def find_missing_marts(seen: ProjectEvidence) -> Iterable[Proposal]:
    """A proposal for each question that several people ask in many weeks, and that no mart answers."""
    if seen.coverage.is_empty:
        return
    found = questions(seen.usage.statements(), seen.nodes)
    repeated = [question for question in found if _is_repeated(seen, question)]
    for question in repeated:
        if not _is_answered(seen, question) and not any(_answers(other, question) for other in repeated):
            yield _proposal(seen, question)


def _is_repeated(seen: ProjectEvidence, question: Question) -> bool:
    limits = seen.thresholds
    return len(question.weeks) >= limits.asked_weeks and len(question.people) >= limits.asking_people


def _answers(other: Question, question: Question) -> bool:
    """Whether a mart for another question has the columns that this one groups and filters by."""
    same = other is not question and other.logic.reads == question.logic.reads
    wanted = set(map(_key, question.logic.keys)) | question.picked
    return same and bool(question.logic.keys) and wanted <= set(map(_key, other.logic.keys))


def _is_answered(seen: ProjectEvidence, question: Question) -> bool:
    """Whether a single relation already has a row per group, and per value that people filter by."""
    logic = question.logic
    if len(logic.reads) != 1 or logic.joined != 1:
        return False
    grain = seen.declared.grain(logic.reads[0])
    return bool(grain) and set(map(_key, logic.keys)) | question.picked >= set(grain)


def _key(key: str) -> str:
    """A key without its relation, where it is a column."""
    return key.rsplit(".", 1)[-1] if PLAIN.fullmatch(key) else key


def _proposal(seen: ProjectEvidence, question: Question) -> Proposal:
    nodes = [seen.nodes.nodes[key] for key in question.logic.reads]
    what = " and ".join(node.label for node in nodes)
    keys = ", ".join(map(_key, question.logic.keys))
    past = [node.label for node in nodes if node.layer is not Layer.MART]
    hidden = {name for node in nodes for name in node.restricted}
    return Proposal(
        kind=ProposalKind.ADD_MART,
        subject=tuple(sorted(question.logic.reads)),
        meaning=question.logic.question,
        title=f"{what}{f' by {keys}' if keys else ''}: queried repeatedly; no mart covers it",
        evidence=tuple(_evidence(question, past, hidden)),
        gain=Gain(
            use_cases=len({node.use_case for node in nodes if node.use_case}) or 1,
            seconds=_a_month(seen, question.seconds),
            queries=round(_a_month(seen, question.queries)),
        ),
        risk="A mart has to be built and maintained; ask first what decisions it supports.",
        ask=tuple(sorted(question.people)),
    )


def _evidence(question: Question, past: list[str], hidden: Collection[str]) -> Iterator[Evidence]:
    """What was queried; conditions on restricted columns are left out, because they may reveal values."""
    people, weeks = len(question.people), len(question.weeks)
    spelled = f", spelled in {question.statements} ways" if question.statements > 1 else ""
    yield Evidence("the query logs", f"{question.queries:,} queries of {people} people in {weeks} weeks{spelled}")
    if past:
        yield Evidence("the query logs", f"they bypass the marts: {', '.join(past)}")
    conditions = [each for each in question.logic.conditions if not _names(each, hidden)]
    if conditions:
        yield Evidence("what they query", f"where {', '.join(conditions)}")
    if _names(question.sql, hidden):
        yield Evidence("one of them", "not shown, because it names restricted columns")
    else:
        yield Evidence("one of them", " ".join(question.sql.split())[:SHOWN])


def _names(sql: str, columns: Collection[str]) -> bool:
    """Whether any of these columns is named in it, as a word."""
    return any(re.search(rf"\b{re.escape(name)}\b", sql, re.IGNORECASE) for name in columns)


def _a_month(seen: ProjectEvidence, total: float) -> float:
    days = (seen.coverage.days[1] - seen.coverage.days[0]).days + 1 if seen.coverage.days else DAYS_OF_A_MONTH
    return total * DAYS_OF_A_MONTH / max(days, DAYS_OF_A_MONTH)
