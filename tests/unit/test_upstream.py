"""Each gated materialization is an adapter's own plus the gate; a change of the original is noticed here."""

import hashlib
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

# The packages whose materializations were copied, and the versions they were copied from.
VERSIONS = {"dbt-adapters": "1.24.5", "dbt-duckdb": "1.11.1", "dbt-bigquery": "1.12.1"}

OURS = "macros/ribbon/gate"
DBTS = "global_project/macros/materializations"
DUCKDBS = "duckdb/macros/materializations"
BIGQUERYS = "bigquery/macros"

# Our file: the sources it was copied from, each with the start of the sha256 of its text.
COPIED = {
    "test.sql": {f"{DBTS}/tests/test.sql": "32d0a6dba868a5fc"},
    "duckdb/table.sql": {f"{DUCKDBS}/table.sql": "87a1907f55ef6ac8"},
    "duckdb/incremental.sql": {
        f"{DUCKDBS}/incremental.sql": "ea92674ed0d85cce",
        f"{DUCKDBS}/incremental_strategy/microbatch.sql": "23ebb6aaa9211f85",
    },
    "duckdb/view.sql": {f"{DBTS}/models/view.sql": "2cfa8cdda4ec5a20"},
    "duckdb/seed.sql": {f"{DBTS}/seeds/seed.sql": "e9e72466378ca007", "duckdb/macros/seed.sql": "dee023666ca209d5"},
    "duckdb/snapshot.sql": {
        f"{DBTS}/snapshots/snapshot.sql": "725219b4213bbef3",
        "duckdb/macros/snapshot_helper.sql": "b73da6d1bd06b522",
    },
    "bigquery/table.sql": {f"{BIGQUERYS}/materializations/table.sql": "72431bd33800e43d"},
    "bigquery/incremental.sql": {f"{BIGQUERYS}/materializations/incremental.sql": "92d778999389ff39"},
    "bigquery/view.sql": {
        f"{BIGQUERYS}/materializations/view.sql": "493c69e0c4b841e3",
        f"{BIGQUERYS}/relations/view/replace.sql": "50b5db38a3f4de20",
    },
    "bigquery/seed.sql": {
        f"{DBTS}/seeds/seed.sql": "e9e72466378ca007",
        f"{BIGQUERYS}/materializations/seed.sql": "98b9b422b376d9ae",
    },
    "bigquery/snapshot.sql": {
        f"{DBTS}/snapshots/snapshot.sql": "725219b4213bbef3",
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
    """What to do about a source that is not the one that was copied; none where it is."""
    now = digest((folder / source).read_text())
    if now == recorded:
        return None
    return (
        f"{source} of the installed dbt is not the one that {OURS}/{ours} was copied from: its digest is {now}, "
        f"recorded is {recorded}. Compare the two versions of it, port the changes to {OURS}/{ours}, name the new "
        "version at the top of that file, and record the new digest here."
    )


@pytest.mark.parametrize("ours", COPIED)
def test_what_was_copied_is_what_is_installed(ours: str) -> None:
    drifted = [drift(ours, source, recorded, upstream_folder()) for source, recorded in COPIED[ours].items()]

    assert not any(drifted), "\n".join(filter(None, drifted))


@pytest.mark.parametrize("package", VERSIONS)
def test_the_versions_named_in_our_files_are_those_that_were_copied(package: str) -> None:
    named = {
        found
        for file in COPIED
        for found in re.findall(rf"{package} ([\d.]+\d)", (REPOSITORY / OURS / file).read_text())
    }

    assert named == {VERSIONS[package]}


def test_every_materialization_of_ours_is_held_against_its_source() -> None:
    gated = {
        str(path.relative_to(REPOSITORY / OURS))
        for path in (REPOSITORY / OURS).rglob("*.sql")
        if re.search(r"\{%-? *materialization ", path.read_text())
    }

    assert gated == set(COPIED)


def test_a_changed_source_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "table.sql").write_text("{% materialization table %}")
    recorded = digest("{% materialization table %}")
    assert drift("duckdb/table.sql", "table.sql", recorded, tmp_path) is None

    (tmp_path / "table.sql").write_text("{% materialization table %} {# changed #}")
    message = drift("duckdb/table.sql", "table.sql", recorded, tmp_path)
    assert message is not None
    assert "port the changes to macros/ribbon/gate/duckdb/table.sql" in message
