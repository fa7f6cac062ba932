"""What is not applied: a change that takes a person, that git could not take back, or that was made for other files."""

import subprocess
from pathlib import Path
from shutil import which

import pytest

from ribbon.config import ProjectPaths
from ribbon.errors import ConfigError
from ribbon.evolve.apply import apply
from ribbon.model import Edit, Evidence, Proposal, ProposalKind
from tests.conftest import write_files

SQL = "models/sales.sql"
FILES = {"dbt_project.yml": "name: shop\n", SQL: "select 1 as x\n", ".gitignore": "built/\n"}


def proposed(*edits: Edit) -> Proposal:
    told = (Evidence(SQL, "is there"),)
    return Proposal(ProposalKind.EXTRACT, ("model.shop.sales",), "a change", told, edits=edits, provable=True)


CHANGE = Edit(SQL, FILES[SQL], "select 2 as x\n")


@pytest.fixture
def project(tmp_path: Path) -> ProjectPaths:
    """A project that git knows as it is."""
    write_files(tmp_path, FILES)
    commit(tmp_path)
    return ProjectPaths(tmp_path, tmp_path / "built")


def commit(folder: Path) -> None:
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false")
    for words in (("init", "--quiet"), ("add", "--all"), (*who, "commit", "--quiet", "--message", "a state")):
        subprocess.run([which("git") or "git", *words], cwd=folder, check=True, capture_output=True)


def refused(project: ProjectPaths, proposal: Proposal) -> str:
    """Why it is not applied; nothing may have been written."""
    before = files_of(project)
    with pytest.raises(ConfigError) as found:
        apply(project, proposal)
    assert files_of(project) == before
    return str(found.value)


def files_of(project: ProjectPaths) -> dict[Path, bytes]:
    listed = (path for path in project.project_dir.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path: path.read_bytes() for path in listed}


def test_what_takes_a_person_is_not_applied(project: ProjectPaths) -> None:
    assert "cannot be applied automatically; see `ribbon evolve show extract-" in refused(project, proposed())


@pytest.mark.parametrize("path", [SQL, "models/new.sql", "docs/notes.md"])
def test_nothing_is_applied_to_a_tree_that_git_does_not_have(project: ProjectPaths, path: str) -> None:
    write_files(project.project_dir, {path: "select 3 as x\n"})

    assert refused(project, proposed(CHANGE)).startswith(f"{path}: is not committed. Commit or stash it")


@pytest.mark.parametrize(
    "edit",
    [
        Edit(SQL, "select 0 as x\n", "select 2 as x\n"),
        Edit(SQL, None, "select 2 as x\n"),
        Edit("models/gone.sql", "select 0 as x\n", None),
    ],
)
def test_a_change_for_another_state_of_a_file_is_not_applied(project: ProjectPaths, edit: Edit) -> None:
    told = refused(project, proposed(CHANGE, edit))

    assert told == f"{edit.path}: has changed since the proposal was made. Run `dbt compile` and `ribbon evolve`."


def test_a_new_file_does_not_replace_one_that_git_ignores(project: ProjectPaths) -> None:
    write_files(project.project_dir, {"built/kept.sql": "mine\n"})

    told = refused(project, proposed(Edit("built/kept.sql", None, "theirs\n")))
    assert told.startswith("built/kept.sql: has changed since the proposal was made")


def test_what_git_could_not_take_back_is_not_applied(project: ProjectPaths) -> None:
    write_files(project.project_dir, {"built/ignored.sql": "mine\n"})
    (project.project_dir / "models/link.sql").symlink_to("sales.sql")
    commit(project.project_dir)

    for path, text in (("built/ignored.sql", "mine\n"), ("models/link.sql", FILES[SQL])):
        told = refused(project, proposed(CHANGE, Edit(path, text, None)))
        assert told.startswith(f"{path}: is a link, or is not tracked by git, so that its change could not be reverted")


def test_nothing_is_applied_where_there_is_no_repository(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)

    told = refused(ProjectPaths(tmp_path, tmp_path / "built"), proposed(CHANGE))
    assert "not a git repository" in told
