"""Dismissed proposals: an entry appended to a text that stays as people wrote it."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml

from ribbon.errors import ConfigError
from ribbon.evolve.dismissed import FILE, dismiss, read_dismissed
from ribbon.evolve.proposals import Proposals
from ribbon.model import Dismissal, Edit, Proposal, ProposalKind

DAY = date(2026, 1, 31)
PROPOSAL = Proposal(ProposalKind.RETIRE, ("model.shop.old",), 'old: "nobody" asks for it', ())
ENTRY = "- {id: retire-000000, title: An old one, because: it was needed, date: 2025-01-31, who: Ann}"


def written(folder: Path, text: str) -> Path:
    path = folder / FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode("utf-8"))
    return path


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_entry_is_put_at_the_end_and_the_rest_stays_to_the_letter(tmp_path: Path, newline: str) -> None:
    before = f"# ours{newline}{ENTRY}  # ask Ann{newline}"
    path = written(tmp_path, before)

    dismiss(tmp_path, PROPOSAL, "Auditors:\n  need it", "", DAY)

    after = path.read_bytes().decode()
    assert after.startswith(before)
    assert after.count("\n") == after.count(newline) == 7
    assert [(each.id, each.because) for each in read_dismissed(tmp_path)] == [
        ("retire-000000", "it was needed"),
        ("retire-29f406", "Auditors: need it"),
    ]


@pytest.mark.parametrize("before", ["[]\n", f"  {ENTRY}\n", f"---\n{ENTRY}\n...\n"])
def test_a_file_that_would_not_parse_with_the_entry_is_left_alone(tmp_path: Path, before: str) -> None:
    path = written(tmp_path, before)

    with pytest.raises(ConfigError, match="cannot append an entry") as told:
        dismiss(tmp_path, PROPOSAL, "Auditors need it", "Ann", DAY)

    by_hand = str(told.value).partition("by hand:\n")[2]
    assert yaml.safe_load(by_hand)[0]["id"] == PROPOSAL.id
    assert path.read_bytes().decode() == before
    assert [each.name for each in path.parent.iterdir()] == [FILE.name]


def test_entries_of_the_file_under_its_old_name_still_count_and_new_ones_go_into_the_new_file(tmp_path: Path) -> None:
    old = written(tmp_path, f"{ENTRY}\n").rename(tmp_path / FILE.with_name("kept.yml"))

    dismiss(tmp_path, PROPOSAL, "Auditors need it", "Ann", DAY)

    assert [each.id for each in read_dismissed(tmp_path)] == ["retire-000000", PROPOSAL.id]
    assert old.read_text() == f"{ENTRY}\n"
    assert [entry["id"] for entry in yaml.safe_load((tmp_path / FILE).read_text())] == [PROPOSAL.id]


def test_what_the_old_file_dismisses_cannot_be_dismissed_twice(tmp_path: Path) -> None:
    entry = f"- {{id: {PROPOSAL.id}, title: An old one, because: it was needed, date: 2025-01-31, who: Ann}}\n"
    written(tmp_path, entry).rename(tmp_path / FILE.with_name("kept.yml"))

    with pytest.raises(ConfigError, match=r"already dismissed. Edit its entry in docs/decisions/kept.yml"):
        dismiss(tmp_path, PROPOSAL, "Auditors need it", "Ann", DAY)


def test_a_proposal_without_a_change_says_why_and_what_to_do() -> None:
    for kind in ProposalKind:
        by_hand = Proposal(kind, ("model.shop.old",), "old", ()).by_hand
        assert by_hand.endswith("."), kind
        assert ". " in by_hand, kind
    assert not Proposal(ProposalKind.RETIRE, ("model.shop.old",), "old", (), edits=(Edit("a.yml", "a", "b"),)).by_hand


def test_a_dismissed_proposal_is_found_with_the_decision() -> None:
    decision = Dismissal(PROPOSAL.id, "old", "Auditors need it", DAY, "Ann")
    proposals = Proposals((PROPOSAL,))
    assert proposals.dismissal(PROPOSAL.id) is None

    dismissed = proposals.without([decision])

    assert dismissed.named(PROPOSAL.id) == PROPOSAL
    assert dismissed.dismissal(PROPOSAL.id) == decision
    assert decision.decision == "dismissed on 2026-01-31 by Ann: Auditors need it"
    assert Dismissal("x", "old", "Auditors need it", DAY).decision == "dismissed on 2026-01-31: Auditors need it"


@pytest.mark.parametrize(
    "proposal",
    [
        Proposal(ProposalKind.RETIRE, ("model.{}.old",), "old", ()),
        Proposal(ProposalKind.FOLLOW, ("source.{}.shop.orders.id",), "orders.id is new", (), "new bigint"),
        Proposal(ProposalKind.PROMISE, ("model.{}.a.id",), "id: never failed", (), "idle test.{}.unique_a.0f"),
        Proposal(ProposalKind.RETIRE, ("model.{}.a", "model.other.b"), "a: not queried", (), "drop"),
    ],
)
def test_a_dismissal_counts_on_after_the_project_was_renamed(tmp_path: Path, proposal: Proposal) -> None:
    before, after = _of_project(proposal, "shop"), replace(_of_project(proposal, "store"), title="with other figures")
    dismiss(tmp_path, before, "Auditors need it", "Ann", DAY, "shop")

    dismissed = Proposals((after,), project="store").without(read_dismissed(tmp_path))

    assert before.id != after.id
    assert (dismissed.found, dismissed.past) == ((), ())
    assert dismissed.named(before.id) == dismissed.named(after.id) == after
    assert dismissed.dismissal(before.id) == dismissed.dismissal(after.id) is not None
    assert Proposals((after,), project="shop").without(read_dismissed(tmp_path)).found == (after,), "it was not renamed"


def test_a_fingerprint_of_a_renamed_project_is_known_by_the_title_and_the_kind(tmp_path: Path) -> None:
    before, after = (Proposal(ProposalKind.AGREE, (f"model.{name}.a.n",), "n: two meanings", (), name) for name in "xy")
    dismiss(tmp_path, before, "They are far apart", "Ann", DAY, "x")

    assert Proposals((after,), project="y").without(read_dismissed(tmp_path)).found == ()
    other = replace(after, kind=ProposalKind.EXTRACT)
    assert Proposals((other,), project="y").without(read_dismissed(tmp_path)).found == (other,)


def _of_project(proposal: Proposal, name: str) -> Proposal:
    subject = tuple(each.format(name) for each in proposal.subject)
    meaning = proposal.meaning.replace("test.{}", f"test.{name}")
    return replace(proposal, subject=subject, meaning=meaning)
