"""A landing that is killed at any moment loses nothing: after another one, every row is there once, with its record."""

import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

import pytest

from ribbon.batch_record import batch_records
from ribbon.land import arrivals
from ribbon.land.ledger import Ledger
from ribbon.model import SourceTable
from tests.landing import Landing, contract, landing

KILLS = 100
FILES = 4
ROWS = 1_000


def source() -> SourceTable:
    return contract(
        {"id": "bigint", "day": "bigint", "note": "string"}, file="*.csv", batch_by="day", batch_id="day-{:02d}"
    )


def content(number: int, version: int) -> str:
    """A version of a file: later ones have more rows, of which every 250th does not fit."""
    first = number * 1_000_000
    rows = (f"{row if row % 250 else 'x'},{row % 3},note {row}" for row in range(first, first + ROWS + 250 * version))
    return "id,day,note\n" + "\n".join(rows) + "\n"


def land(folder: str) -> None:
    """Runs in a process of its own."""
    arrivals.SETTLES_IN = 0.0
    with landing(Path(folder), source()) as it:
        it.land()


@pytest.mark.slow
def test_a_hundred_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    drawn = random.Random(7)  # noqa: S311 - moments, not secrets
    processes = get_context("forkserver")
    processes.set_forkserver_preload(["ribbon.land", "tests.landing", __name__])
    killed = finished = version = 0
    seconds = 1.0
    with landing(tmp_path, source()) as it:
        while killed < KILLS:
            if finished or not version:  # what was offered has landed: newer versions come
                for number in range(FILES):
                    it.deliver(f"{number}.csv", content(number, version))
                version += 1
                finished = 0
            process = processes.Process(target=land, args=(str(tmp_path),))
            process.start()
            process.join(drawn.uniform(0, seconds))
            if process.is_alive():
                assert process.pid
                os.kill(process.pid, signal.SIGKILL)
                process.join()
                killed += 1
                seconds *= 1.05
            else:
                assert process.exitcode == 0
                finished, seconds = 1, seconds * 0.8
        assert version > 3, "no landing came to its end, so nothing was shown about what follows one"
        arrivals.SETTLES_IN = 0.0
        it.land()
        assert [finding.why for finding in it.land().findings] == []
        check(it, version - 1)


def check(it: Landing, version: int) -> None:
    """Every row of the newest versions is in the lake or in quarantine, once, and the records say so."""
    rows = [line.split(",") for number in range(FILES) for line in content(number, version).splitlines()[1:]]
    assert Counter(it.lake("id")) == Counter((int(row[0]),) for row in rows if row[0] != "x")
    assert Counter(misfit.raw for misfit in it.misfits()) == Counter(",".join(row) for row in rows if row[0] == "x")
    assert not (it.project.lake_dir / ".staging").exists()
    lake = it.project.lake_dir / "shop/orders"
    assert sum(record.rows for record in batch_records(lake)) == len(it.lake("id"))
    records = list(Ledger(lake))
    assert not any(record.unfinished for record in records)
    assert all(record.rows == record.landed + record.known + record.quarantined for record in records)
    kept = {path.name for path in (it.project.data_dir / "delivered/shop/orders").iterdir()} - {".draft"}
    assert {part.kept for record in records for part in record.parts} <= kept


@pytest.fixture(autouse=True)
def settles() -> Iterator[None]:
    """What a test changed of it does not reach others."""
    before = arrivals.SETTLES_IN
    yield
    arrivals.SETTLES_IN = before
