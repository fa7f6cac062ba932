"""No value of a restricted column appears anywhere: canaries are planted, all fails that can, all that is left is read.

A value may stand in the data alone: deliveries, the lake, quarantined rows, tables of the build file and of the marts.
"""

import json
from dataclasses import dataclass, field

import pytest

from tests.attack import leaking_project as project
from tests.conftest import Ended, Workshop, write_files

# Every command that shows something. Those that compile come last.
LOOKS = (
    "status",
    "status --json",
    "publish",
    "usage ls --json",
    "quarantine ls",
    "quarantine ls aside",
    "quarantine ls hr.people",
    "quarantine ls hr.visitors --json",
    "quarantine release hr.people",
    "quarantine release aside",
    "expectations suggest person",
    "expectations explain person --sql",
    "lineage mart.person_card.contact",
    "export json --output exported/catalog.json",
    "export parquet --output exported/parquet",
    "export odcs --output exported/odcs",
    "export openlineage --output exported/events.ndjson",
    "expectations export --dir exported/gx",
    "doctor",
)


@dataclass
class Attack:
    """A project on which everything was tried. said: how each command ended, in the order in which they ran."""

    mini: Workshop
    said: list[tuple[str, Ended]] = field(default_factory=list)
    refused: Ended | None = None

    def run(self, *words: str) -> Ended:
        ended = self.mini.run(*words)
        self.said.append((" ".join(words), ended))
        return ended


@pytest.fixture(scope="module")
def attack(tmp_path_factory: pytest.TempPathFactory) -> Attack:
    """Good deliveries and a good run, then bad ones, and every command that shows something."""
    attack = Attack(project.planted(tmp_path_factory.mktemp("leaks")))
    good = attack.run("ribbon", "run")
    assert good.exit_code == 0, good.out + good.err
    assert project.canaries(repr(attack.mini.query("from mart_sales.person_card", "marts.duckdb")).encode())
    attack.run("ribbon", "usage", "import", str(project.write_queries(attack.mini)))
    project.deliver_badly(attack.mini)
    attack.run("ribbon", "land")
    write_files(attack.mini.project, {**project.BROKEN, project.LAKE: project.without_door(project.SOURCES)})
    # What dbt itself prints of a database's error, nobody can keep back. What it leaves is searched.
    for words in ("build", "test --store-failures"):
        attack.mini.dbt(*words.split())
    attack.run("ribbon", "build")
    write_files(attack.mini.project, project.REFUSED)
    attack.run("dbt", "run", "--select", "person")
    attack.run("ribbon", "build", "--select", "person")
    attack.refused = attack.run("dbt", "run", "--select", "person")
    attack.run("ribbon", "run")
    for words in LOOKS:
        attack.run("ribbon", *words.split())
    for proposal in json.loads(attack.run("ribbon", "evolve", "list", "--json").out)["proposals"]:
        attack.run("ribbon", "evolve", "show", proposal["id"])
    return attack


def test_no_value_of_a_restricted_column_is_printed(attack: Attack) -> None:
    leaks = [f"{words}: {found}" for words, ended in attack.said for found in sorted(project.seen(ended))]
    assert not leaks, "\n".join(leaks)


def test_no_value_of_a_restricted_column_is_left_but_in_the_data(attack: Attack) -> None:
    leaks = [f"{path}: {each}" for path, found in project.left(attack.mini) for each in sorted(found)]
    assert not leaks, "\n".join(leaks)


def test_what_is_made_from_no_restricted_column_and_what_is_treated_is_shown(attack: Attack) -> None:
    assert attack.refused
    rows = [line for line in attack.refused.out.splitlines() if "name=p1" in line]
    assert rows, attack.refused.out
    assert "contact=***" in rows[0]
    assert "email=***" in rows[0]
    bounds = dict(
        attack.mini.query(
            "select column_name, min_value from ribbon.column_profiles"
            " where node_id like '%.person' and min_value is not null"
        )
    )
    assert {"name", "label", "digest"} <= bounds.keys()
    assert not {"email", "contact", "spelled", "pay", "birthday", "street", "place"} & bounds.keys()


@pytest.mark.dbt1
def test_an_error_of_the_database_is_told_as_far_as_it_quotes_nothing(attack: Attack) -> None:
    build = next(ended for words, ended in attack.said if words == "ribbon build")
    assert "Could not convert string '***' to INT64 when casting from source column contact" in build.err
    assert 'duplicate key "***"' in build.err
