import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import Ended, Workshop, edit, write_files

LAB = "models/warehouse/lab"
EPHEMERAL = "{{ config(materialized='ephemeral') }}"
KEYED = "select range as id, 'name-' || range as name, range * 10 as amount from range(20)"

# Each model as it is committed, and as it lies in the working tree; none where it is not there.
MODELS: dict[str, tuple[str | None, str | None]] = {
    "same": (KEYED, f"with numbers as ({KEYED}) select id, name, amount from numbers where id is not null"),
    "filtered": (KEYED, f"select id, name, if(id = 5, 51, amount) as amount from ({KEYED}) where id <> 3"),
    "float_order": (
        "select part, sum(x order by x) as total from (select range % 3 as part, 1.0::double / (range + 1) as x"
        " from range(3000)) group by part",
        "select part, sum(x order by x desc) as total from (select range % 3 as part, 1.0::double / (range + 1) as x"
        " from range(3000)) group by part",
    ),
    "float_far": ("select 1 as id, 1000::double as x", "select 1 as id, 1000.00001::double as x"),
    "twice": ("select unnest([1, 1, 2]) as x", "select unnest([1, 2, 2]) as x"),
    "drawn": ("select range as id, random() as x from range(5)", "select range as id, random() * 1 as x from range(5)"),
    "reads_drawn": ("select id, x from {{ ref('drawn') }}", "select id, x from {{ ref('drawn') }}"),
    "seen": ("{{ config(materialized='view') }} select id, amount from {{ ref('filtered') }}",) * 2,
    "moment": ("select '{{ run_started_at }}' as at",) * 2,
    "old_name": ("select 7 as lucky", None),
    "new_name": (None, "select 7 as lucky"),
    "gone": ("select 'gone' as x", None),
    "fresh": (None, "select 'fresh' as x"),
    "fresh_broken": (None, "select 'one'::int as x"),
    "part": (
        "{{ config(materialized='ephemeral') }} select 1 as x",
        "{{ config(materialized='ephemeral') }} select 2 as x",
    ),
    "reads_part": ("select x from {{ ref('part') }}",) * 2,
    "broken": ("select 1 as x", "select 'one'::int as x"),
    "reads_broken": ("select x from {{ ref('broken') }}",) * 2,
    "retyped": ("select 1 as x", "select 1::bigint as x"),
    "reads_colour": ("select colour from {{ ref('colour') }}",) * 2,
    "reads_long": ("select * from {{ ref('long') }}",) * 2,
}
CONTRACT = """
models:
  - name: same
    columns: [{name: id, data_tests: [unique]}]
  - name: filtered
    columns:
      - {name: id, data_tests: [unique]}
      - {name: name, config: {meta: {restricted: true}}}
  - name: float_far
    columns: [{name: id, data_tests: [unique]}]
"""
# Of a seed of more than 1 MiB dbt keeps the path in place of a checksum.
LONG_SEED = "id,text\n" + "".join(f"{place},{'x' * 100_000}\n" for place in range(11))
SNAPSHOT = """
{{% snapshot {0}_history %}}
{{{{ config(unique_key='id', strategy='check', check_cols='all') }}}}
select id, amount from {{{{ ref('{0}') }}}}
{{% endsnapshot %}}
"""


def commit(workshop: Workshop, message: str = "a state") -> None:
    name = "git -c user.name=Ann -c user.email=ann@example.com"
    done = workshop.shell(f"git init --quiet && git add --all && {name} commit --quiet --message '{message}'")
    assert done.exit_code == 0, done.err


def write_models(workshop: Workshop, state: int) -> None:
    for name, states in MODELS.items():
        path, text = workshop.project / LAB / f"{name}.sql", states[state]
        if text is None:
            path.unlink(missing_ok=True)
        else:
            write_files(path.parent, {path.name: text + "\n"})


def left_over(workshop: Workshop) -> list[Path]:
    return list((workshop.data / "tmp").glob("*"))


@pytest.fixture(scope="module")
def changed(mini_built_once: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The mini project with a commit of many models, and every kind of change in the working tree."""
    home = tmp_path_factory.mktemp("verify")
    for part in ("project", "data"):
        shutil.copytree(getattr(mini_built_once, part), home / part)
    workshop = Workshop(home / "project", home / "data", home / "target")
    write_models(workshop, 0)
    snapshots = {f"snapshots/{name}_history.sql": SNAPSHOT.format(name) for name in ("same", "filtered")}
    contract = {"expectations/warehouse/lab/lab.yml": CONTRACT, "seeds/colour.csv": "colour\nred\ngreen\n"}
    write_files(workshop.project, snapshots | contract | {"seeds/long.csv": LONG_SEED})
    commit(workshop)
    write_models(workshop, 1)
    write_files(workshop.project, {"seeds/colour.csv": "colour\nred\nblue\n", "seeds/long.csv": f"{LONG_SEED}11,y\n"})
    edit(workshop, "models/warehouse/orders/fct_order.sql", "    order_id,", "    order_id + 0 as order_id,")
    return workshop


@pytest.fixture(scope="module")
def verified(changed: Workshop) -> Ended:
    """How the proof ended that looks at all of it."""
    return changed.ribbon("evolve", "verify", "--json")


@pytest.fixture
def relations(verified: Ended) -> dict[str, dict[str, Any]]:
    assert verified.exit_code == 1, verified.err
    return {each["name"].partition(".")[2]: each for each in verified.json["relations"]}


def test_a_refactoring_that_alters_nothing_is_equal(relations: dict[str, dict[str, Any]]) -> None:
    assert relations["same"]["standing"] == "equal"
    assert relations["same"]["rows"]["key"] == ["id"]
    assert relations["same"]["rows"]["after"] == 20


def test_an_incremental_model_is_built_whole_and_what_reads_it_too(
    relations: dict[str, dict[str, Any]],
) -> None:
    assert relations["fct_order"]["standing"] == "equal"
    assert relations["fct_order"]["rows"]["after"] == 3
    assert relations["sales_daily"]["standing"] == "equal"


def test_rows_that_differ_are_counted_and_named_by_their_key(relations: dict[str, dict[str, Any]]) -> None:
    found = relations["filtered"]
    assert found["standing"] == "differs"
    rows = found["rows"]
    assert (rows["only_before"], rows["only_after"], rows["changed"]) == (1, 0, 1)
    assert rows["differing"] == {"amount": 1}
    assert [(row["side"], row["key"], row["values"]) for row in rows["examples"]] == [
        ("before", {"id": "3"}, {}),
        ("both", {"id": "5"}, {"amount": ["50", "51"]}),
    ]


def test_what_reads_a_relation_that_differs_is_built_too_views_among_them(relations: dict[str, dict[str, Any]]) -> None:
    assert relations["seen"]["standing"] == "differs"
    assert relations["seen"]["rows"]["before"] == 20


def test_a_sum_in_another_order_is_equal_and_one_beyond_the_tolerance_is_not(
    relations: dict[str, dict[str, Any]],
) -> None:
    assert relations["float_order"]["standing"] == "equal"
    assert relations["float_far"]["standing"] == "differs"


def test_rows_without_a_key_are_compared_as_often_as_they_come(relations: dict[str, dict[str, Any]]) -> None:
    rows = relations["twice"]["rows"]
    assert (rows["key"], rows["only_before"], rows["only_after"]) == ([], 1, 1)


def test_what_differs_from_itself_cannot_be_proven_nor_can_what_reads_it(relations: dict[str, dict[str, Any]]) -> None:
    assert relations["drawn"]["standing"] == "unprovable"
    assert "not deterministic: built twice from HEAD" in relations["drawn"]["reason"]
    assert relations["reads_drawn"]["standing"] == "unprovable"


def test_sql_that_says_when_it_was_compiled_is_no_change(relations: dict[str, dict[str, Any]]) -> None:
    assert "moment" not in relations


def test_relations_that_come_go_or_change_their_name_are_listed(relations: dict[str, dict[str, Any]]) -> None:
    assert relations["fresh"]["standing"] == "new"
    assert (relations["gone"]["standing"], relations["gone"]["was"]) == ("removed", None)
    assert (relations["new_name"]["standing"], relations["new_name"]["was"]) == ("equal", "warehouse.old_name")
    assert "old_name" not in relations


def test_a_change_of_an_ephemeral_model_is_seen_in_what_reads_it(relations: dict[str, dict[str, Any]]) -> None:
    assert relations["reads_part"]["standing"] == "differs"
    assert "part" not in relations


def test_a_changed_seed_is_loaded_and_what_reads_it_is_built(relations: dict[str, dict[str, Any]]) -> None:
    assert relations["colour"]["standing"] == "differs"
    assert relations["reads_colour"]["standing"] == "differs"


def test_a_seed_whose_checksum_dbt_does_not_keep_is_compared_by_its_file(relations: dict[str, dict[str, Any]]) -> None:
    assert relations["long"]["standing"] == "differs"
    assert relations["reads_long"]["standing"] == "differs"


def test_what_cannot_be_built_is_unprovable_and_says_why(relations: dict[str, dict[str, Any]]) -> None:
    assert relations["broken"]["standing"] == "unprovable"
    assert "after: " in relations["broken"]["reason"]
    assert "one" in relations["broken"]["reason"]
    assert relations["reads_broken"]["standing"] == "unprovable"


def test_what_is_new_and_cannot_be_built_is_no_new_relation(relations: dict[str, dict[str, Any]]) -> None:
    assert relations["fresh_broken"]["standing"] == "unprovable"
    assert {name for name, each in relations.items() if each["failed"]} == {"broken", "reads_broken", "fresh_broken"}


def test_another_type_of_a_column_is_a_difference(relations: dict[str, dict[str, Any]]) -> None:
    assert relations["retyped"]["rows"]["columns"] == [{"column": "x", "before": "INTEGER", "after": "BIGINT"}]


def test_a_snapshot_is_never_advanced_and_equal_only_where_it_reads_what_is_equal(
    relations: dict[str, dict[str, Any]],
) -> None:
    assert relations["same_history"]["standing"] == "equal"
    assert relations["filtered_history"]["standing"] == "unprovable"


def test_the_text_of_the_proof_names_every_relation_and_shows_no_value(verified: Ended) -> None:
    text = verified.json["proof"]
    assert "  equal: warehouse.same: 20 rows, compared by id" in text.splitlines()
    assert all(relation["name"] in text for relation in verified.json["relations"])
    assert "floats to a relative 1e-09" in text


def test_a_restricted_column_shows_no_value(verified: Ended) -> None:
    assert "name-" not in verified.out


def test_nothing_is_left_and_nothing_of_the_data_is_written(changed: Workshop, verified: Ended) -> None:
    assert verified.exit_code == 1
    assert left_over(changed) == []
    assert "lab" not in str(changed.query("select table_schema, table_name from information_schema.tables"))
    assert changed.value("select count(*) from information_schema.tables where table_name = 'same'") == 0
    assert changed.value("select count(*) from ribbon.runs where command = 'build'") == 1


def test_an_interrupted_proof_leaves_nothing(changed: Workshop) -> None:
    process = changed.start("ribbon", "evolve", "verify")
    try:
        ahead = time.monotonic() + 60
        while not list((changed.data / "tmp").glob("proof-*/workspace/tree/dbt_project.yml")):
            assert time.monotonic() < ahead, "the proof never began"
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130, told
    assert left_over(changed) == []
    assert changed.shell("git worktree list").out.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "exit_code", "told"),
    [
        (["no-such-commit"], 2, "git knows no commit 'no-such-commit'"),
        (["--upload-pack=x"], 2, "No such option"),
        (["--", "--output=x"], 2, "git knows no commit '--output=x'"),
        (["--target", "bigquery"], 2, "a proof builds only in DuckDB files"),
        (["--target", "elsewhere"], 2, "there is no target 'elsewhere'"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_a_remedy(
    changed: Workshop, words: list[str], exit_code: int, told: str
) -> None:
    ended = changed.ribbon("evolve", "verify", *words)
    assert ended.exit_code == exit_code, ended.err
    assert told in ended.err
    assert "Traceback" not in ended.err


def test_a_folder_that_git_does_not_know_is_refused(tmp_path: Path) -> None:
    write_files(tmp_path / "project", {"dbt_project.yml": "name: lone\n"})
    lone = Workshop(tmp_path / "project", tmp_path / "data", tmp_path / "target")
    lone.variables["GIT_CEILING_DIRECTORIES"] = str(tmp_path)
    ended = lone.ribbon("evolve", "verify")
    assert ended.exit_code == 2
    assert "not a git repository" in ended.err


def test_a_file_that_another_process_holds_is_left_alone(changed: Workshop) -> None:
    file = str(changed.data / "build.duckdb")
    script = f"import duckdb, time; held = duckdb.connect({file!r}); print(1, flush=True); time.sleep(60)"
    holder = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        ended = changed.ribbon("evolve", "verify")
    finally:
        holder.kill()
        holder.wait()
    assert ended.exit_code == 3
    assert "holds this file" in ended.err
    assert left_over(changed) == []


FOREIGN = {
    "shop/dbt_project.yml": "name: shop\nversion: '1.0'\nconfig-version: 2\nprofile: shop\n",
    "shop/profiles.yml": "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: dev.duckdb}\n",
    "shop/models/sources.yml": (
        "sources:\n  - name: raw\n    schema: raw\n    tables:\n      - name: orders\n"
        "      - {name: items, config: {meta: {external_location: 'files/items.parquet'}}}\n"
    ),
    "shop/models/stg_orders.sql": "{{ config(materialized='view') }} select * from {{ source('raw', 'orders') }}\n",
    "shop/models/sales.sql": (
        "select item, sum(price) as sales\nfrom {{ ref('stg_orders') }}"
        " join {{ source('raw', 'items') }} using (item)\ngroup by item\n"
    ),
    "shop/models/other.sql": "select 1 as x\n",
    ".gitignore": "*.duckdb\nfiles/\ntarget/\nlogs/\n",
}


@pytest.mark.dbt1  # dbt 2 does not look for files where `file_search_path` of the profile's settings says
def test_a_project_without_ribbon_in_a_folder_of_its_repository_confined_to_one_model(tmp_path: Path) -> None:
    write_files(tmp_path, FOREIGN)
    shop = Workshop(tmp_path / "shop", tmp_path / "none", tmp_path / "target")
    commit(Workshop(tmp_path, tmp_path, tmp_path))
    (shop.project / "files").mkdir()
    with duckdb.connect(str(shop.project / "dev.duckdb")) as connection:
        connection.execute("create schema raw; create table raw.orders as select unnest(['apple', 'pear']) as item")
        connection.execute("create view stg_orders as select * from raw.orders")
        items = shop.project / "files/items.parquet"
        connection.execute(f"copy (select unnest(['apple', 'pear']) as item, 2 as price) to '{items}'")
    edit(shop, "models/sales.sql", "group by item", "group by all")
    edit(shop, "models/other.sql", "1", "2")
    ended = shop.ribbon("evolve", "verify", "HEAD", "--model", "sales")
    assert ended.exit_code == 0, ended.out + ended.err
    assert "equal: main.sales: 2 rows" in ended.out
    assert "Touched by the change but not compared: main.other." in ended.out
    assert not (tmp_path / "none").exists()
    assert not list((tmp_path / "target/ribbon/tmp").glob("*"))
