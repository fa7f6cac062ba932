"""A site is built, then something changes, and it is built again."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ribbon.catalog import Built, SitePaths, build_site, site_paths
from ribbon.config import ProjectPaths
from ribbon.errors import ConfigError
from ribbon.lineage import TracedProject
from tests.catalog_site import Page
from tests.manifests import column, model, source, write_manifest

Node = dict[str, Any]


def nodes() -> dict[str, Node]:
    """A source, a staging model, two that read it, a mart that reads one of these."""
    orders = source(
        "crm", "orders", columns=column("id", "bigint") | column("amount", "double") | column("note", "text")
    )
    staged = model("stg_orders", "select id, amount, note from db.crm.orders", parents=[orders["unique_id"]])
    parent = [staged["unique_id"]]
    totals = model("totals", "select id, sum(amount) as total from db.main.stg_orders group by id", parents=parent)
    notes = model("notes", "select id, note from db.main.stg_orders", parents=parent, folder="texts")
    mart = model("board", "select id, total from db.main.totals", parents=[totals["unique_id"]], folder="marts/finance")
    each = (orders, staged, totals, notes, mart)
    return {node["name"]: node | {"description": f"One row per row of {node['name']}."} for node in each}


class Shop:
    """A project of a few models, whose artifact a test writes as dbt would."""

    def __init__(self, folder: Path, given: Mapping[str, Node] | None = None) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "dbt_project.yml").write_text("name: shop\n")
        self.nodes = dict(given or nodes())

    @property
    def project(self) -> ProjectPaths:
        return ProjectPaths(self.folder, self.folder / "data")

    @property
    def site(self) -> Path:
        return self.folder / "target/ribbon/site"

    def build(self, place: SitePaths | None = None, **options: Any) -> Built:
        write_manifest(self.folder / "target", list(self.nodes.values()))
        return build_site(self.project, place or site_paths(self.project), **options)

    def ran(self, at: str, **statuses: str) -> None:
        """dbt built nodes, one of each status, and looked at how old the source is."""
        timing = [{"completed_at": at}]
        results = [{"unique_id": uid, "status": status, "timing": timing} for status, uid in statuses.items()]
        told = {"metadata": {"generated_at": at, "invocation_id": at}, "results": results, "args": {"which": "run"}}
        sources = {"results": [{"unique_id": "source.shop.crm.orders", "max_loaded_at": at}]}
        (self.folder / "target").mkdir(exist_ok=True)
        (self.folder / "target/run_results.json").write_text(json.dumps(told))
        (self.folder / "target/sources.json").write_text(json.dumps(sources))

    def files(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.site).as_posix(): path.read_bytes() for path in self.site.rglob("*") if path.is_file()
        }

    def names(self) -> list[str]:
        return [entry[0] for entry in received(self.site / "search/names.js")["relations"]]


def received(script: Path) -> dict[str, Any]:
    text = script.read_text()
    return json.loads(text[text.index("{") : text.rindex("}") + 1])


def links(page: Path) -> set[Path]:
    """The files that a page loads or leads to."""
    found = re.findall(r'(?:href|src)="([^"#?]+)', page.read_text())
    return {(page.parent / target).resolve() for target in found if ":" not in target}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "shop")


def test_every_relation_and_group_has_a_page_and_no_link_leads_nowhere(shop: Shop) -> None:
    built = shop.build()

    pages = {path.relative_to(shop.site).as_posix() for path in shop.site.rglob("*.html")}
    relations = {f"relation/{name}.html" for name in ("lake.orders", "warehouse.stg_orders", "mart.board")}
    assert {"index.html", "health.html", "source/crm.html", "use/finance.html", "subject/texts.html"} <= pages
    assert relations <= pages
    assert (built.relations, built.made, built.index) == (5, 5, shop.site / "index.html")
    missing = {str(link) for page in pages for link in links(shop.site / page) if not link.exists()}
    assert missing == set()


def test_a_project_that_was_read_before_is_read_again_only_where_dbt_ran_since(shop: Shop, tmp_path: Path) -> None:
    whole = Shop(tmp_path / "whole/shop")
    whole.build()
    target = write_manifest(shop.folder / "target", list(shop.nodes.values()))
    traced = TracedProject(shop.project, target)
    assert traced.graph.nodes

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("ribbon.lineage.traced.read_project", lambda *_: pytest.fail("it was read before"))
        shop.build(traced=traced)
    assert shop.files() == whole.files()

    del shop.nodes["notes"]
    write_manifest(target, list(shop.nodes.values()), invocation_id="later")
    built = build_site(shop.project, site_paths(shop.project), traced=traced)
    assert built.relations == len(traced.nodes.nodes) - 1


def test_each_relation_is_there_for_programs_and_language_models_too(shop: Shop) -> None:
    shop.build()

    told = received(shop.site / "relation/mart.board.js")
    assert [told["relations"][0][1], told["columns"][1][0]] == ["warehouse.totals", "total"]
    assert "`warehouse.totals.total`" in (shop.site / "relation/mart.board.md").read_text()
    assert "mart.board" in (shop.site / "llms.txt").read_text()
    assert set(shop.names()) == {link.stem for link in (shop.site / "relation").glob("*.js")}


def test_a_second_build_writes_nothing(shop: Shop) -> None:
    shop.build()
    before = {path: path.stat().st_mtime_ns for path in shop.site.rglob("*")}

    again = shop.build()

    assert (again.made, again.written, again.removed) == (0, 0, 0)
    assert {path: path.stat().st_mtime_ns for path in shop.site.rglob("*")} == before


def test_after_a_change_only_the_pages_that_show_it_are_made_again(shop: Shop) -> None:
    shop.build()
    shop.nodes["notes"]["compiled_code"] = "select id, upper(note) as note from db.main.stg_orders"

    again = shop.build()

    assert again.made == 2  # itself and stg_orders, which it is made from
    assert "UPPER(note)" in (shop.site / "relation/warehouse.stg_orders.html").read_text()


def test_a_site_that_was_built_again_is_the_same_as_one_that_is_built_anew(shop: Shop, tmp_path: Path) -> None:
    shop.build()
    shop.nodes["stg_orders"]["description"] = "Something else."
    shop.nodes["totals"]["config"]["tags"] = ["money"]
    shop.nodes["board"]["alias"] = "board"
    shop.nodes["other"] = model("other", "select 1 as one", folder="texts")
    del shop.nodes["notes"]
    shop.build()
    anew = Shop(tmp_path / "anew", shop.nodes)

    anew.build()

    again, new = shop.files(), anew.files()
    assert again.keys() == new.keys()
    differing = {name for name in again if again[name] != new[name]}
    assert differing == {"relation/warehouse.other.html"}  # it says that it is new


def test_lists_of_relations_are_the_same_again_as_anew_after_a_run_and_other_words(shop: Shop, tmp_path: Path) -> None:
    shop.nodes["orders"]["freshness"] = {"warn_after": {"count": 1, "period": "day"}}
    shop.build()
    shop.nodes["stg_orders"]["description"] = "Other words."
    anew = Shop(tmp_path / "anew", shop.nodes)
    for each in (shop, anew):
        each.ran("2026-01-02T03:04:05Z", success="model.shop.totals", error="model.shop.board")
        each.build()

    again, new = shop.files(), anew.files()
    lists = ("subject/models.html", "use/finance.html", "source/crm.html")
    assert [name for name in lists if again[name] != new[name]] == []
    told = [Page(again[name].decode()).said for name in lists]
    assert "warehouse.stg_orders Other words." in told[0]
    assert "2026-01-02 03:04" in told[0]
    assert "mart.board One row per row of board. 1 not built 2" in told[1]
    assert "1 late 3" in told[2]
    assert "2026-01-02 03:04" in told[2]


def test_what_is_gone_is_gone_everywhere(shop: Shop) -> None:
    shop.build()
    del shop.nodes["notes"]

    again = shop.build()

    assert again.removed == 4  # its three files and the page of its subject
    assert not list(shop.site.glob("relation/*notes*"))
    assert "warehouse.notes" not in shop.names()
    everything = b"".join(shop.files().values())
    assert b"warehouse.notes" not in everything


def test_a_page_tells_what_changed_since_the_build_before(shop: Shop) -> None:
    shop.build()
    shop.nodes["totals"]["raw_code"] = "select 1"
    shop.nodes["totals"]["compiled_code"] = (
        "select id, sum(amount) as total, count(*) as orders from db.main.stg_orders group by id"
    )
    shop.build()

    page = (shop.site / "relation/warehouse.totals.html").read_text()
    assert "<code>orders</code> added" in page
    assert "the SQL changed" in page
    shop.build()
    assert (shop.site / "relation/warehouse.totals.html").read_text() == page


def test_a_file_that_somebody_removed_comes_back(shop: Shop) -> None:
    shop.build()
    lost = [
        "relation/mart.board.html",
        "relation/mart.board.js",
        "search/text-00.js",
        "assets/site.css",
        "use/finance.html",
    ]
    before = shop.files()
    for name in lost:
        (shop.site / name).unlink()

    shop.build()

    assert shop.files() == before


def test_a_build_that_breaks_off_leaves_whole_files_and_the_next_one_ends_it(shop: Shop, tmp_path: Path) -> None:
    shop.build()
    index = (shop.site / "index.html").read_bytes()
    for node in shop.nodes.values():
        node["description"] = "Described anew."

    def stop(done: int, total: int) -> None:
        if (done, total) == (3, 5):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shop.build(progress=stop)

    assert (shop.site / "index.html").read_bytes() == index
    assert all(page.endswith(b"</html>") for name, page in shop.files().items() if name.endswith(".html"))
    shop.build()
    anew = Shop(tmp_path / "anew", shop.nodes)
    anew.build()
    assert shop.files() == anew.files()


def test_a_damaged_state_costs_a_whole_build_and_nothing_else(shop: Shop) -> None:
    shop.build()
    before = shop.files()
    (shop.folder / "target/ribbon/catalog.sqlite").write_bytes(b"something else " * 1000)

    again = shop.build()

    assert (again.made, again.written) == (5, 0)
    assert shop.files() == before


def test_processes_write_what_one_process_writes(tmp_path: Path) -> None:
    many = {f"m{number}": model(f"m{number}", f"select {number} as n") for number in range(210)}
    one, several = Shop(tmp_path / "one", many), Shop(tmp_path / "several", many)

    one.build(workers=1)
    built = several.build(workers=2)

    assert built.made == 210
    assert several.files() == one.files()
    assert len(list((one.site / "search").glob("text-*.js"))) == 2


def test_text_moves_to_other_files_when_there_are_more_of_them(tmp_path: Path) -> None:
    many = {f"m{number}": model(f"m{number}", f"select {number} as n") for number in range(200)}
    shop = Shop(tmp_path / "shop", dict(list(many.items())[:100]))
    shop.build(workers=1)
    shop.nodes = many

    shop.build(workers=1)

    shards = [received(path)["relations"] for path in sorted((shop.site / "search").glob("text-*.js"))]
    assert len(shards) == 2
    assert sorted(entry[1] for shard in shards for entry in shard) == sorted(shop.names())


def test_the_handbook_of_a_project_is_in_its_site(shop: Shop) -> None:
    book = shop.folder / "docs/handbook"
    book.mkdir(parents=True)
    (book / "naming.md").write_text("# Naming\n\nFirst.\n\n## Of *columns*\n\nUnits go last: `_usd`.\n")
    shop.build()

    assert 'id="of-columns"' in (shop.site / "handbook/naming.html").read_text()
    assert received(shop.site / "search/text-handbook.js")["relations"] == [
        [
            "handbook/naming.html",
            "Naming",
            "handbook",
            [
                ["handbook", "naming", "Naming. First."],
                ["handbook", "of-columns", "Of columns. Units go last: `_usd`."],
            ],
        ]
    ]
    (book / "naming.md").unlink()
    shop.build()
    assert not (shop.site / "handbook/naming.html").exists()
    assert "handbook" not in received(shop.site / "search/names.js")["shards"]


def test_another_folder_has_a_state_of_its_own(shop: Shop, tmp_path: Path) -> None:
    shop.build()
    place = site_paths(shop.project, tmp_path / "elsewhere")

    built = shop.build(place)

    assert (built.made, built.index) == (5, tmp_path / "elsewhere/index.html")
    assert shop.build(place).made == 0
    assert shop.build().made == 0


def test_a_folder_of_something_else_is_not_written_to(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("dear")

    with pytest.raises(ConfigError, match="mine: is not a site of Ribbon's"):
        site_paths(shop.project, tmp_path / "mine")


def test_relations_whose_names_differ_in_case_alone_have_pages_of_their_own(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop", {name: model(name, "select 1 as n") for name in ("Orders", "orders")})

    shop.build()

    pages = [path.name for path in (shop.site / "relation").glob("*.html")]
    assert len(pages) == len({page.casefold() for page in pages}) == 2
