"""Files that people write, with wrong content: an error that names the file and the remedy, in no words of Python."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ribbon.batch_record import read_batch_record
from ribbon.config import ProjectPaths
from ribbon.dbt.profiles import build_file_of, duckdb_profile
from ribbon.errors import RibbonError
from ribbon.evolve.dismissed import FILE, read_dismissed
from ribbon.evolve.thresholds import read_thresholds
from ribbon.project.delivered_sources import source_table
from ribbon.project.layers import read_patterns
from ribbon.scaffold import adopt
from ribbon.scaffold.stamp import STAMP, read_stamp
from ribbon.settings import read_settings
from ribbon.usage.log_files import read_log

PYTHON = re.compile(
    r"Traceback|Error\b|NoneType|None\b|True\b|codec|object is|indices|'(int|str|list|dict)'|unicode string"
    r"|dictionary|sequence element|iterable|argument"
)


def refused(read: Callable[[], object], *told: str) -> None:
    with pytest.raises(RibbonError) as error:
        read()
    for text in told:
        assert text in str(error.value)
    assert not PYTHON.search(str(error.value)), str(error.value)


def written(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


WHOLE = "- {id: retire-000000, title: An old one, because: it was needed, date: 2025-01-31, who: Ann}\n"
DISMISSED = {
    b"a: [\n": ("line 2, column 1", "Fix it first"),
    b"- \xff\n": ("line 1: is not UTF-8 text. Save the file as UTF-8.",),
    b"- {date: 2026-13-40}\n": ("invalid YAML", "Fix it first"),
    b"x: 1\n": ("must be a list of entries, each after `- `, got {x: 1}.",),
    b"[" * 2_000: ("invalid YAML: brackets nest too deep.",),
    b"3\n": ("must be a list of entries, each after `- `, got 3.",),
    b"- a\n": ("entry 1: must be a mapping, got 'a'.",),
    b"-\n": ("entry 1: must be a mapping, got null.",),
    b"- {title: An old one}\n": ("entry 1: id is missing.",),
    f"{WHOLE}- {{id: retire-1}}\n".encode(): ("entry 2 (retire-1): title is missing.",),
    b"- {id: x, title: [1, 2]}\n": ("entry 1 (x): title must be a text, got [1, 2].",),
    b"- {id: x, title: a, because: null}\n": ("entry 1 (x): because is missing.",),
    b"- {id: x, title: a, because: b}\n": ("entry 1 (x): date must be a day such as 2026-01-31, got null.",),
    b"- {id: x, title: a, because: b, date: soon}\n": ("date must be a day such as 2026-01-31, got 'soon'.",),
    b"- {id: x, title: a, because: b, date: 2026-01-31, who: {a: b}}\n": ("who must be a text, got {a: b}.",),
}


@pytest.mark.parametrize("name", [FILE.name, "kept.yml"])
@pytest.mark.parametrize("content", DISMISSED, ids=lambda content: repr(content[:40]))
def test_a_dismissal_that_is_wrong_is_named_with_its_entry(tmp_path: Path, name: str, content: bytes) -> None:
    path = written(tmp_path / FILE.with_name(name), content)

    refused(lambda: read_dismissed(tmp_path), f"{path}: ", *DISMISSED[content])


@pytest.mark.parametrize("content", ["", "# none left\n", "[]\n"])
def test_a_file_without_dismissals_dismisses_nothing(tmp_path: Path, content: str) -> None:
    written(tmp_path / FILE, content)

    assert read_dismissed(tmp_path) == ()


def test_a_dismissal_may_have_a_time_and_nobody(tmp_path: Path) -> None:
    written(tmp_path / FILE, "- {id: x, title: 3, because: b, date: 2026-01-31 10:00:00, who: null}\n")

    assert [(each.title, str(each.date), each.who) for each in read_dismissed(tmp_path)] == [("3", "2026-01-31", "")]


SETTINGS = {
    "- a\n": "must be a mapping of settings, `name: value`, got [a].",
    "vars: [a]\n": "vars must be a mapping, `name: value`, got [a].",
    "vars: x\n": "vars must be a mapping, `name: value`, got 'x'.",
    "vars: {ribbon: [1]}\n": "vars: ribbon must be a mapping, `name: value`, got [1].",
    "vars: {ribbon: {layers: [null]}}\n": "found [null].",
    "vars: {ribbon: {evolve: [1]}}\n": "vars: ribbon: evolve: got [1].",
    "vars: {ribbon: {evolve: {notice_days: null}}}\n": "notice_days must be a number of 0 or more, got null.",
    "vars: {a: [\n": "invalid YAML: line 2, column 1",
    "macro-paths: macros\n": "macro-paths must be a list, got 'macros'.",
    "dispatch: {a: b}\n": "dispatch must be a list, got {a: b}.",
}


@pytest.mark.parametrize("content", SETTINGS)
def test_a_setting_of_another_type_is_named(tmp_path: Path, content: str) -> None:
    path = written(tmp_path / "dbt_project.yml", content)

    def read() -> None:
        settings = read_settings(tmp_path)
        read_patterns(settings), read_thresholds(settings), settings.macro_paths, settings.search_order("dbt")

    refused(read, f"{path}: ", SETTINGS[content])


@pytest.mark.parametrize("content", [b"name: \xff\n", b"- a\n", b"name: shop\nmacro-paths: {a: b}\n", b"name: [\n"])
def test_ribbon_is_not_added_to_a_project_file_that_is_wrong(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path / "dbt_project.yml", content)

    refused(lambda: adopt(tmp_path, "1.0"), f"{path}: ")

    assert path.read_bytes() == content


PROFILES = {
    "": "there is no profile 'shop'",
    "- a\n": "must be a mapping of profiles, `name: …`, got [a].",
    "shop: 3": "profile shop: must be a mapping with `target` and `outputs`.",
    "shop: {outputs: [a]}": "profile shop: must be a mapping with `target` and `outputs`.",
    "shop: {target: [dev], outputs: {}}": "must be one value, got [dev].",
    "shop: {target: null, outputs: {dev: {type: duckdb}}}": "there is no target 'default'. It has: dev.",
    "shop: {target: dev, outputs: {dev: 3}}": "there is no target 'dev'",
    'shop: {target: dev, outputs: {dev: {type: duckdb, path: "{{ 1 / 0 }}"}}}': "Only env_var() is supported here.",
    "shop: {target: dev, outputs: {dev: {type: duckdb, path: null}}}": "target dev is duckdb at :memory:",
    "shop: {target: dev, outputs: {dev: {type: duckdb, path: {a: b}}}}": "must be one value, got {a: b}.",
    "shop: {target: dev, outputs: {dev: {type: duckdb, path: a, attach: x}}}": "target dev: attach must be a list",
    "shop: {target: dev, outputs: {dev: {type: duckdb, path: a, settings: [1]}}}": "settings must be a mapping",
}


@pytest.mark.parametrize("content", PROFILES)
def test_a_profile_that_is_wrong_is_named(tmp_path: Path, content: str) -> None:
    written(tmp_path / "dbt_project.yml", "profile: shop\n")
    path = written(tmp_path / "profiles.yml", content)
    project = ProjectPaths.find(tmp_path, None)

    refused(lambda: duckdb_profile(project), f"{path}: ", PROFILES[content])
    assert build_file_of(project) is None


def test_a_project_without_a_profile_is_told_so(tmp_path: Path) -> None:
    path = written(tmp_path / "dbt_project.yml", "name: shop\n")
    written(tmp_path / "profiles.yml", "None: {}\n")

    refused(lambda: duckdb_profile(ProjectPaths.find(tmp_path, None)), f"{path}: `profile` is missing.")


META = {
    "delivery": (["append"], "meta.delivery is [append]"),
    "batch_by": (3, "meta.batch_by is 3. Write SQL over its columns, as text in quotes."),
    "batch_id": ({"a": 1}, "meta.batch_id is {a: 1}. Write a format such as 'week-{:02d}', as text in quotes."),
}


@pytest.mark.parametrize("key", META)
def test_how_a_source_is_delivered_is_text(key: str) -> None:
    value, told = META[key]
    meta = {"from": "files", "file": "*.parquet", "delivery": "append", key: value}
    node = {"config": {"meta": meta}, "original_file_path": "a.yml", "source_name": "shop", "name": "orders"}

    refused(lambda: source_table({**node, "columns": {}}, ()), "a.yml: source shop.orders: ", told)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"version": 1, "files": [1]}', b"\xff", b"[" * 100_000])
def test_a_stamp_that_is_damaged_is_named(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path / STAMP, content)

    refused(lambda: read_stamp(tmp_path), f"{path}: is not as Ribbon wrote it. Delete the folder")


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"\xff", b'{"rows": "x", "landed_at": "2026-01-31T00:00:00+00:00"}', b"[" * 100_000]
)
def test_the_record_of_a_batch_that_is_damaged_is_named(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path / "batch.json", content)

    refused(lambda: read_batch_record(tmp_path), f"{path}: is not a record of a batch", "Delete the folder if")


@pytest.mark.parametrize(
    "content",
    [b"[" * 100_000, b"[1]", b"[null]", b"[[1]]", b"3", b"null", b"\xff", b'{"sql": ', json.dumps("a").encode()],
)
def test_a_query_log_that_is_wrong_is_named(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path / "log.json", content)

    refused(lambda: read_log(path, None, {}), f"{path}:1: ")
