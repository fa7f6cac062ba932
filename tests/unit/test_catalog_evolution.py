"""What `ribbon evolve` found last, in the catalog."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from ribbon.catalog import pages
from ribbon.catalog.load.evolution import about, read_evolution
from ribbon.catalog.pages.highlighting import highlighted_diff
from ribbon.catalog.views import EvolutionView, KeptView, ProposalView
from ribbon.errors import WorldError
from ribbon.evolve.evidence.project import ProjectEvidence
from ribbon.evolve.proposals import Proposals, save_proposals
from ribbon.lineage import TracedProject
from ribbon.model import Dismissal, Edit, Evidence, Gain, Proposal, ProposalKind
from tests.catalog_site import ROOT, Page
from tests.catalog_views import NOW
from tests.manifests import write_manifest
from tests.unit.test_catalog_building import Shop

BOARD, TOTALS, ORDERS = "model.shop.board", "model.shop.totals", "source.shop.crm.orders"
FOUND = datetime(2026, 3, 1, 4, 10, tzinfo=UTC)
RETIRE = Proposal(
    ProposalKind.RETIRE,
    (f"{BOARD}.total",),
    "mart.board.total: nobody asks for it",
    (Evidence("the query logs", "no query since 2025-01-01"),),
    gain=Gain(queries=2),
    ask=("Ann",),
    edits=(Edit("models/board.sql", "select id, total\n", "select id\n"),),
    provable=True,
)
AGREE = Proposal(ProposalKind.AGREE, (f"{TOTALS}.total", BOARD), "total: two meanings", ())
KEPT = Dismissal("retire-abcdef", "mart.old is not asked", "The auditors ask in March.", date(2026, 2, 1), "Ann")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "shop")


def remembered(shop: Shop, *found: Proposal, kept: tuple[Dismissal, ...] = (), unknown: tuple[str, ...] = ()) -> Path:
    """`ribbon evolve` ran in the project and found this."""
    target = write_manifest(shop.folder / "target", list(shop.nodes.values()))
    apart = tuple((each, AGREE) for each in kept)
    return save_proposals(
        ProjectEvidence(TracedProject(shop.project, target), FOUND.date()),
        Proposals(found, apart, unknown=unknown),
        FOUND,
    )


def page_of(view: EvolutionView) -> Page:
    return Page(pages.render_evolution(view, ROOT))


def view_of(*proposals: ProposalView, **more: object) -> EvolutionView:
    return EvolutionView(NOW, proposals=proposals, **more)  # type: ignore[arg-type]


def changed(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def test_where_nobody_looked_the_page_says_so_and_the_front_page_names_no_number(shop: Shop) -> None:
    shop.build()

    said = Page((shop.site / "evolution.html").read_text()).said
    assert "Not run yet" in said
    assert "to change the model" not in Page((shop.site / "index.html").read_text()).said


def test_where_nothing_was_found_the_front_page_says_so_in_words(shop: Shop) -> None:
    remembered(shop)
    shop.build()

    assert "no proposals to change the model" in Page((shop.site / "index.html").read_text()).said


def test_a_proposal_is_told_whole_with_its_time_and_the_command_that_makes_it(shop: Shop) -> None:
    remembered(shop, RETIRE, AGREE, unknown=("No source has landed.",))
    shop.build()

    page = Page((shop.site / "evolution.html").read_text())
    assert {RETIRE.id, AGREE.id, "retire", "agree", "unknown"} <= set(page.all("id"))
    assert "2 proposals As of 2026-03-01 04:10" in page.said
    told = page.said[page.said.index("mart.board.total: nobody asks for it") :]
    parts = ("gains 2 queries", "the query logs: no query since 2025-01-01", "mart.board", "Ann")
    change = ("nothing else changes", "-select id, total +select id")
    assert [part for part in (*parts, *change) if part not in told] == []
    assert f"ribbon evolve apply {RETIRE.id}" in page.said
    assert f"it cannot be applied automatically Show ribbon evolve show {AGREE.id}" in page.said
    assert "No source has landed." in page.said
    assert "2 proposals to change the model" in Page((shop.site / "index.html").read_text()).said


def test_the_page_of_a_relation_leads_to_the_proposals_about_it_and_its_columns(shop: Shop) -> None:
    remembered(shop, RETIRE, AGREE)
    shop.build()

    pages_of = {name: (shop.site / f"relation/{name}.html").read_text() for name in ("mart.board", "warehouse.totals")}
    links = {name: [each for each in Page(text).all("href") if "#" in each] for name, text in pages_of.items()}
    assert [each for each in links["mart.board"] if each.startswith("../evolution.html#")] == [
        f"../evolution.html#{RETIRE.id}",
        f"../evolution.html#{AGREE.id}",
    ]
    assert f"../evolution.html#{AGREE.id}" in links["warehouse.totals"]
    assert f"../evolution.html#{RETIRE.id}" not in links["warehouse.totals"]
    assert f"`ribbon evolve show {RETIRE.id}`" in (shop.site / "relation/mart.board.md").read_text()


def test_a_proposal_that_changes_makes_the_pages_anew_that_show_it_and_no_others(shop: Shop) -> None:
    remembered(shop, RETIRE, AGREE)
    shop.build()
    before = shop.files()
    remembered(shop, replace(RETIRE, title="mart.board.total: let it go"), AGREE)

    again = shop.build()

    assert again.made == 1
    assert changed(before, shop.files()) == {"evolution.html", "relation/mart.board.html", "relation/mart.board.md"}
    assert shop.build().written == 0


def test_evidence_that_changes_makes_the_page_of_evolution_anew_alone(shop: Shop) -> None:
    remembered(shop, RETIRE)
    shop.build()
    before = shop.files()
    remembered(shop, replace(RETIRE, evidence=(Evidence("the query logs", "no query since 2025-01-02"),)))

    assert shop.build().made == 0
    assert changed(before, shop.files()) == {"evolution.html"}


def test_what_was_kept_apart_is_shown_with_the_reason_and_counts_as_no_proposal(shop: Shop) -> None:
    remembered(shop, kept=(KEPT,))
    shop.build()

    said = Page((shop.site / "evolution.html").read_text()).said
    assert "No proposals" in said
    assert "mart.old is not asked The auditors ask in March. retire-abcdef dismissed 2026-02-01 by Ann" in said
    assert "evolution.html#" not in (shop.site / "relation/mart.board.html").read_text()


def test_what_was_found_before_dbt_wrote_the_manifest_anew_is_said_to_be_older(shop: Shop) -> None:
    path = remembered(shop, AGREE)
    shop.build()
    assert "Older than the artifacts" not in (shop.site / "evolution.html").read_text()
    told = msgspec.json.decode(path.read_bytes())
    path.write_bytes(msgspec.json.encode(told | {"manifest_at": "2026-01-01T03:04:05.678901Z"}))

    shop.build()

    assert "Older than the artifacts" in (shop.site / "evolution.html").read_text()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"form": 1, "found', "evolution.json cannot be read. Run ribbon evolve again"),
        (b'{"form": 2, "found_at": "2026-03-01T04:10:00Z", "manifest_at": ""}', "written by another version of Ribbon"),
        (b"\xff\xfe", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_and_breaks_nothing(shop: Shop, content: bytes, said: str) -> None:
    remembered(shop, AGREE).write_bytes(content)

    assert shop.build().relations == 5
    assert said in Page((shop.site / "evolution.html").read_text()).said


def test_what_was_found_is_read_back_as_it_was_but_for_whole_files(shop: Shop) -> None:
    path = remembered(shop, RETIRE, kept=(KEPT,), unknown=("Nothing.",))

    read = read_evolution(path.parent, {BOARD}).evolution

    assert read is not None
    (found,) = read.found
    assert found.proposal == replace(RETIRE, edits=())
    assert found.proposal.id == RETIRE.id
    assert found.diff.splitlines()[:2] == ["--- a/models/board.sql", "+++ b/models/board.sql"]
    assert (read.kept, read.unknown, read.found_at) == ((KEPT,), ("Nothing.",), FOUND)


def test_where_it_cannot_be_kept_that_is_said_and_what_was_kept_stays(shop: Shop) -> None:
    path = remembered(shop, RETIRE)
    before = path.read_bytes()
    path.with_suffix(".draft").mkdir()

    with pytest.raises(WorldError, match=r"evolution.json: cannot be written: .* still shows"):
        remembered(shop, AGREE)
    assert path.read_bytes() == before


def test_a_proposal_is_about_the_relation_of_a_column_whatever_the_columns_name() -> None:
    subject = (f"{ORDERS}.amount.in usd", f"{ORDERS}.id", "model.other.gone.id", BOARD)
    assert about(replace(AGREE, subject=subject), {BOARD, ORDERS}) == (ORDERS, BOARD)


def test_a_change_is_text_with_a_sign_and_a_colour_for_each_line() -> None:
    diff = "--- a/x.sql\n+++ b/x.sql\n@@ -1,2 +1,1 @@\n--- a <b>\n-x\n+<script>\n same"
    lines = str(highlighted_diff(diff, 100)[0]).split("\n")
    kinds = [line[3 : line.index(">")].removeprefix("class=") if line.startswith("<i") else "" for line in lines]
    assert kinds == ["file", "file", "place", "gone", "gone", "added", ""]
    assert lines[3] == "<i class=gone>--- a &lt;b&gt;</i>"
    assert lines[5] == "<i class=added>+&lt;script&gt;</i>"


def test_of_a_long_change_the_first_lines_are_shown_and_how_many_more_there_are() -> None:
    diff = "--- a/x\n+++ b/x\n@@ -1,1 +1,999 @@\n" + "\n".join(f"+{number}" for number in range(500))
    page = page_of(view_of(ProposalView("extract-1", "extract", "x", diff=diff)))
    assert "+196 and 303 more lines: ribbon evolve show extract-1" in page.said


def test_every_proposal_of_many_has_its_place_on_the_page_and_the_best_come_first() -> None:
    many = [ProposalView(f"promise-{each}", "promise", f"number {each}") for each in range(150)]
    page = page_of(view_of(*many, ProposalView("mend-1", "mend", "another")))
    assert [each.id for each in many if each.id not in page.all("id")] == []
    assert page.said.index("The best first") < page.said.index("Promise more 150 Expectations")
    assert "and 50 more, shown in full by ribbon evolve show ID : promise-100 number 100" in page.said


def test_what_is_past_is_said_to_be() -> None:
    kept = KeptView("retire-1", "mart.old", "why not", date(2026, 1, 2), past=True)
    assert "mart.old past: no longer proposed why not" in page_of(view_of(kept=(kept,))).said
