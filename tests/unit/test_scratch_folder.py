"""The folder in which two states are built: on the disk of the data, for one command at a time, and gone in the end."""

from contextlib import suppress
from pathlib import Path

import pytest

from ribbon.config import ProjectPaths
from ribbon.errors import BusyError, WorldError
from ribbon.evolve.proof.workspace import scratch_folder


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProjectPaths:
    monkeypatch.delenv("DBT_TARGET_PATH", raising=False)
    return ProjectPaths(tmp_path, tmp_path / "data")


def test_it_is_in_the_data_folder_and_gone_afterwards_also_after_an_error(shop: ProjectPaths) -> None:
    shop.data_dir.mkdir()
    with suppress(ZeroDivisionError), scratch_folder(shop, "ribbon impact") as folder:
        assert folder.parent == shop.data_dir / "tmp"
        assert list(folder.iterdir()) == []
        (folder / "before.duckdb").touch()
        raise ZeroDivisionError

    assert list((shop.data_dir / "tmp").iterdir()) == []


def test_without_a_data_folder_it_is_in_dbts_target_folder(shop: ProjectPaths) -> None:
    with scratch_folder(shop, "ribbon impact") as folder:
        assert folder.parent == shop.project_dir / "target/ribbon/tmp"
    assert not shop.data_dir.exists()


def test_what_a_killed_proof_left_is_deleted_and_nothing_else(shop: ProjectPaths) -> None:
    for left in ("proof-killed/before", "sorting"):
        (shop.data_dir / "tmp" / left).mkdir(parents=True)

    with scratch_folder(shop, "ribbon impact") as folder:
        assert {each.name for each in folder.parent.iterdir()} == {folder.name, "sorting"}


def test_a_folder_that_cannot_be_written_says_so(shop: ProjectPaths) -> None:
    shop.data_dir.mkdir()
    (shop.data_dir / "tmp").touch()

    with (
        pytest.raises(WorldError, match=r"data/tmp: cannot be written: File exists. Make it writable."),
        scratch_folder(shop, "ribbon impact"),
    ):
        pytest.fail("there is no folder")


def test_two_commands_do_not_share_it(shop: ProjectPaths) -> None:
    shop.data_dir.mkdir()

    with (
        scratch_folder(shop, "ribbon impact"),
        pytest.raises(BusyError, match="ribbon impact"),
        scratch_folder(shop, "ribbon evolve verify"),
    ):
        pytest.fail("the other command holds the lock")
