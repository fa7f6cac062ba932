"""Who reads while a build replaces tables sees one published state or the next, nothing between, and no error."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Workshop, new_mini, write_files

pytestmark = pytest.mark.slow

ROWS = 400_000
BUILDS = range(1, 7)
REFUSED = 4

# Every row carries the number of the build that computed it; the amounts of build 4 are refused.
NUMBERED = f"""
select i as id, content::bigint as build, if(build % {REFUSED} = 0, -1, i * build) as amount
from range({ROWS}) as t (i) cross join read_text('files/build.txt')
"""
MART = "select * from {{ ref('whole') }}\n"
# By merge, because DuckDB 1.5.5 commits delete+insert of more than 122,880 rows piece by piece for cursors beside it.
MERGED = "{{ config(materialized='incremental', incremental_strategy='merge', unique_key='id') }}"
PROMISE = """
    columns:
      - {name: id, data_tests: [unique]}
      - {name: amount, data_tests: [ribbon.expect_column_values_to_be_between: {arguments: {min_value: 0}}]}
"""
FILES = {
    "models/warehouse/numbered/whole.sql": NUMBERED,
    "models/warehouse/numbered/merged.sql": MERGED + NUMBERED,
    "models/mart/sales/seen.sql": MART,
    "expectations/warehouse/numbered.yml": f"models:\n  - name: whole{PROMISE}  - name: merged{PROMISE}"
    f"  - name: seen{PROMISE}",
}
STATE = "select min(build), max(build), count(*), sum(amount)::bigint from {}"

# Both readers look once more after the last build: whoever looks only before it may miss what it wrote.

# A process that builds with dbt inside, while a thread reads through a cursor of its own on the same open database.
INSIDE = """
import json, sys, threading
from pathlib import Path
import duckdb
from dbt.cli.main import dbtRunner

builds, tables, state = json.loads(sys.argv[1])
select = ["--quiet", "run", "--select", "path:models/warehouse/numbered"]
seen = {table: [] for table in tables}
errors, reads, ended = [], [0], threading.Event()

def build(number):
    Path("files/build.txt").write_text(str(number))
    dbtRunner().invoke(select)

def read(cursor):
    last = False
    while not last:
        last = ended.is_set()
        for table in tables:
            try:
                shown = cursor.execute(state.format(table)).fetchone()
            except Exception as error:
                errors.append(str(error))
                continue
            reads[0] += 1
            if shown not in seen[table]:
                seen[table].append(shown)

build(builds[0])
connection = duckdb.connect(sys.argv[2])
reader = threading.Thread(target=read, args=(connection.cursor(),))
reader.start()
for number in builds[1:]:
    build(number)
ended.set()
reader.join()
print("ANSWER" + json.dumps({"seen": seen, "errors": errors, "reads": reads[0]}))
"""

# A process that knows nothing of dbt and opens the published file over and over, as a dashboard does.
OUTSIDE = """
import duckdb, json, sys
from pathlib import Path
seen, errors, reads = [], [], 0
print("reading", flush=True)
last = False
while not last:
    last = Path(sys.argv[3]).exists()
    try:
        with duckdb.connect(sys.argv[1], read_only=True) as connection:
            shown = connection.execute(sys.argv[2]).fetchone()
    except Exception as error:
        errors.append(str(error))
        continue
    reads += 1
    if shown not in seen:
        seen.append(shown)
print(json.dumps({"seen": seen, "errors": errors, "reads": reads}))
"""


def published(build: int) -> tuple[int, ...]:
    """What a table shows once a build has published it."""
    return (build, build, ROWS, build * ROWS * (ROWS - 1) // 2)


GOOD_STATES = [published(build) for build in BUILDS if build % REFUSED]


@pytest.fixture
def numbered(tmp_path: Path) -> Workshop:
    mini = new_mini(tmp_path)
    write_files(mini.project, FILES)
    return mini


def test_a_cursor_of_the_same_process_reads_whole_tables_across_swaps(numbered: Workshop) -> None:
    tables = ["warehouse.whole", "warehouse.merged"]
    file = str(numbered.data / "build.duckdb")

    ended = subprocess.run(
        [sys.executable, "-c", INSIDE, json.dumps([list(BUILDS), tables, STATE]), file],
        cwd=numbered.project,
        env=numbered.environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    answer = json.loads(ended.stdout.split("ANSWER")[1])
    assert answer["errors"] == []
    assert answer["reads"] > 10 * len(BUILDS)
    for table in tables:
        assert [tuple(state) for state in answer["seen"][table]] == GOOD_STATES


def test_another_process_reads_the_published_file_across_builds(numbered: Workshop) -> None:
    publish_build(numbered, 1)
    stop = numbered.data / "stop"
    file = str(numbered.data / "marts.duckdb")
    reader = subprocess.Popen(
        [sys.executable, "-c", OUTSIDE, file, STATE.format("mart_sales.seen"), str(stop)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "reading\n"

    for build in BUILDS[1:]:
        publish_build(numbered, build)
    stop.touch()

    out, _ = reader.communicate(timeout=60)
    answer = json.loads(out)
    assert answer["errors"] == []
    assert answer["reads"] > 10 * len(BUILDS)
    assert [tuple(state) for state in answer["seen"]] == GOOD_STATES


def publish_build(mini: Workshop, build: int) -> None:
    write_files(mini.project, {"files/build.txt": str(build)})
    built = mini.ribbon("build")
    assert built.exit_code == (0 if build % REFUSED else 1), built.out + built.err
    mini.ribbon("publish")
    assert (mini.data / "marts.duckdb").exists()
