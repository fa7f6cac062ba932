"""The file of the cache of lineage: old entries go, several share it, and what is damaged is replaced."""

import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ribbon.errors import WorldError
from ribbon.model import ColumnName
from ribbon.store import Cache, New
from tests.lineage_projects import ALL, analysed, load, origin, shop

ROOT = Path(__file__).parents[2]

TABLES = ("entries", "bodies")


def test_old_analyses_go_and_those_in_use_stay(tmp_path: Path) -> None:
    nodes = shop()
    for number in range(30):
        query = f"select id, net from raw.orders where net > {number}"
        analysed(tmp_path, nodes | {"named": replace(nodes["named"], queries=(query,))})
    with sqlite3.connect(next(tmp_path.iterdir())) as connection:
        (entries,), (bodies,) = (connection.execute(f"select count(*) from {name}").fetchone() for name in TABLES)
    assert entries == bodies < 20
    assert analysed(tmp_path, nodes) == {"named"}


@pytest.mark.parametrize("damage", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_replaced_and_that_is_said(tmp_path: Path, damage: bytes) -> None:
    analysed(tmp_path, shop())
    file = next(tmp_path.iterdir())
    file.write_bytes(damage)
    graph = load(tmp_path, *shop().values())
    assert len(graph.analysed) == len(ALL)
    assert [str(file) in note and "damaged" in note for note in graph.notes] == ([True] if damage else [])
    assert analysed(tmp_path, shop()) == set()


def test_an_entry_whose_bytes_are_damaged_is_found_again(tmp_path: Path) -> None:
    analysed(tmp_path, shop())
    with sqlite3.connect(next(tmp_path.iterdir())) as connection:
        connection.execute("update entries set head = ? where id = (select min(id) from entries)", (b"rubbish",))
    connection.close()
    assert len(analysed(tmp_path, shop())) == 1


def test_an_entry_that_cannot_be_read_is_an_error_with_a_remedy_that_works(tmp_path: Path) -> None:
    analysed(tmp_path, shop())
    with sqlite3.connect(next(tmp_path.iterdir())) as connection:
        connection.execute("update bodies set body = ?", (b"rubbish",))
    connection.close()
    graph = load(tmp_path, *shop().values())
    with pytest.raises(WorldError, match=r"damaged .* run it again"):
        graph.origins(ColumnName("model.p.named", "id"))
    assert analysed(tmp_path, shop()) == ALL


def test_a_folder_that_cannot_be_written_costs_only_the_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    graph = load(tmp_path / "file" / "ribbon", *shop().values())
    assert origin(graph, "named") == "source.p.orders.id"
    assert "cannot be used" in graph.notes[0]


def test_two_that_keep_the_same_keep_it_once(tmp_path: Path) -> None:
    one, other, new = Cache(tmp_path, "kind", "v"), Cache(tmp_path, "kind", "v"), New(b"key", b"head", b"body")
    for cache in (one, other):
        cache.save([new], [])
    (entry,) = Cache(tmp_path, "kind", "v").entries()[b"key"]
    assert Cache(tmp_path, "kind", "v").body(entry.id) == b"body"


def test_two_processes_at_once_both_get_their_lineage(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from tests.lineage_projects import Columns, load\nfrom tests.lineage_projects import shop\n"
        "for _ in range(5):\n"
        "    graph = load(Path(sys.argv[1]), *shop().values())\n"
        "    assert not graph.notes, graph.notes\n"
        "    assert len(graph.nodes['model.p.starred'].lineage.columns) == 3\n"
    )
    both = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT) for _ in range(2)]
    assert [process.wait(timeout=60) for process in both] == [0, 0]
