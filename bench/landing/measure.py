"""Landing against writing the same rows without any care: seconds, rows and bytes a second, processor seconds, memory.

    bench/landing/measure.py FOLDER [--csv-rows N] [--dlt PYTHON]

FOLDER holds transactions.parquet and promotions.parquet of the sample data. Everything is measured in one run, each in
a process of its own, with the same codec (zstd), the same partitions (week) and a flush of every file:

    copy     DuckDB's COPY … TO, partitioned: no batches, no checks, no record
    dlt      dlt's filesystem destination from Arrow batches, no partitions, no checks; with
             the Python of an environment that has it (by_dlt.py)
    bare     landing without expectations: kept bytes, batches, records
    land     landing with the contract's expectations, rendered before
    again    landing once more, with nothing new
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import duckdb

from ribbon.config import ProjectPaths
from ribbon.engines.duckdb_file import literal
from ribbon.engines.parquet import open_bench
from ribbon.land import land_table
from ribbon.model import FileFormat, FileKind
from ribbon.project import Project, load_project
from ribbon.quality.door import open_door

PROJECT = Path(__file__).parents[2]
TABLES = ("transactions", "promotions")
KINDS = ("copy", "dlt", "bare", "land", "again")


def main() -> None:
    """Measure each way in a process of its own, and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--csv-rows", type=int, default=3_000_000, help="rows of promotions in the CSV file")
    parser.add_argument("--dlt", type=Path, help="the Python of an environment with dlt and duckdb")
    parser.add_argument("--only", nargs=3, metavar=("KIND", "FORMAT", "DATA"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        print(json.dumps(measured(*given.only[:2], given.folder, Path(given.only[2]))))
        return
    print(f"{'from':8} {'way':6} {'seconds':>8} {'cpu':>6} {'M rows/s':>9} {'MB/s':>6} {'MB':>6}")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for form in ("parquet", "csv"):
            files = offered(given.folder, form, folder / form, given.csv_rows)
            load_project(ProjectPaths(PROJECT, folder / "data"))
            for kind in KINDS:
                if kind != "dlt":
                    show(form, kind, folder / f"data-{form}", files)
                elif given.dlt:
                    show(form, kind, folder / f"dlt-{form}", files, given.dlt)


def offered(folder: Path, form: str, place: Path, rows: int) -> Path:
    """A folder with the files to land: the sample's Parquet, or a part of it as CSV."""
    place.mkdir()
    for table in TABLES:
        if form == "parquet":
            shutil.copy(folder / f"{table}.parquet", place)
        elif table == "promotions":
            some = duckdb.read_parquet(str(folder / f"{table}.parquet")).limit(rows)
            some.write_csv(str(place / f"{table}.csv"), header=True)
    return place


def show(form: str, kind: str, data: Path, files: Path, dlt: Path | None = None) -> None:
    """Run one way and print its line. dlt: the Python that runs it, where it is dlt."""
    words = [sys.executable, __file__, str(files), "--only", kind, form, str(data)]
    if dlt:
        words = [str(dlt), str(Path(__file__).with_name("by_dlt.py")), str(files), str(data)]
    ended = subprocess.run(words, check=False, capture_output=True, text=True)
    if ended.returncode:
        print(f"{form:8} {kind:6} {ended.stderr.strip().splitlines()[-1]}")
        return
    told = json.loads(ended.stdout.splitlines()[-1])
    size = sum(file.stat().st_size for file in files.iterdir()) / 1e6
    rate = f"{told['rows'] / told['seconds'] / 1e6:9.2f} {size / told['seconds']:6.1f}"
    print(f"{form:8} {kind:6} {told['seconds']:8.2f} {told['cpu']:6.2f} {rate} {told['memory']:6.0f}", flush=True)


def measured(kind: str, form: str, files: Path, data: Path) -> dict[str, float]:
    """One way, in this process. Memory is the most that it had, in MB; what is imported counts."""
    home = data.with_name("data")
    home.mkdir(exist_ok=True)
    project = load_project(ProjectPaths(PROJECT, home))
    ways = {"copy": copied}
    if kind == "land":
        landed(project, kind, form, files, data)  # dbt renders the checks once, and they are kept
    started, before = time.perf_counter(), os.times()
    rows = ways[kind](files, form, data) if kind in ways else landed(project, kind, form, files, data)
    seconds, after = time.perf_counter() - started, os.times()
    cpu = after.user + after.system - before.user - before.system
    return {
        "seconds": seconds,
        "cpu": cpu,
        "rows": rows,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def copied(files: Path, _form: str, data: Path) -> int:
    """DuckDB's COPY, and a flush of what it wrote."""
    rows = 0
    with duckdb.connect(config={"memory_limit": "2GB", "preserve_insertion_order": False}) as connection:
        for file in sorted(files.iterdir()):
            target = data.with_name("copy") / file.stem
            shutil.rmtree(target, ignore_errors=True)
            target.parent.mkdir(exist_ok=True)
            options = "format parquet, compression zstd, partition_by (week)"
            rows_of = f"copy (from {literal(str(file))}) to {literal(str(target))} ({options})"
            found = connection.execute(rows_of).fetchone()
            rows += found[0] if found else 0
            for path in target.rglob("*.parquet"):
                handle = os.open(path, os.O_RDONLY)
                os.fsync(handle)
                os.close(handle)
    return rows


def landed(project: Project, kind: str, form: str, files: Path, data: Path) -> int:
    """Ribbon's landing, as `ribbon land` calls it."""
    if kind in {"bare", "land"}:
        shutil.rmtree(data, ignore_errors=True)
    rows = 0
    with open_bench(data / "tmp", "2GB") as bench, open_door(project.paths, project) as door:
        for source in project.sources:
            if source.table not in TABLES or not list(files.glob(f"{source.table}*")):
                continue
            checked = source if kind != "bare" else replace(source, expectations=())
            if form == "csv":
                checked = replace(
                    checked, files=f"{source.table}*.csv", format=FileFormat(FileKind.CSV, null_tokens=("",))
                )
            outcome = land_table(ProjectPaths(PROJECT, data), checked, files, bench, door)
            rows += outcome.landed_rows
    return rows


if __name__ == "__main__":
    main()
