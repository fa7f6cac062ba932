"""Whatever arrives, landing ends with one sentence or a quarantine: nothing is lost, and it needs no more memory."""

import gzip
import io
import subprocess
import sys
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from ribbon.engines.parquet import open_bench
from ribbon.land import DeliveryOutcome, arrivals
from ribbon.model import SourceTable
from tests.conftest import REPOSITORY
from tests.landing import Landing, contract, landing

COLUMNS = {"id": "bigint", "at": "date", "amount": "decimal(10,2)", "note": "string"}


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of tests are written at once."""
    monkeypatch.setattr(arrivals, "SETTLES_IN", 0.0)


def source(name: str) -> SourceTable:
    return contract(COLUMNS, file=name, max_misfits=1)


def delivered(folder: Path, name: str, content: bytes) -> tuple[Landing, DeliveryOutcome]:
    """Land one file, and show that every row of it is somewhere, and its bytes are kept."""
    with landing(folder, source(name)) as it:
        it.deliver(name, content)
        outcome = it.land()
        (delivery,) = outcome.deliveries
        assert delivery.rows == delivery.landed + delivery.known + delivery.quarantined
        assert len(it.lake()) == delivery.landed
        assert len(it.misfits()) == (0 if delivery.stopped else delivery.quarantined)
        (kept,) = (it.project.data_dir / "delivered/shop/orders").iterdir()
        assert kept.read_bytes() == content
        if delivery.stopped:
            findings = [each for each in outcome.findings if each.severity == "error"]
            assert findings
            for finding in findings:
                assert name in finding.what
                assert finding.why
                assert "\n" not in finding.what + finding.why
            assert [each.name.partition("=")[0] for each in it.aside()] == ["file"]
        return it, delivery


def csv(*rows: str) -> bytes:
    return "\n".join(["id,at,amount,note", *rows, ""]).encode()


GOOD = "1,2024-01-01,1.50,x"

TEXTS: dict[str, tuple[bytes, int, int]] = {
    "ragged": (csv(GOOD, "2", "3,2024-01-01", "4,2024-01-01,1,x,y", GOOD), 2, 3),
    "open quote": (csv(GOOD, '2,2024-01-01,1,"x', GOOD), 1, 1),
    "text after a quote": (csv(GOOD, '2,2024-01-01,1,"x"y', GOOD), 2, 1),
    "bad encoding": (csv(GOOD).replace(b"x", b"\xff\xfe") + csv(GOOD)[18:], 1, 1),
    "byte order mark": (b"\xef\xbb\xbf" + csv(GOOD), 1, 0),
    "null bytes": (csv(GOOD, "2,2024-01-01,1,\x00", "\x00,2024-01-01,1,x"), 2, 1),
    "giant integers": (csv(GOOD, "9" * 30 + ",2024-01-01,1,x", "9" * 5000 + ",2024-01-01,1,x"), 1, 2),
    "infinite dates": (csv(GOOD, "2,infinity,1,x", "3,-infinity,1,x", "4,epoch,1,x", "5,now,1,x"), 1, 4),
    "dates before Christ": (csv(GOOD, "2,-0044-03-15,1,x", "3,0044-03-15 (BC),1,x", "4,0001-01-01,1,x"), 2, 2),
    "carriage returns alone": (csv(GOOD, GOOD).replace(b"\n", b"\r"), 2, 0),
    "blank lines": (csv("", GOOD, "", "", GOOD, ""), 2, 0),
    "a header alone": (csv(), 0, 0),
    "a record of 3 MB": (csv(GOOD, f"2,2024-01-01,1,{'y' * 3_000_000}", GOOD), 2, 1),
    "no line end": (csv(GOOD)[:-1], 1, 0),
    "delimiters alone": (csv(",,,", ",,,"), 2, 0),
    "quotes alone": (csv('"","","",""', '"""","2024-01-01","1",""""'), 1, 1),
}


@pytest.mark.parametrize("what", TEXTS)
def test_broken_text_is_in_quarantine_row_by_row_and_the_rest_lands(tmp_path: Path, what: str) -> None:
    content, landed, quarantined = TEXTS[what]

    _, delivery = delivered(tmp_path, "a.csv", content)

    assert (delivery.stopped, delivery.landed, delivery.quarantined) == (False, landed, quarantined)


def parquet_of(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    parquet.write_table(table, sink)
    return sink.getvalue()


TABLE = pa.table({"id": [1, 2], "at": [date(2024, 1, 1)] * 2, "amount": [1.5, 2.5], "note": ["x", "y"]})
WIDE = ",".join(f"c{number}" for number in range(10_000))
STOPPED: dict[str, tuple[str, bytes]] = {
    "empty csv": ("a.csv", b""),
    "empty parquet": ("a.parquet", b""),
    "wrong magic": ("a.parquet", b"PAR2" + parquet_of(TABLE)[4:-4] + b"PAR2"),
    "csv called parquet": ("a.parquet", csv(GOOD)),
    "truncated parquet": ("a.parquet", parquet_of(TABLE)[:-20]),
    "damaged parquet": ("a.parquet", parquet_of(TABLE)[:40] + b"\x99" * 60 + parquet_of(TABLE)[100:]),
    "two names alike": ("a.csv", b"id,at,amount,note,NOTE\n1,2024-01-01,1,x,y\n"),
    "a name twice": ("a.csv", b"id,at,amount,note,note\n1,2024-01-01,1,x,y\n"),
    "a parquet name twice": ("a.parquet", parquet_of(pa.table([[1], [2]], names=["id", "id"]))),
    "no column of ours": ("a.csv", b"a,b\n1,2\n"),
    "truncated gzip": ("a.csv.gz", gzip.compress(csv(*[GOOD] * 1000))[:-10]),
    "no gzip": ("a.csv.gz", csv(GOOD)),
    "no zstd": ("a.csv.zst", csv(GOOD)),
    "utf-16 as utf-8": ("a.csv", csv(GOOD).decode().encode("utf-16")),
    "10,000 other columns": ("a.csv", f"{WIDE}\n{WIDE}\n".encode()),
    "too many names": ("a.jsonl", ("{" + ",".join(f'"k{n}": 1' for n in range(10_001)) + "}\n").encode()),
}


@pytest.mark.parametrize("what", STOPPED)
def test_a_file_that_is_none_is_in_quarantine_whole_with_one_sentence(tmp_path: Path, what: str) -> None:
    if what == "no column of ours" or "other columns" in what:
        with landing(tmp_path, source("a.csv")) as it:
            it.deliver("a.csv", STOPPED[what][1])
            assert [each.stopped for each in it.land().deliveries] == [True]
        return
    _, delivery = delivered(tmp_path, *STOPPED[what])

    assert (delivery.stopped, delivery.landed) == (True, 0)


@pytest.mark.parametrize(("columns", "memory", "landed"), [(1_000, "1GB", 1), (10_000, "500MB", 0)])
def test_thousands_of_columns_land_or_say_how_much_memory_they_need(
    tmp_path: Path, columns: int, memory: str, landed: int
) -> None:
    wide = ",".join(f"c{number}" for number in range(columns))
    with landing(tmp_path, source("a.csv")) as it, open_bench(tmp_path / "spill", memory) as it.bench:
        it.deliver("a.csv", f"id,at,amount,note,{wide}\n{GOOD},{wide}\n".encode())

        outcome = it.land()

        assert [each.landed for each in outcome.deliveries] == [landed]
        assert landed or "needs more memory than RIBBON_MEMORY_LIMIT allows" in outcome.findings[-1].why


DEEP = 5_000
JSON_LINES: dict[str, tuple[bytes, int, int]] = {
    "deep": (b'{"note": ' + b"[" * DEEP + b"]" * DEEP + b'}\n{"id": 1}\n', 2, 0),
    "truncated": (b'{"id": 1}\n{"id": 2, "no', 1, 1),
    "a list of rows": (b'[{"id": 1}, {"id": 2}]\n', 0, 1),
    "two in a line": (b'{"id": 1}{"id": 2}\n{"id": 3}\n', 1, 1),
    "a name twice in a row": (b'{"id": 1, "id": 2}\n', 0, 1),
    "bad encoding": (b'{"id": 1}\n{"note": "\xff"}\n', 1, 1),
    "null bytes": (b'{"id": 1}\n\x00\x00\n{"note": "\\u0000"}\n', 2, 1),
    "infinity": (b'{"id": 1e999}\n{"id": NaN}\n{"id": 1}\n', 1, 2),
    "empty": (b"", 0, 0),
    "blank": (b"\n  \n\n", 0, 0),
    "no names": (b"{}\n{}\n", 2, 0),
}


@pytest.mark.parametrize("what", JSON_LINES)
def test_broken_json_lines_never_become_rows_of_nulls(tmp_path: Path, what: str) -> None:
    content, landed, quarantined = JSON_LINES[what]

    _, delivery = delivered(tmp_path, "a.jsonl", content)

    assert (delivery.stopped, delivery.landed, delivery.quarantined) == (False, landed, quarantined)


def _mutations(content: bytes) -> st.SearchStrategy[bytes]:
    """The content with a slice cut out, or overwritten, or with bytes put in."""
    at = st.integers(0, len(content))

    def changed(start: int, length: int, put: bytes) -> bytes:
        return content[:start] + put + content[start + length :]

    return st.builds(changed, at, st.integers(0, 40), st.binary(max_size=20))


ROWS = [f'{number},2024-01-{number:02},{number}.50,"a {number}"' for number in range(1, 20)]
LINES = "".join(f'{{"id": {n}, "at": "2024-01-01", "amount": 1.5, "note": "x{n}"}}\n' for n in range(20)).encode()
RANDOM: dict[str, tuple[str, bytes]] = {
    "csv": ("a.csv", csv(*ROWS)),
    "csv.gz": ("a.csv.gz", gzip.compress(csv(*ROWS))),
    "jsonl": ("a.jsonl", LINES),
    "parquet": ("a.parquet", parquet_of(TABLE)),
}


@pytest.mark.parametrize("kind", RANDOM)
def test_random_damage(tmp_path_factory: pytest.TempPathFactory, kind: str) -> None:
    name, content = RANDOM[kind]

    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(damaged=_mutations(content))
    def land(damaged: bytes) -> None:
        delivered(tmp_path_factory.mktemp("damage"), name, damaged)

    land()


PEAK = """
import resource, sys
from pathlib import Path
from ribbon.engines.parquet import open_bench
from tests.landing import contract, landing

folder, name = Path(sys.argv[1]), sys.argv[2]
with landing(folder, contract({"id": "bigint", "note": "string"}, file=name)) as it:
    with open_bench(folder / "spill", "300MB") as it.bench:
        (delivery,) = it.land().deliveries
print(delivery.landed, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak_of_landing(folder: Path, name: str, rows: int) -> int:
    """Most MiB that a process has which lands a file of so many rows."""
    path = folder / "files" / name
    path.parent.mkdir(parents=True)
    thousand = (f"1,{'x' * 100}\n" * 1000).encode()
    with gzip.open(path, "wb", compresslevel=1) if path.suffix == ".gz" else path.open("wb") as file:
        file.write(b"id,note\n")
        file.writelines(thousand for _ in range(rows // 1000))
    ended = subprocess.run(
        [sys.executable, "-c", PEAK, folder, name], cwd=REPOSITORY, check=False, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
    landed, peak = map(int, ended.stdout.split())
    assert landed == rows
    return peak // 1024


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, name: str) -> None:
    """Ten times the rows; the larger file has 160 MB, of which gzip makes less than one."""
    small, large = (peak_of_landing(tmp_path / str(rows), name, rows) for rows in (150_000, 1_500_000))

    assert large < small + 300
