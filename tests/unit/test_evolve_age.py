"""Since when relations and columns are there, from git."""

import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import write_files
from tests.evolve_project import Grown

CONTRACT = "sources:\n  - name: shop\n    tables:\n      - {name: orders, columns: [{name: id}]}\n"
LATELY = 1_780_000_000.0  # the end of May 2026


def commit(folder: Path, day: str) -> None:
    dates = {"GIT_AUTHOR_DATE": f"{day}T09:00:00Z", "GIT_COMMITTER_DATE": f"{day}T09:00:00Z"}
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false")
    for words in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "grown")):
        subprocess.run(["git", *who, *words], cwd=folder, env=os.environ | dates, check=True)  # noqa: S607


@pytest.fixture
def shop(tmp_path: Path) -> Grown:
    """A project of two commits: a source and a mart, half a year later another mart and a column more."""
    shop = Grown(tmp_path)
    shop.source(CONTRACT, created_at=LATELY)
    shop.model("old", "select 1 as amount", folder="mart/sales", created_at=LATELY)
    commit(tmp_path, "2025-06-01")
    shop.model("young", "select 1 as amount", folder="mart/sales", created_at=LATELY)
    write_files(tmp_path, {"models/mart/sales/old.sql": "select 1 as amount, 2 as margin"})
    commit(tmp_path, "2026-01-01")
    return shop


def test_a_relation_is_as_old_as_its_file(shop: Grown) -> None:
    ages = shop.seen.ages

    assert ages.known_since("model.shop.old") == date(2025, 6, 1)
    assert ages.known_since("model.shop.young") == date(2026, 1, 1)


def test_a_source_was_there_when_its_contract_named_it(shop: Grown) -> None:
    ages = shop.seen.ages

    assert ages.was_there("source.shop.shop.orders", date(2025, 6, 2))
    assert not ages.was_there("source.shop.shop.orders", date(2025, 6, 1))


def test_a_column_was_there_when_its_file_named_it(shop: Grown) -> None:
    ages = shop.seen.ages

    assert ages.column_was_there("model.shop.old", "amount", date(2025, 7, 1))
    assert not ages.column_was_there("model.shop.old", "margin", date(2025, 7, 1))
    assert ages.column_was_there("model.shop.old", "margin", date(2026, 1, 2))


def test_a_file_under_a_new_name_is_new(shop: Grown) -> None:
    (shop.folder / "models/mart/sales/old.sql").rename(shop.folder / "models/mart/sales/older.sql")
    commit(shop.folder, "2026-02-01")

    assert shop.seen.git.added()["models/mart/sales/older.sql"] == date(2026, 2, 1)


def test_where_there_is_no_repository_only_the_manifest_tells(tmp_path: Path) -> None:
    shop = Grown(tmp_path)
    shop.model("young", "select 1 as amount", created_at=LATELY)

    assert shop.seen.ages.known_since("model.shop.young") == date(2026, 5, 28)
