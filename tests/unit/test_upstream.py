"""Each materialization of Ribbon's stands in for an adapter's own; a change of the original is noticed here."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

OURS = "macros/ribbon/materializations"
DBTS = "global_project/macros/materializations"
DUCKDBS = "duckdb/macros/materializations"
BIGQUERYS = "bigquery/macros"

# Our file: the sources that it stands in for, each with the start of the sha256 of its text.
STANDS_FOR = {
    "test.sql": {f"{DBTS}/tests/test.sql": "32d0a6dba868a5fc"},
    "table.sql": {
        f"{DUCKDBS}/table.sql": "87a1907f55ef6ac8",
        f"{BIGQUERYS}/materializations/table.sql": "72431bd33800e43d",
    },
    "incremental.sql": {
        f"{DUCKDBS}/incremental.sql": "ea92674ed0d85cce",
        f"{DUCKDBS}/incremental_strategy/microbatch.sql": "23ebb6aaa9211f85",
        f"{BIGQUERYS}/materializations/incremental.sql": "92d778999389ff39",
    },
    "view.sql": {
        f"{DBTS}/models/view.sql": "2cfa8cdda4ec5a20",
        f"{BIGQUERYS}/materializations/view.sql": "493c69e0c4b841e3",
        f"{BIGQUERYS}/relations/view/replace.sql": "50b5db38a3f4de20",
    },
    "seed.sql": {
        f"{DBTS}/seeds/seed.sql": "e9e72466378ca007",
        "duckdb/macros/seed.sql": "dee023666ca209d5",
        f"{BIGQUERYS}/materializations/seed.sql": "98b9b422b376d9ae",
    },
    "snapshot.sql": {
        f"{DBTS}/snapshots/snapshot.sql": "725219b4213bbef3",
        "duckdb/macros/snapshot_helper.sql": "b73da6d1bd06b522",
        f"{BIGQUERYS}/materializations/snapshot.sql": "5e904dbcef06e71b",
    },
}


def upstream_folder() -> Path:
    spec = find_spec("dbt.include.global_project")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent.parent


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def drift(ours: str, source: str, recorded: str, folder: Path) -> str | None:
    """What to do about a source that is not the one that ours was written against; none where it is."""
    now = digest((folder / source).read_text())
    if now == recorded:
        return None
    return (
        f"{source} of the installed dbt is not the one that {OURS}/{ours} was written against: its digest is {now}, "
        f"recorded is {recorded}. Compare the two versions of it, see to it that {OURS} does the same, and record the "
        "new digest here."
    )


@pytest.mark.parametrize("ours", STANDS_FOR)
def test_what_ours_stands_in_for_is_what_is_installed(ours: str) -> None:
    drifted = [drift(ours, source, recorded, upstream_folder()) for source, recorded in STANDS_FOR[ours].items()]

    assert not any(drifted), "\n".join(filter(None, drifted))


def test_every_materialization_of_ours_is_held_against_its_source() -> None:
    files = (REPOSITORY / OURS).glob("*.sql")

    assert {path.name for path in files if "{% macro materialize_" in path.read_text()} == set(STANDS_FOR)


def test_a_changed_source_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "table.sql").write_text("{% materialization table %}")
    recorded = digest("{% materialization table %}")
    assert drift("table.sql", "table.sql", recorded, tmp_path) is None

    (tmp_path / "table.sql").write_text("{% materialization table %} {# changed #}")
    message = drift("table.sql", "table.sql", recorded, tmp_path)
    assert message is not None
    assert "see to it that macros/ribbon/materializations does the same" in message
