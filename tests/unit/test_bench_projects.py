"""The generator of dbt projects that the benches share."""

import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.conftest import REPOSITORY

PROJECTS = REPOSITORY / "bench/projects"
COLUMNS = "select table_name, list(column_name order by ordinal_position) from information_schema.columns group by 1"


def generate(folder: Path, models: int, seed: int = 1, hash_seed: int = 0) -> Path:
    command = [sys.executable, str(PROJECTS / "generate.py"), str(folder), "--models", str(models), "--seed", str(seed)]
    subprocess.run(command, check=True, env=os.environ | {"PYTHONHASHSEED": str(hash_seed)})
    return folder


def texts(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def models(folder: Path) -> dict[str, str]:
    return {path.stem: path.read_text() for path in (folder / "models").rglob("*.sql")}


def columns_of(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    return dict(connection.execute(COLUMNS).fetchall())


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(tmp_path_factory.mktemp("large") / "project", 500)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = generate(tmp_path_factory.mktemp("built") / "project", 40)
    subprocess.run([sys.executable, str(PROJECTS / "compile.py"), str(folder)], check=True, capture_output=True)
    return folder


def test_the_same_seed_writes_the_same_files(tmp_path: Path) -> None:
    one, two = (generate(tmp_path / str(number), 60, hash_seed=number) for number in (1, 2))

    assert texts(one) == texts(two)


def test_another_seed_writes_another_project(tmp_path: Path) -> None:
    one, two = (generate(tmp_path / str(seed), 60, seed) for seed in (1, 2))

    assert models(one) != models(two)


def test_there_are_as_many_models_as_were_asked_for(large: Path) -> None:
    assert len(models(large)) == 500


def test_a_model_reads_one_to_eight_relations(large: Path) -> None:
    for name, sql in models(large).items():
        assert 1 <= len(set(re.findall(r"(?:ref|source)\(.*?\)", sql))) <= 8, name


def test_every_macro_of_the_package_is_used(large: Path) -> None:
    said = "".join(models(large).values())

    for macro in (PROJECTS / "kit/macros").glob("*.sql"):
        assert f"kit.{macro.stem}(" in said, macro.stem


@pytest.mark.slow  # dbt itself: half a minute of a processor
def test_every_model_runs_and_has_the_columns_that_the_generator_knows(built: Path) -> None:
    with duckdb.connect(str(built / "company.duckdb"), read_only=True) as connection:
        made = columns_of(connection)
    with duckdb.connect() as connection:
        connection.execute((built / "sources.sql").read_text())
        connection.execute((built / "models.sql").read_text())
        known = columns_of(connection)

    assert made == known
