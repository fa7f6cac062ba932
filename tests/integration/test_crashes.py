"""A build that is killed at any moment leaves, of each model, the last good table or the new one, whole."""

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Workshop, new_mini, write_files
from tests.forked_dbt import ForkedDbt, StartedDbt

DBTS = [
    pytest.param("dbt 1", marks=pytest.mark.slow),
    pytest.param("dbt-core-2", marks=[pytest.mark.slow, pytest.mark.dbt2, pytest.mark.kills]),
]

KILLS = 100
SEED = 20261121
ROWS = 20_000
# Every fourth build computes rows that its gates refuse, so no table may ever show its number.
REFUSED = 4
# So many kills are drawn within the time of one whole build: a machine that turns slower or faster is measured again.
MEASURED_EVERY = 20

# Every row carries the number of the build that computed it; a build that is to be refused computes negative amounts.
NUMBERED = f"""
select i as id, content::integer as build, if(build % {REFUSED} = 0, -1, i) as amount, hash(i * build) as noise
from range({ROWS}) as t (i) cross join read_text('files/build.txt')
"""
REPLACED = "{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='id') }}"
APPENDED = "{{ config(materialized='incremental', incremental_strategy='append') }}"
VERSIONS = f"""{{% snapshot versions %}}
{{{{ config(strategy='check', unique_key='id', check_cols=['build']) }}}}
select * exclude (noise) from ({NUMBERED}) where id < 2000
{{% endsnapshot %}}
"""
PROMISE = """
    columns:
      - {name: id, data_tests: [not_null]}
      - {name: amount, data_tests: [ribbon.expect_column_values_to_be_between: {arguments: {min_value: 0}}]}
"""
PROMISES = "".join(f"  - name: {name}{PROMISE}" for name in ("whole", "replaced", "appended", "after"))
FILES = {
    "models/warehouse/numbered/whole.sql": NUMBERED,
    "models/warehouse/numbered/replaced.sql": REPLACED + NUMBERED,
    "models/warehouse/numbered/appended.sql": APPENDED + NUMBERED,
    "models/warehouse/numbered/after.sql": "select * from {{ ref('whole') }}\n",
    "snapshots/versions.sql": VERSIONS,
    "expectations/warehouse/numbered.yml": f"models:\n{PROMISES}snapshots:\n  - name: versions{PROMISE}"
    f"seeds:\n  - name: planted{PROMISE}",
}
SEED_ROWS = 300

# Each table as (build, rows, least amount, ids) by build; run by a process that knows nothing of dbt.
READER = """
import duckdb, json, sys
shown = "select build, count(*), min(amount), count(distinct id) from warehouse.{} group by 1 order by 1"
with duckdb.connect(sys.argv[1]) as connection:
    seen = {name: connection.execute(shown.format(name)).fetchall() for name in sys.argv[2:]}
    current = shown.format("versions where dbt_valid_to is null")
    seen["versions_now"] = connection.execute(current).fetchall()
print(json.dumps(seen))
"""
MODELS = {"whole": ROWS, "replaced": ROWS, "appended": ROWS, "after": ROWS, "versions": 2000, "planted": SEED_ROWS}

Shown = dict[str, list[list[int]]]


@dataclass(frozen=True)
class Crash:
    """A build that was killed: its number, whether it ran into the kill, what a fresh process saw before and after."""

    build: int
    killed: bool
    before: Shown
    after: Shown


def prepare(mini: Workshop, build: int) -> None:
    amount = -1 if build % REFUSED == 0 else 1
    rows = "\n".join(f"{i},{build},{amount}" for i in range(SEED_ROWS))
    write_files(mini.project, {"files/build.txt": str(build), "seeds/planted.csv": f"id,build,amount\n{rows}\n"})


def look(mini: Workshop) -> Shown:
    command = [sys.executable, "-c", READER, str(mini.data / "build.duckdb"), *MODELS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def new_project(folder: Path) -> Workshop:
    mini = new_mini(folder)
    write_files(mini.project, FILES)
    prepare(mini, 1)
    return mini


@pytest.fixture(scope="module", params=DBTS)
def crashes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Crash]:
    mini = new_project(tmp_path_factory.mktemp("crashes"))
    if request.param != "dbt 1":
        mini.take_dbt(request.param)
    moments = random.Random(SEED)  # noqa: S311 - moments to kill at, drawn again by each run
    with ForkedDbt(mini) if request.param == "dbt 1" else StartedDbt(mini) as dbt:
        dbt.build()
        return list(killed_builds(mini, dbt, moments))


def killed_builds(mini: Workshop, dbt: ForkedDbt | StartedDbt, moments: random.Random) -> Iterator[Crash]:
    """The builds that ran into their kill, until there are as many as asked for; faster ones do not count."""
    build, seconds, killed_ones = 1, 0.0, 0
    for attempt in range(2 * KILLS):
        build += 1
        if attempt % MEASURED_EVERY == 0:
            build += 1 if build % REFUSED == 0 else 0  # a refused build stops early
            prepare(mini, build)
            _, seconds = dbt.build()
            build += 1
        prepare(mini, build)
        before = look(mini)
        killed, _ = dbt.build(kill_after=moments.uniform(0, seconds * 1.2))
        if killed:
            killed_ones += 1
            yield Crash(build, killed, before, look(mini))
        if killed_ones == KILLS:
            return


def test_most_builds_ran_into_their_kill(crashes: list[Crash]) -> None:
    assert len(crashes) == KILLS
    assert sum(crash.killed for crash in crashes) >= KILLS * 0.8


@pytest.mark.parametrize("model", ["whole", "replaced", "after", "planted", "versions_now"])
def test_a_table_is_the_last_good_one_or_the_new_one(crashes: list[Crash], model: str) -> None:
    rows = MODELS[model.removesuffix("_now")]
    for crash in crashes:
        ((build, count, least, ids),) = crash.after[model]
        assert build in {crash.before[model][0][0], crash.build}, crash
        assert (count, ids) == (rows, rows), crash
        assert least >= 0, crash


@pytest.mark.parametrize("model", ["appended", "versions"])
def test_what_grows_gets_all_rows_of_a_build_or_none(crashes: list[Crash], model: str) -> None:
    for crash in crashes:
        assert all(row[1:] == [MODELS[model], 0, MODELS[model]] for row in crash.after[model]), crash
        assert {row[0] for row in crash.before[model]} <= {row[0] for row in crash.after[model]}
        assert {row[0] for row in crash.after[model]} <= {row[0] for row in crash.before[model]} | {crash.build}


@pytest.mark.parametrize("model", ["whole", "replaced", "appended", "after", "planted", "versions_now"])
def test_kills_hit_before_and_after_a_table_was_replaced(crashes: list[Crash], model: str) -> None:
    news = [crash.after[model] != crash.before[model] for crash in crashes if crash.build % REFUSED]
    assert {True, False} == set(news)


def test_rows_that_a_gate_refuses_are_never_seen(crashes: list[Crash]) -> None:
    for crash in crashes:
        assert not [row for rows in crash.after.values() for row in rows if row[0] % REFUSED == 0]
