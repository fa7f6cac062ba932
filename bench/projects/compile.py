"""Has the real dbt build a generated project on empty source tables, which leaves its artifacts in FOLDER/target.

    python bench/projects/compile.py FOLDER [--tests] [--quick] [--again]

Every model's SQL runs on DuckDB; with --tests its data tests too. --quick runs no model: their empty tables are made
from what the generator knows of their columns, and dbt only compiles. The artifacts hold the branch of incremental
models that later runs take. What is there already is kept, unless --again. `target/seconds.json` tells how long the
steps took.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import duckdb
from writing import DATABASE

DBT = "from dbt.cli.main import cli; cli()"
STEPS = {
    "deps": ["deps"],
    "build": ["build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"],
    "docs": ["docs", "generate"],
}


def dbt(folder: Path, *arguments: str) -> float:
    """Seconds that the command took; one that fails stops everything with the end of what dbt said."""
    command = [sys.executable, "-c", DBT, "--no-use-colors", *arguments]
    environment = {
        **os.environ,
        "DBT_PROFILES_DIR": str(folder),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "DBT_LOG_LEVEL_FILE": "none",
    }
    started = time.perf_counter()
    with (folder / "said.txt").open("w") as said:
        done = subprocess.run(command, cwd=folder, env=environment, stdout=said, stderr=said, check=False)
    if done.returncode:
        raise SystemExit((folder / "said.txt").read_text()[-6000:])
    return time.perf_counter() - started


def make_tables(folder: Path, *files: str) -> None:
    """A new database with the empty tables that the files declare."""
    (folder / DATABASE).unlink(missing_ok=True)
    with duckdb.connect(str(folder / DATABASE)) as connection:
        for file in files:
            connection.execute((folder / file).read_text())


def compile_project(folder: Path, *, tests: bool, quick: bool) -> dict[str, float]:
    """Seconds of each step."""
    make_tables(folder, "sources.sql", *(["models.sql"] if quick else []))
    steps = STEPS | ({"build": ["build"]} if tests else {})
    seconds = {}
    for name, arguments in steps.items():
        if quick and name == "build":
            continue
        print(f"dbt {name} …", file=sys.stderr, flush=True)
        seconds[name] = round(dbt(folder, *arguments), 1)
    (folder / "target/seconds.json").write_text(json.dumps(seconds))
    return seconds


def main() -> None:
    """Reads the command line; prints the seconds."""
    parser = argparse.ArgumentParser(description="Compile a generated dbt project.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tests", action="store_true", help="run the data tests as well")
    parser.add_argument("--quick", action="store_true", help="run no model")
    parser.add_argument("--again", action="store_true", help="even if there are artifacts")
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    if asked.again or not (folder / "target/catalog.json").is_file():
        print(compile_project(folder, tests=asked.tests, quick=asked.quick))


if __name__ == "__main__":
    main()
