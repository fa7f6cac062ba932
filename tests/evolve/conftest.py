"""The planted project: this repository's models with those of seven more teams, a year of queries and of runs."""

from pathlib import Path
from shutil import copytree

import pytest

from tests.conftest import Ended, Workshop, copy_project
from tests.evolve.planting import PLANTED, plant_batches, plant_files, plant_history, plant_past, planted_models
from tests.once import Once


@pytest.fixture(scope="session")
def planted(built: Workshop, once: Once) -> Workshop:
    """The planted project on the sample, built, in a git tree, with its year. Read it, do not write to it."""

    def plant(home: Path) -> None:
        workshop = Workshop(copy_project(home / "project"), home / "data", home / "target")
        copytree(built.data, workshop.data)
        copytree(built.target, workshop.target)
        plant_files(workshop.project)
        plant_past(workshop.project)
        plant_batches(workshop.data)
        _fine(workshop.dbt("run", "--select", *planted_models(), timeout=1800))
        _fine(workshop.dbt("compile"))
        _fine(workshop.ribbon("usage", "import", *map(str, sorted(PLANTED.glob("usage/*.csv")))))
        plant_history(workshop.data)

    home = once.folder("planted", plant)
    return Workshop(home / "project", home / "data", home / "target")


def _fine(ended: Ended) -> None:
    assert ended.exit_code == 0, ended.out + ended.err
