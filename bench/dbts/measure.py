"""Commands of dbt 1 and dbt 2, plain and with Ribbon taken in, on projects of several sizes.

python bench/dbts/measure.py DBT_1 DBT_2 DRIVER [MODELS ...]
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml

sys.path.append(str(Path(__file__).parents[1] / "lineage"))  # commands are watched in the same way

from processes import Run, run

RIBBON = [sys.executable, "-m", "ribbon", "init", "--existing"]
COMMANDS = {
    "parse": ["parse", "--no-partial-parse"],
    "first build": ["build"],
    "build again": ["build"],
    "run": ["run"],
    "test": ["test"],
}
PROJECT = {
    "name": "many",
    "version": "1.0",
    "profile": "many",
    "flags": {"send_anonymous_usage_stats": False},
    "models": {"+materialized": "table"},
}
PROFILE = {"many": {"target": "dev", "outputs": {"dev": {"type": "duckdb", "path": "many.duckdb", "threads": 2}}}}
SOURCE = "select range as id, range % 10 as k, 'abc'[1 + range % 3] as c from range(1000)\n"
TESTS = [
    {"name": "id", "data_tests": ["not_null", "unique"]},
    {"name": "c", "data_tests": [{"accepted_values": {"arguments": {"values": ["a", "b", "c"]}}}]},
]
# Of five models one makes rows; the others read it.
READERS = 5


def write_project(folder: Path, models: int) -> None:
    """Tables of a thousand rows with three tests each."""
    (folder / "models").mkdir(parents=True)
    sources = max(1, models // READERS)
    for number in range(models):
        text = SOURCE if number < sources else f"select id, k, c from {{{{ ref('m{number % sources}') }}}}\n"
        (folder / f"models/m{number}.sql").write_text(text)
    named = [{"name": f"m{number}", "columns": TESTS} for number in range(models)]
    (folder / "models/many.yml").write_text(yaml.safe_dump({"models": named}))
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(PROJECT))
    (folder / "profiles.yml").write_text(yaml.safe_dump(PROFILE))


def measured(dbts: dict[str, str], driver: str, models: int, home: Path) -> Iterator[str]:
    """A line per command: dbt 1 plain and gated, dbt 2 plain and gated, each in a project of its own."""
    folders = {}
    for dbt, program in dbts.items():
        for kind in ("plain", "gated"):
            folder = folders[dbt, kind] = home / str(models) / dbt / kind
            write_project(folder, models)
            if kind == "gated":
                run(RIBBON, folder)
                run([program, "deps"], folder, {"ADBC_DRIVER_PATH": driver})
    for name, words in COMMANDS.items():
        runs = {
            key: run([dbts[key[0]], *words], folder, {"ADBC_DRIVER_PATH": driver}) for key, folder in folders.items()
        }
        yield f"| {models:,} | {name} | {' | '.join(_cells(runs, dbt) for dbt in dbts)} |"


def _cells(runs: dict[tuple[str, str], Run], dbt: str) -> str:
    plain, gated = runs[dbt, "plain"], runs[dbt, "gated"]
    return (
        f"{plain.seconds:.1f} | {gated.seconds:.1f} | {gated.seconds / plain.seconds:.2f}"
        f" | {plain.busy:.1f} | {gated.busy:.1f} | {gated.busy / plain.busy:.2f}"
        f" | {plain.peak / 2**20:.0f} | {gated.peak / 2**20:.0f}"
    )


def main() -> None:
    """Print a table in Markdown."""
    one, two, driver, *sizes = sys.argv[1:]
    columns = "plain, s | gated, s | times | plain, CPU s | gated, CPU s | times | plain, MiB | gated, MiB"
    print(f"| models | command | dbt 1: {columns} | dbt 2: {columns} |")
    print("|---:|---|" + "---:|" * 16)
    with tempfile.TemporaryDirectory() as home:
        for models in map(int, sizes or ("30", "500")):
            for line in measured({"dbt 1": one, "dbt 2": two}, driver, models, Path(home)):
                print(line, flush=True)


if __name__ == "__main__":
    main()
