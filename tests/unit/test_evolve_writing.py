"""Edits are made all or none, in the mode that files have; and a tree is laid out as it is read."""

import os
import subprocess
from pathlib import Path

import pytest

from ribbon.errors import WorldError
from ribbon.evolve.apply import write_edits
from ribbon.evolve.git import working_tree
from ribbon.model import Edit
from tests.conftest import write_files

FILES = {"a b/kept.sql": "one\r\n", "gone.sql": "gone\n"}


def texts(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_files_are_changed_made_and_removed_and_keep_their_mode_and_their_line_ends(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    (tmp_path / "a b/kept.sql").write_bytes(b"one\r\n")
    (tmp_path / "a b/kept.sql").chmod(0o755)

    edits = (
        Edit("gone.sql", "gone\n", None),
        Edit("a b/kept.sql", "one\r\n", "two\r\n"),
        Edit("c/new.sql", None, "é\n"),
    )
    write_edits(tmp_path, edits)

    assert texts(tmp_path) == {"a b/kept.sql": b"two\r\n", "c/new.sql": "é\n".encode()}
    assert (tmp_path / "a b/kept.sql").stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize(
    "last",
    [
        Edit("gone.sql/below.sql", None, "a file is no folder\n"),
        Edit("folder", None, "a folder is no file\n"),
        Edit("folder", "a folder cannot be unlinked\n", None),
    ],
)
def test_where_one_edit_fails_the_others_are_put_back_and_no_draft_is_left(tmp_path: Path, last: Edit) -> None:
    write_files(tmp_path, {"gone.sql": "gone\n", "kept.sql": "one\n", "folder/in.sql": "in\n"})
    before = texts(tmp_path)

    edits = (Edit("kept.sql", "one\n", "two\n"), Edit("new.sql", None, "new\n"), Edit("gone.sql", "gone\n", None), last)
    with pytest.raises(WorldError, match="cannot be written") as told:
        write_edits(tmp_path, edits)

    assert texts(tmp_path) == before
    assert str(tmp_path / last.path) in str(told.value)


def test_the_working_tree_is_copied_with_what_linked_folders_hold_and_whatever_names_are(tmp_path: Path) -> None:
    project, odd = tmp_path / "project", os.fsdecode(b"\xff.sql")
    write_files(tmp_path, {"shared/orders.sql": "one\n", "project/dbt_project.yml": "name: shop\n"})
    (project / "models").symlink_to("../shared")
    (project / "top").symlink_to("..")
    (project / odd).write_text("odd\n", encoding="utf-8")
    subprocess.run(["git", "init", "--quiet"], cwd=project, check=True)  # noqa: S607

    copy = working_tree(project, tmp_path / "copy").folder
    write_edits(copy, (Edit("models/orders.sql", "one\n", "two\n"),))

    assert texts(copy).keys() == {"dbt_project.yml", odd, "models/orders.sql"}
    assert (tmp_path / "shared/orders.sql").read_text() == "one\n"
