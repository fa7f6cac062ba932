"""What makes a delivery new is its content under the names of today: nothing is lost and nothing lands twice."""

import ast
import json
import os
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ribbon.land import TableOutcome, arrivals
from tests.conftest import REPOSITORY
from tests.landing import OWN, Landing, contract, landing


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of tests are written at once."""
    monkeypatch.setattr(arrivals, "SETTLES_IN", 0.0)


def counts(outcome: TableOutcome) -> list[tuple[str, int, int, int]]:
    return [(each.name, each.landed, each.known, each.quarantined) for each in outcome.deliveries]


def test_a_correction_lands_after_a_column_was_renamed_in_the_contract(tmp_path: Path) -> None:
    with landing(tmp_path, contract({"id": "bigint", "price_usd": "double"})) as it:
        it.deliver_rows("a.parquet", "select 1::bigint as id, 5.0::double as price_usd")
        it.land()
        renamed = {"id": "bigint", "unit_price_usd": {"data_type": "double", "formerly": "price_usd"}}
        it.source = contract(renamed)
        it.deliver_rows("b.parquet", "select 2::bigint as id, 6.0::double as unit_price_usd")
        assert counts(it.land()) == [("b.parquet", 1, 0, 0)]

        it.deliver_rows("b.parquet", "select 2::bigint as id, 99.0::double as unit_price_usd")

        assert counts(it.land()) == [("b.parquet", 1, 0, 0)]
        it.deliver_rows("a.parquet", "select 1::bigint as id, 5.0::double as unit_price_usd")
        assert counts(it.land()) == [("a.parquet", 0, 1, 0)]


def test_equal_rows_of_different_files_are_different_rows_also_after_the_first_file_is_gone(tmp_path: Path) -> None:
    with landing(tmp_path, contract({"item": "string"}, file="*.csv")) as it:
        first = it.deliver("january.csv", "item\napple\n")
        it.land()
        first.unlink()
        it.deliver("february.csv", "item\napple\npear\n")

        assert counts(it.land()) == [("february.csv", 2, 0, 0)]


def test_a_file_of_known_content_under_another_name_is_known(tmp_path: Path) -> None:
    with landing(tmp_path, contract({"item": "string"}, file="*.csv")) as it:
        it.deliver("a.csv", "item\napple\n")
        it.land()
        it.deliver("copy.csv", "item\napple\n")

        assert counts(it.land()) == [("copy.csv", 0, 1, 0)]
        assert it.land().deliveries == ()


def test_a_file_whose_time_and_size_were_put_back_is_read_again(tmp_path: Path) -> None:
    with landing(tmp_path, contract({"item": "string"}, file="*.csv")) as it:
        path = it.deliver("a.csv", "item\napple\n")
        it.land()
        before = path.stat()
        path.write_text("item\ngrape\n")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

        assert counts(it.land()) == [("a.csv", 1, 0, 0)]


def test_a_batch_that_is_deleted_from_the_lake_lands_again(tmp_path: Path) -> None:
    with landing(tmp_path, contract({"item": "string"}, file="*.csv", batch_by="item")) as it:
        it.deliver("a.csv", "item\napple\npear\n")
        it.land()
        shutil.rmtree(it.project.lake_dir / "shop/orders/batch=batch-pear")

        assert counts(it.land()) == [("a.csv", 1, 1, 0)]
        assert it.lake() == [("apple",), ("pear",)]


def test_a_batch_that_is_deleted_lands_again_from_the_copy_that_is_kept(tmp_path: Path) -> None:
    with landing(tmp_path, contract({"item": "string"}, file="*.csv", batch_by="item")) as it:
        delivered = it.deliver("a.csv", "item\napple\npear\n")
        it.land()
        delivered.unlink()
        it.deliver("b.csv", "item\nplum\n")
        it.land()
        shutil.rmtree(it.project.lake_dir / "shop/orders/batch=batch-pear")

        assert counts(it.land()) == [("a.csv", 1, 1, 0)]
        assert it.lake() == [("apple",), ("pear",), ("plum",)]
        assert it.land().deliveries == ()


def test_a_file_that_was_only_touched_does_not_hide_that_a_batch_is_gone(tmp_path: Path) -> None:
    with landing(tmp_path, contract({"item": "string"}, file="*.csv", batch_by="item")) as it:
        path = it.deliver("a.csv", "item\napple\npear\n")
        it.land()
        path.touch()
        it.land()
        shutil.rmtree(it.project.lake_dir / "shop/orders/batch=batch-pear")

        it.land()

        assert it.lake() == [("apple",), ("pear",)]


@pytest.mark.parametrize("delivery", ["append", "snapshot"])
def test_the_lake_of_an_earlier_release_is_known(tmp_path: Path, delivery: str) -> None:
    """Its records say neither which file brought a batch nor what it held, and there is no ledger."""
    with landing(tmp_path, contract({"item": "string"}, delivery=delivery)) as it:
        it.deliver_rows("a.parquet", "select * from (values ('apple'), ('pear'), ('pear')) as t (item)")
        it.land()
        lake = it.project.lake_dir / "shop/orders"
        shutil.rmtree(lake / "deliveries")
        shutil.rmtree(it.project.data_dir / "delivered")
        (record,) = lake.glob("batch=*/batch.json")
        old = {key: value for key, value in json.loads(record.read_text()).items() if key not in {"file", "content"}}
        record.write_text(json.dumps(old))

        assert counts(it.land()) == [("a.parquet", 0, 3, 0)]
        assert it.land().deliveries == ()
        it.deliver_rows("a.parquet", "select * from (values ('apple'), ('pear'), ('pear'), ('plum')) as t (item)")
        assert it.land().landed_rows == (1 if delivery == "append" else 4)


def test_a_damaged_file_does_not_stop_the_good_ones_and_is_in_quarantine_whole(tmp_path: Path) -> None:
    with landing(tmp_path, contract({"id": "bigint"})) as it:
        whole = it.deliver_rows("b.parquet", "select 1::bigint as id").read_bytes()
        it.deliver("a.parquet", whole[: len(whole) // 2])

        outcome = it.land()

        assert counts(outcome) == [("a.parquet", 0, 0, 0), ("b.parquet", 1, 0, 0)]
        assert [delivery.stopped for delivery in outcome.deliveries] == [True, False]
        assert outcome.findings[0].what == "a.parquet cannot be read"
        it.deliver("a.parquet", it.deliver_rows("c.parquet", "select 2::bigint as id").read_bytes())
        assert counts(it.land()) == [("a.parquet", 1, 0, 0), ("c.parquet", 0, 1, 0)]


def test_a_file_that_is_still_being_written_is_left_for_the_next_landing(tmp_path: Path) -> None:
    with landing(tmp_path, contract({"item": "string"}, file="*.csv", marker="{}.done")) as it:
        it.deliver("a.csv", "item\napple\n")
        outcome = it.land()
        assert (outcome.waiting, outcome.deliveries) == (("a.csv",), ())
        it.deliver("a.csv.done", "")

        assert counts(it.land()) == [("a.csv", 1, 0, 0)]


def test_one_batch_per_file_is_named_after_it(tmp_path: Path) -> None:
    source = contract({"item": "string"}, file="**/*.csv", batch_by="_source_file", batch_id="sales-{}")
    with landing(tmp_path, source) as it:
        it.deliver("2024-01.csv", "item\napple\n")
        it.deliver("old/2023 12.csv", "item\npear\n")

        it.land()

        assert it.lake("_batch_id, _source_file") == [
            ("sales-2024-01", "2024-01.csv"),
            ("sales-old-2023-12", "old/2023 12.csv"),
        ]


def test_names_ignore_case_and_a_column_of_nulls_alone_lands(tmp_path: Path) -> None:
    with landing(tmp_path, contract({"id": "bigint", "item": "string", "price": "double"})) as it:
        it.deliver_rows("a.parquet", "select 1::bigint as id, 'x' as ITEM, null as price")

        outcome = it.land()

        assert it.lake("id, item, price, typeof(price)") == [(1, "x", None, "DOUBLE")]
        assert [finding.what for finding in outcome.findings] == ["column item of a.parquet is written ITEM"]


def test_a_type_is_the_contracts_whatever_the_file_says_and_no_value_changes_on_the_way(tmp_path: Path) -> None:
    columns = {"n": "integer", "at": "timestamp", "price": "decimal(6,2)"}
    with landing(tmp_path, contract(columns)) as it:
        it.deliver_rows(
            "a.parquet",
            "select * from (values (1::bigint, timestamp_ns '2024-01-01 10:00:00', 1.25::double),"
            " (5000000000, '2024-01-01 10:00:00', 1.5), (2, '2024-01-01 10:00:00.000000001', 1.5),"
            " (3, '2024-01-01 10:00:00', 1.005), (4, '2024-01-01 10:00:00', null)) as t (n, \"at\", price)",
        )

        (delivery,) = it.land().deliveries

        assert (delivery.stopped, delivery.quarantined) == (True, 5)
        it.source = contract(columns, max_misfits=0.7)
        (delivery,) = it.land().deliveries
        assert (delivery.landed, delivery.quarantined) == (2, 3)
        assert it.lake('n, typeof(n), typeof("at"), typeof(price)') == [
            (1, "INTEGER", "TIMESTAMP", "DECIMAL(6,2)"),
            (4, "INTEGER", "TIMESTAMP", "DECIMAL(6,2)"),
        ]
        assert [(misfit.line, misfit.columns) for misfit in it.misfits()] == [
            (2, ("n",)),
            (3, ("at",)),
            (4, ("price",)),
        ]
        it.source = contract(columns | {"n": "bigint"})
        assert [(each.landed, each.quarantined) for each in it.release("rows")] == [(1, 2)]


def test_a_retyped_column_stops_the_delivery_whole_until_the_contract_accepts_it(tmp_path: Path) -> None:
    with landing(tmp_path, contract({"id": "bigint"})) as it:
        it.deliver_rows("a.parquet", "select 'x1' as id")

        outcome = it.land()

        assert [(each.stopped, each.quarantined) for each in outcome.deliveries] == [(True, 1)]
        assert outcome.findings[0].what == "column id of a.parquet is VARCHAR"
        it.source = contract({"id": "string"})
        assert [each.landed for each in it.release()] == [1]
        assert (it.aside(), it.lake()) == ([], [("x1",)])


def current(it: Landing) -> list[tuple[Any, ...]]:
    """The newest row of each key, as models see an upsert table."""
    files = f"{it.project.lake_dir}/shop/orders/batch=*/*.parquet"
    return it.bench.execute(
        f"select id, item from read_parquet('{files}', union_by_name = true, hive_partitioning = false)"
        " qualify row_number() over (partition by id order by _loaded_at desc) = 1 order by id"
    ).fetchall()


def test_a_file_without_any_declared_column_is_told_in_one_sentence(tmp_path: Path) -> None:
    with landing(tmp_path, contract({"id": "bigint", "item": "string"}, file="*.csv")) as it:
        it.deliver("a.csv", "x\x07y,b,c,d,e,f,g\n1,2,3,4,5,6,7\n")

        (finding,) = it.land().findings

        assert (finding.what, finding.why) == (
            "a.csv has none of the declared columns",
            "it has x\N{REPLACEMENT CHARACTER}y, b, c, d, e and 2 more",
        )


def test_upserts_replace_the_rows_of_their_key_and_an_older_row_can_come_back(tmp_path: Path) -> None:
    source = contract({"id": "bigint", "item": "string"}, file="*.csv", delivery="upsert", key="id")
    with landing(tmp_path, source) as it:
        it.deliver("1.csv", "id,item\n1,a\n2,b\n")
        it.land()
        it.deliver("2.csv", "id,item\n1,A\n2,b\n")
        assert counts(it.land()) == [("2.csv", 1, 1, 0)]
        assert current(it) == [(1, "A"), (2, "b")]
        assert it.land().deliveries == ()

        it.deliver("3.csv", "id,item\n1,a\n2,b\n")

        assert counts(it.land()) == [("3.csv", 1, 1, 0)]
        assert current(it) == [(1, "a"), (2, "b")]
        it.deliver("4.csv", "id,item\n7,x\n7,y\n")
        assert counts(it.land()) == [("4.csv", 0, 0, 2)]


def test_an_older_snapshot_that_comes_back_is_news(tmp_path: Path) -> None:
    with landing(tmp_path, contract({"item": "string"}, file="*.csv", delivery="snapshot")) as it:
        for content, landed in (("a", 1), ("b", 1), ("a", 1)):
            it.deliver("items.csv", f"item\n{content}\n")
            assert it.land().landed_rows == landed
        assert it.lake("item, dense_rank() over (order by _loaded_at)") == [("a", 1), ("a", 3), ("b", 2)]


def test_the_parts_of_a_snapshot_are_one_batch(tmp_path: Path) -> None:
    with landing(tmp_path, contract({"item": "string"}, file="part-*.csv", delivery="snapshot")) as it:
        it.deliver("part-0.csv", "item\na\n")
        it.deliver("part-1.csv", "item\nb\n")

        (batch,) = it.land().batches

        assert batch.rows == 2
        it.deliver("part-1.csv", "item\nc\n")
        assert [each.rows for each in it.land().batches] == [2]
        assert it.lake("count(distinct _batch_id)") == [(2,)]


# Random corrections, renames, retypings, repetitions, in random order.

ROW = st.tuples(st.integers(0, 3), st.sampled_from(["a", "b", ""]))
STEP = st.one_of(
    st.tuples(st.just("deliver"), st.sampled_from(["x", "y", "z"]), st.lists(ROW, max_size=5)),
    st.tuples(st.just("copy"), st.sampled_from(["x", "y"]), st.sampled_from(["y", "z"])),
    st.tuples(st.just("rename"), st.integers(0, 3)),
    st.tuples(st.just("retype"), st.sampled_from(["integer", "bigint", "double", "string"])),
    st.tuples(st.just("land")),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=3, max_size=12))
def test_random_deliveries(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Any, ...]]) -> None:
    """A file holds what its newest version brought, and all that it brought before: the union of multisets."""
    name, data_type, earlier = "n0", "bigint", []
    seen: set[str] = set()
    expected: dict[str, Counter[tuple[int, str | None]]] = {}
    with landing(tmp_path_factory.mktemp("random"), contract({}, file="*.csv")) as it:
        for step in [*steps, ("land",)]:
            match step:
                case ("deliver", file, rows):
                    it.deliver(f"{file}.csv", f"{name},item\n" + "".join(f"{n},{item}\n" for n, item in rows))
                case ("copy", one, other) if (it.files / f"{one}.csv").exists():
                    it.deliver(f"{other}.csv", (it.files / f"{one}.csv").read_bytes())
                case ("rename", number):
                    if (new := f"n{number}") != name:
                        earlier, name = [*(each for each in earlier if each != new), name], new
                case ("retype", new):
                    data_type = new
                case ("land",) if list(it.files.iterdir()):
                    columns = {name: {"data_type": data_type, "formerly": earlier}, "item": "string"}
                    it.source = contract(columns, file="*.csv")
                    outcome = it.land()
                    assert all(each.rows == each.landed + each.known + each.quarantined for each in outcome.deliveries)
                    assert outcome.is_accepted
                    for file in sorted(it.files.glob("*.csv")):
                        text = file.read_text()
                        if text not in seen:
                            lines = [line.split(",") for line in text.splitlines()[1:]]
                            rows = Counter((int(n), item or None) for n, item in lines)
                            expected[file.name] = expected.get(file.name, Counter()) | rows
                        seen.add(text)
        names = [each for each in (name, *earlier) if any(each in columns_of(it) for _ in (0,))]
        value = f"cast(coalesce({', '.join(names)}) as double)::bigint" if names else "null"
        found = Counter(it.lake(f"_source_file, {value}, item"))
    assert found == Counter({(file, *row): count for file, rows in expected.items() for row, count in rows.items()})


def columns_of(it: Landing) -> set[str]:
    """The columns of all batches in the lake."""
    files = f"{it.project.lake_dir}/shop/orders/batch=*/*.parquet"
    if not list(it.project.lake_dir.glob("shop/orders/batch=*/*.parquet")):
        return set()
    rows = it.bench.execute(
        f"describe select * from read_parquet('{files}', union_by_name = true, hive_partitioning = false)"
    ).fetchall()
    return {row[0] for row in rows}


# A user's names never meet Ribbon's.


def our_names() -> list[str]:
    """Every word in a string of landing's code, where its SQL stands, and what DuckDB itself adds to rows."""
    modules = [*(REPOSITORY / "src/ribbon/land").glob("*.py"), *(REPOSITORY / "src/ribbon/engines").glob("*.py")]
    trees = [
        ast.parse(path.read_text())
        for path in modules
        if "read_csv" in (text := path.read_text()) or "_batch_id" in text
    ]
    strings = [node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    words = {
        word for text in strings if isinstance(text, str) for word in re.findall(r"\b_?[a-z]+(?:_[a-z]+)*\b", text)
    }
    of_duckdb = {"rowid", "filename", "file_row_number", "file_index"}
    return sorted({*words, *of_duckdb} - set(OWN))


@pytest.mark.parametrize("batch_by", [None, '"key"', '"place"'])
@pytest.mark.parametrize("kind", ["parquet", "csv", "jsonl"])
def test_every_name_that_ribbon_uses_may_be_delivered(tmp_path: Path, kind: str, batch_by: str | None) -> None:
    names = our_names()
    assert {"batch", "rowid", "number", "key", "line"} < set(names)
    declared = dict.fromkeys((*names[::2], "key", "place"), "bigint")
    meta = {"batch_by": batch_by} if batch_by else {}
    with landing(tmp_path, contract(declared, file=f"*.{kind}", max_misfits=0.9, **meta)) as it:
        rows = [{name: place + row * 10_000 for place, name in enumerate(names)} for row in range(3)]
        if kind == "csv":
            lines = [
                ",".join(names),
                *(",".join(map(str, row.values())) for row in rows[:2]),
                ",".join(["x"] * len(names)),
            ]
            it.deliver("a.csv", "\n".join(lines) + "\n")
        elif kind == "jsonl":
            it.deliver("a.jsonl", "".join(str(row).replace("'", '"') + "\n" for row in rows[:2]) + '{"key": "x"}\n')
        else:
            values = ", ".join(f'{place} as "{name}"' for place, name in enumerate(names))
            more = ", ".join(
                f'{place + 10_000}::double + 0.5 * (x - 1) as "{name}"' for place, name in enumerate(names)
            )
            it.deliver_rows("a.parquet", f"select {values} union all select {more} from range(1, 3) as t (x)")

        (delivery,) = it.land().deliveries

        assert (delivery.landed, delivery.quarantined) == (2, 1)
        quoted = ", ".join(f'cast("{name}" as bigint)' for name in names)
        assert it.lake(quoted) == [tuple(row.values()) for row in rows[:2]]


@pytest.mark.parametrize("name", ["_batch_id", "_loaded_at", "_source_file", "_BATCH_ID"])
def test_a_column_that_is_called_like_one_of_ribbons_stops_until_it_gets_another_name(
    tmp_path: Path, name: str
) -> None:
    with landing(tmp_path, contract({"id": "bigint"})) as it:
        it.deliver_rows("a.parquet", f'select 1::bigint as id, 7 as "{name}"')
        it.deliver_rows("b.parquet", "select 2::bigint as id")

        outcome = it.land()

        assert counts(outcome) == [("a.parquet", 0, 0, 1), ("b.parquet", 1, 0, 0)]
        assert "has a name that Ribbon gives to a column of its own" in outcome.findings[0].what
        it.source = contract({"id": "bigint", "theirs": {"data_type": "bigint", "delivered_as": name}})
        assert [each.landed for each in it.release()] == [1]
        assert it.lake("id, theirs, _source_file") == [(1, 7, "a.parquet"), (2, None, "b.parquet")]
