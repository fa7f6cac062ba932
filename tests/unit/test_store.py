"""The cache file: kinds and versions, several processes, and all that may happen to a file."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ribbon.config import ProjectPaths
from ribbon.errors import WorldError
from ribbon.store import FILE, Cache, New, code_version, history_file

ROOT = Path(__file__).parents[2]


def heads(folder: Path, kind: str = "lineage", version: str = "1") -> dict[bytes, list[bytes]]:
    """What is cached."""
    return {key: [entry.head for entry in each] for key, each in Cache(folder, kind, version).entries().items()}


def kill_while_it_writes(folder: Path) -> None:
    """Kill a process in the middle of a transaction that has reached the disk."""
    script = (
        "import sys; from pathlib import Path\nfrom ribbon.store import Cache, New\n"
        "def endless():\n"
        "    for number in range(10**9):\n"
        "        if number == 2000: print('writing', flush=True)\n"
        "        yield New(b'%d' % number, b'head', bytes(5000))\n"
        "class Many:\n"
        "    def __bool__(self): return True\n"
        "    def __iter__(self): return endless()\n"
        "Cache(Path(sys.argv[1]), 'lineage', '1').save(Many())\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", script, str(folder)], cwd=ROOT, stdout=subprocess.PIPE)
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"writing\n"
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()


def test_a_value_is_found_by_its_kind_and_key(tmp_path: Path) -> None:
    Cache(tmp_path, "lineage", "1").save([New(b"key", b"head", b"body"), New(b"key", b"newer")])
    Cache(tmp_path, "branches", "1").save([New(b"key", b"other")])

    assert heads(tmp_path) == {b"key": [b"newer", b"head"]}
    assert heads(tmp_path, "branches") == {b"key": [b"other"]}
    assert [file.name for file in tmp_path.iterdir()] == [FILE]
    cache = Cache(tmp_path, "lineage", "1")
    assert cache.body(cache.entries()[b"key"][1].id) == b"body"


def test_another_version_starts_with_none_and_drops_those_of_its_kind_alone(tmp_path: Path) -> None:
    for kind in ("lineage", "branches"):
        Cache(tmp_path, kind, "1").save([New(b"key", b"head", b"body")])

    assert heads(tmp_path, version="2") == {}
    Cache(tmp_path, "lineage", "2").save([New(b"new")])

    assert heads(tmp_path, version="2") == {b"new": [b""]}
    assert heads(tmp_path, version="1") == {}
    assert heads(tmp_path, "branches") == {b"key": [b"head"]}
    with sqlite3.connect(tmp_path / FILE) as connection:
        assert connection.execute("select count(*) from bodies").fetchone() == (1,)
    connection.close()


def test_entries_unused_for_long_are_dropped_by_runs_of_their_own_kind(tmp_path: Path) -> None:
    Cache(tmp_path, "branches", "1").save([New(b"key")])
    Cache(tmp_path, "lineage", "1").save([New(b"used"), New(b"unused")])
    for number in range(20):
        cache = Cache(tmp_path, "lineage", "1")
        cache.save([New(b"%d" % number)], [entry.id for entry in cache.entries()[b"used"]])

    kept = heads(tmp_path)
    assert b"used" in kept
    assert b"unused" not in kept
    assert len(kept) == 12
    assert heads(tmp_path, "branches") == {b"key": [b""]}


def test_without_anything_new_no_file_is_made(tmp_path: Path) -> None:
    Cache(tmp_path / "ribbon", "lineage", "1").save([], [])

    assert not (tmp_path / "ribbon").exists()


def test_a_file_of_another_form_is_emptied(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.executescript("create table entries (id text); create table other (id text); pragma user_version=99")
    connection.close()
    cache = Cache(tmp_path, "lineage", "1")

    assert cache.entries() == {}
    cache.save([New(b"key", b"head")])

    assert heads(tmp_path) == {b"key": [b"head"]}
    assert cache.notes == []


def test_a_reader_never_gets_another_entrys_body(tmp_path: Path) -> None:
    Cache(tmp_path, "lineage", "1").save([New(b"key", b"head", b"body")])
    reader = Cache(tmp_path, "lineage", "1")
    (entry,) = reader.entries()[b"key"]

    (tmp_path / FILE).unlink()
    Cache(tmp_path, "lineage", "1").save([New(b"other", b"head", b"other body")])

    with pytest.raises(WorldError, match="another run dropped an entry"):
        reader.body(entry.id)


def test_a_locked_file_is_reported_and_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ribbon.store._PATIENCE_S", 0)
    Cache(tmp_path, "lineage", "1").save([New(b"key")])
    cache = Cache(tmp_path, "lineage", "1")
    holder = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    holder.execute("begin exclusive")

    assert cache.entries() == {}
    cache.save([New(b"other")])

    holder.close()
    assert ["locked" in note for note in cache.notes] == [True, True]
    assert heads(tmp_path) == {b"key": [b""]}


def test_a_locked_file_is_waited_for_once_and_not_for_each_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience: list[float] = []
    connect = sqlite3.connect

    def watched(file: Path, *, timeout: float, **keywords: Any) -> sqlite3.Connection:
        patience.append(timeout)
        return connect(file, timeout=0, **keywords)

    Cache(tmp_path, "lineage", "1").save([New(b"key")])
    holder = connect(tmp_path / FILE, isolation_level=None)
    holder.execute("begin exclusive")
    monkeypatch.setattr("ribbon.store.sqlite3.connect", watched)

    for kind in ("branches", "lineage"):
        cache = Cache(tmp_path, kind, "1")
        cache.entries()
        cache.save([New(b"other")])

    holder.close()
    assert patience == [1, 0, 0, 0]


def test_a_full_disk_is_reported_and_what_was_there_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Cache(tmp_path, "lineage", "1").save([New(b"key")])
    connect = sqlite3.connect

    def small(*arguments: object, **keywords: object) -> sqlite3.Connection:
        connection = connect(*arguments, **keywords)  # type: ignore[call-overload]
        connection.execute("pragma max_page_count = 10")
        return connection  # type: ignore[no-any-return]

    monkeypatch.setattr("ribbon.store.sqlite3.connect", small)
    cache = Cache(tmp_path, "lineage", "1")
    cache.save([New(b"big", b"head", bytes(1_000_000))])

    monkeypatch.undo()
    assert ["disk is full" in note for note in cache.notes] == [True]
    assert heads(tmp_path) == {b"key": [b""]}


def test_a_process_that_is_killed_while_it_writes_leaves_what_was_there(tmp_path: Path) -> None:
    Cache(tmp_path, "lineage", "1").save([New(b"key", b"head", b"body")])
    kill_while_it_writes(tmp_path)

    cache = Cache(tmp_path, "lineage", "1")
    assert heads(tmp_path) == {b"key": [b"head"]}
    cache.save([New(b"next")])
    assert sorted(heads(tmp_path)) == [b"key", b"next"]
    assert cache.notes == []


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path\nfrom ribbon import store\nfrom ribbon.store import Cache, New\n"
        "store._PATIENCE_S = 30  # three that do nothing but write leave each other little time\n"
        "for number in range(20):\n"
        "    cache = Cache(Path(sys.argv[1]), sys.argv[2], '1')\n"
        "    used = [entry.id for each in cache.entries().values() for entry in each]\n"
        "    cache.save([New(b'%d' % number, b'head', bytes(3000))], used)\n"
        "    assert not cache.notes, cache.notes\n"
    )
    kinds = ("lineage", "logic", "branches")
    writers = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path), kind], cwd=ROOT) for kind in kinds]

    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    assert [len(heads(tmp_path, kind)) for kind in kinds] == [20, 20, 20]


def test_a_version_follows_the_code_and_the_packages() -> None:
    one, other = code_version(("store.py",), "sqlglot"), code_version(("lineage",), "sqlglot")

    assert len({one, other, code_version(("store.py",), "jinja2")}) == 3
    assert one == code_version(("store.py",), "sqlglot")


def test_a_project_has_one_cache_for_all_that_dbt_wrote_into_its_target(tmp_path: Path) -> None:
    paths = ProjectPaths(tmp_path, tmp_path / "data")

    assert paths.cache_dir(paths.target_dir) == paths.target_dir / "ribbon"
    assert paths.cache_dir(paths.target_dir / "docs") == paths.target_dir / "ribbon"
    assert paths.cache_dir(tmp_path / "artifacts") == tmp_path / "artifacts" / "ribbon"


def test_a_journal_that_a_killed_process_left_is_not_played_into_the_next_file(tmp_path: Path) -> None:
    Cache(tmp_path, "lineage", "1").save([New(b"key", b"head", b"body")])
    kill_while_it_writes(tmp_path)
    assert (tmp_path / f"{FILE}-journal").stat().st_size > 0
    cache = Cache(tmp_path, "lineage", "1")

    assert "removed" in str(cache.damaged("no lineage"))
    assert list(tmp_path.iterdir()) == []
    cache.save([New(b"new")])

    assert heads(tmp_path) == {b"new": [b""]}
    assert cache.notes == []


def test_history_is_moved_once_with_its_log_and_never_over_newer_history(tmp_path: Path) -> None:
    former, folder = tmp_path / "former", tmp_path / "history"
    former.mkdir()
    for name in ("runs.duckdb", "runs.duckdb.wal", "cache.sqlite"):
        (former / name).write_text("old")

    assert history_file(folder, "runs.duckdb", former) == folder / "runs.duckdb"
    assert sorted(path.name for path in folder.iterdir()) == [".gitignore", "runs.duckdb", "runs.duckdb.wal"]
    assert [path.name for path in former.iterdir()] == ["cache.sqlite"]

    (former / "runs.duckdb").write_text("older")
    history_file(folder, "runs.duckdb", former)
    assert (folder / "runs.duckdb").read_text() == "old"


def test_history_that_cannot_be_moved_is_used_where_it_is(tmp_path: Path) -> None:
    former = tmp_path / "former"
    former.mkdir()
    (former / "runs.duckdb").write_text("old")
    (tmp_path / "file").write_text("in the way")

    assert history_file(tmp_path / "file" / "history", "runs.duckdb", former) == former / "runs.duckdb"
