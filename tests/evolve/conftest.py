"""The planted project: this repository's models with those of seven more teams, a year of queries and of runs."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from ribbon.config import ProjectPaths
from ribbon.evolve.evidence.project import ProjectEvidence
from ribbon.evolve.proposals import Proposals
from ribbon.evolve.rules import propose
from ribbon.evolve.rules.follow_columns import find_changed_columns
from ribbon.evolve.rules.follow_sources import find_drift, find_new_tables, find_unused_sources
from ribbon.lineage import TracedProject
from tests.conftest import Ended, Workshop, copy_project
from tests.evolve.planting import (
    PLANTED,
    deliver_drift,
    plant_batches,
    plant_files,
    plant_history,
    plant_past,
    planted_models,
    rounds,
)
from tests.once import Once

SOURCES = (find_changed_columns, find_new_tables, find_drift, find_unused_sources)
LAST_DAY = date(2026, 10, 31)  # of the log


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


@pytest.fixture(scope="session")
def seen(planted: Workshop) -> ProjectEvidence:
    """What is seen of the planted project on the last day of its log, before anything else is delivered."""
    return ProjectEvidence(TracedProject(ProjectPaths(planted.project, planted.data), planted.target), LAST_DAY)


@pytest.fixture(scope="session")
def proposals(seen: ProjectEvidence) -> Proposals:
    """All that is proposed."""
    return propose(seen)


@pytest.fixture(scope="session")
def delivered(seen: ProjectEvidence, sample: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Proposals]:
    """All that is proposed of sources while a delivery is on offer, by its case; those of one round are together."""
    found: dict[str, Proposals] = {}
    for deliveries in rounds():
        folder = tmp_path_factory.mktemp("offered")
        for each in deliveries:
            deliver_drift(each["case"], sample, folder)
        then = replace(seen, today=max(each["arrives"] for each in deliveries), offered_in=folder)
        found |= dict.fromkeys((each["case"] for each in deliveries), propose(then, SOURCES))
    return found


def _fine(ended: Ended) -> None:
    assert ended.exit_code == 0, ended.out + ended.err
