"""Values of restricted columns appear nowhere: canaries are planted, all fails that can fail, and all that is left is searched.

A value may stand in the data alone: deliveries, the lake, quarantined rows, the tables of the build file and of the marts.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.attack import leaking_project as project
from tests.conftest import Ended, Workshop, write_files


@dataclass
class Attack:
    """A project on which everything was tried. said: how each command ended, in the order in which they ran."""

    mini: Workshop
    said: list[tuple[str, Ended]] = field(default_factory=list)

    def run(self, *words: str) -> Ended:
        ended = self.mini.run(*words)
        self.said.append((" ".join(words), ended))
        return ended

    @property
    def leaks(self) -> Iterator[tuple[str, str]]:
        """What leaked where."""
        for words, ended in self.said:
            for found in project.seen(ended):
                yield words, found
        for path, found in project.left(self.mini):
            yield from ((path, each) for each in found)


@pytest.fixture(scope="module")
def attack(tmp_path_factory: pytest.TempPathFactory) -> Attack:
    """Good deliveries and a good run, then bad ones, and every command that shows something."""
    attack = Attack(project.planted(tmp_path_factory.mktemp("leaks")))
    good = attack.run("ribbon", "run")
    assert good.exit_code == 0, good.out + good.err
    assert project.CANARY.search(repr(attack.mini.query("from mart_sales.person_card", "marts.duckdb")).encode())
    log = project.write_queries(attack.mini)
    attack.run("ribbon", "usage", "import", str(log))
    project.deliver_badly(attack.mini)
    attack.run("ribbon", "land")
    write_files(attack.mini.project, project.BROKEN)
    attack.run("dbt", "build")
    attack.run("dbt", "test", "--store-failures")
    attack.run("ribbon", "build")
    write_files(attack.mini.project, project.REFUSED)
    attack.run("dbt", "build", "--select", "person+")
    attack.run("dbt", "run", "--select", "person")
    look(attack)
    attack.run("ribbon", "run")
    look(attack)
    return attack


def look(attack: Attack) -> None:
    """Every command that shows what was found."""
    for words in (
        "status",
        "status --json",
        "publish",
        "docs",
        "usage ls",
        "usage ls --json",
        "quarantine ls",
        "quarantine ls aside",
        "quarantine ls hr.people",
        "quarantine ls hr.visitors --json",
        "quarantine release hr.people",
        "quarantine release aside",
        "expectations suggest person",
        "expectations suggest person_card",
        "expectations explain person --sql",
        "lineage mart.person_card.contact",
        "lineage person_card --json",
        "export json --output exported/catalog.json",
        "export parquet --output exported/parquet",
        "export odcs --output exported/odcs",
        "export openlineage --output exported/events.ndjson",
        "expectations export --dir exported/gx",
        "doctor",
        "evolve",
    ):
        attack.run("ribbon", *words.split())
    proposals = attack.run("ribbon", "evolve", "list", "--json")
    for proposal in json.loads(proposals.out)["proposals"]:
        attack.run("ribbon", "evolve", "show", proposal["id"])


def test_nothing_of_restricted_columns_is_anywhere(attack: Attack) -> None:
    leaks = sorted(set(attack.leaks))
    assert not leaks, "\n".join(f"{place}: {found}" for place, found in leaks)
