"""`ribbon evolve` finds what is planted, proposes no near miss, and nothing else that nobody can explain."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest

from ribbon.evolve.proposals import Proposals
from ribbon.model import Proposal
from tests.evolve.planting import cases, deliveries, rounds

PLANTED_CASES = [case for case in cases() if case["planted"]]
NEAR_MISSES = [case for case in cases() if not case["planted"]]
DELIVERED = {delivery["case"] for delivery in deliveries()}

Case = dict[str, Any]
ProposedFor = Callable[[Case], tuple[Proposal, ...]]

# What is proposed beside the cases, and why it is right: kind and subject of each.
EXPLAINED: Mapping[tuple[str, ...], str] = {
    ("follow", "complete_journey.products.brand"): "missing in the delivery of near-follow-lost-and-found",
    ("follow", "complete_journey.products.pack_colour"): "new in the same delivery, and no renaming of the other",
}


@pytest.fixture
def proposed_for(proposals: Proposals, delivered: dict[str, Proposals]) -> ProposedFor:
    """The proposals of the kind of a case, while its delivery is on offer where it has one."""

    def proposed(case: Case) -> tuple[Proposal, ...]:
        found = delivered[case["id"]] if case["id"] in DELIVERED else proposals
        return tuple(each for each in found.found if each.kind == case["kind"])

    return proposed


@pytest.mark.parametrize("case", PLANTED_CASES, ids=[case["id"] for case in PLANTED_CASES])
def test_what_is_planted_is_found(case: Case, proposed_for: ProposedFor) -> None:
    found = proposed_for(case)

    assert any(_is_about(each, case) for each in found), f"only {_told(found)}"


@pytest.mark.parametrize("case", NEAR_MISSES, ids=[case["id"] for case in NEAR_MISSES])
def test_a_near_miss_is_not_proposed(case: Case, proposed_for: ProposedFor) -> None:
    assert _told(each for each in proposed_for(case) if _is_wrong(each, case)) == []


def test_no_proposal_stands_for_two_cases(proposed_for: ProposedFor) -> None:
    found = {case["id"]: [each.id for each in proposed_for(case) if _is_about(each, case)] for case in PLANTED_CASES}

    often = Counter(each for ids in found.values() for each in set(ids))
    shared = {case for case, ids in found.items() if ids and all(often[each] > 1 for each in ids)}
    assert shared == {"retire-shelf-fit", "retire-size-class"}, "what goes with a mart is named beside it"


def test_nothing_else_is_proposed_that_is_not_explained(proposals: Proposals, delivered: dict[str, Proposals]) -> None:
    everything = {each.id: each for found in (proposals, *delivered.values()) for each in found.found}
    others = [
        each
        for each in everything.values()
        if not any(each.kind == case["kind"] and _is_about(each, case) for case in PLANTED_CASES)
    ]

    assert {_key(each) for each in others} == set(EXPLAINED), _told(others)


def test_each_proposal_has_what_a_reader_needs(proposals: Proposals) -> None:
    assert [each.id for each in proposals.found if not (each.title and each.evidence and each.risk)] == []
    assert [each.id for each in proposals.found if each.provable and not each.edits] == []
    assert proposals.unknown == ()


def test_names_in_marts_of_one_grain_come_with_how_far_the_numbers_differ(proposals: Proposals) -> None:
    told = {each.title: each.evidence[-1].what for each in proposals.found if each.kind == "agree"}
    rows = r"of [\d,]+ rows that both have by sold_date, store_id, "

    apart = told["net_sales_usd: one name, two meanings"]
    assert re.fullmatch(rows + r"[\d,]+ differ; on average [\d.]+ and [\d.]+", apart), apart
    same = told["paid_usd, net_sales_usd: one meaning, 2 names"]
    assert re.fullmatch(rows + "none differ", same), same


def test_what_this_repository_keeps_apart_is_what_is_still_found(proposals: Proposals) -> None:
    assert proposals.past == (), "docs/decisions/dismissed.yml keeps what is not proposed any more"
    assert [kept.title for kept, proposal in proposals.dismissed if kept.title != proposal.title] == []


def test_each_round_delivers_a_table_once() -> None:
    assert [len({each["table"] for each in deliveries}) - len(deliveries) for deliveries in rounds()] == [0, 0, 0, 0]
    assert {each["case"] for deliveries in rounds() for each in deliveries} == DELIVERED


def _is_about(proposal: Proposal, case: Case) -> bool:
    return set(case["subject"]) <= _names(proposal)


def _is_wrong(proposal: Proposal, case: Case) -> bool:
    """Whether it has all of the subject of a near miss, or is about a column of it.

    An extract is about what models share: of a near miss that lies in one model, it is wrong where it has no other.
    """
    if proposal.kind == "extract" and len(case["subject"]) == 1:
        return _names(proposal) == set(case["subject"])
    return all(any(_lies_in(name, part) for name in _names(proposal)) for part in case["subject"])


def _lies_in(name: str, part: str) -> bool:
    return name == part or name.startswith(f"{part}.")


def _names(proposal: Proposal) -> frozenset[str]:
    """The subject as cases name it: models and groups by their names, sources as system.table, with their columns."""
    return frozenset(each.split(".", 2)[2] for each in proposal.subject)


def _key(proposal: Proposal) -> tuple[str, ...]:
    return (proposal.kind.value, *sorted(_names(proposal)))


def _told(found: Iterable[Proposal]) -> list[str]:
    return [f"{each.id} {each.title}" for each in found]
