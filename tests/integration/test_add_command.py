"""`ribbon add` in a project, and what it wrote: it lands and builds as it is, and a second delivery does too."""

from pathlib import Path

import duckdb
import pytest

from tests.conftest import Workshop

FILES = {
    "words.csv": "order,_batch_id,2023,Größe\na,5,1.5,L\nb,6,2,M\n",
    "header.csv": "a,b\n",
    "nulls.csv": "a,b\n1,\n2,\n",
    "events.jsonl": '{"id": 1, "who": {"tags": ["a"]}, "big": 1e300}\n{"id": 2, "who": {}, "big": 1}\n',
    **{f"members_{month}.csv": "member_id,n\n" + "".join(f"{i},{month}\n" for i in range(12)) for month in (1, 2)},
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    home = tmp_path_factory.mktemp("add")
    (home / "odd").mkdir()
    for name, text in FILES.items():
        (home / "odd" / name).write_text(text)
    duckdb.sql(
        "copy (select 1::integer as id, [1, 2] as list, {'Name': 'x'} as thing, 'nan'::double as d, null as n,"
        f" 1::ubigint as u, timestamptz '2025-01-01 10:00:00+00' as at) to '{home}/odd/nested.parquet'"
    )
    project = Workshop(home / "shop", home / "data", home / "target")
    project.project.mkdir()
    made = project.shell("ribbon init . --from ../odd/words.csv")
    assert made.exit_code == 0, made.out + made.err
    return project


def test_what_is_added_lands_and_builds_as_it_is(shop: Workshop) -> None:
    added = shop.ribbon("add", "../odd")
    ran = shop.ribbon("run")

    assert added.exit_code == 0, added.out + added.err
    assert "  1 table declared already" in added.out
    assert ran.exit_code == 0, ran.out + ran.err
    assert shop.query("select words_order, batch_id from warehouse.stg_odd__words order by 1") == [("a", 5), ("b", 6)]
    assert shop.query("select count(*), min(n) from warehouse.stg_odd__members") == [(12, 2)]
    assert shop.query("select list, thing from warehouse.stg_odd__nested") == [([1, 2], {"Name": "x"})]


def test_it_says_what_is_there_already_and_changes_nothing(shop: Workshop) -> None:
    before = texts(shop.project)

    again = shop.ribbon("add", "../odd")

    assert again.exit_code == 2
    assert "../odd: nothing to add. 6 tables are declared already, such as odd.events" in again.err
    assert texts(shop.project) == before


def texts(folder: Path) -> dict[str, str]:
    places = ("expectations", "models", "docs")
    return {str(path): path.read_text() for place in places for path in (folder / place).rglob("*.*")}
