"""The gate against ordinary dbt tests and Great Expectations, on the sample data's two largest tables.

    python bench/expectations/measure.py BUILD_FILE [ROUNDS]

BUILD_FILE is the build.duckdb of a whole `ribbon run`, beside its lake/; it is copied. Each round runs every contender
once, in turn, so that a busy machine slows all of them; figures are medians over the rounds.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import median

import yaml
from project import HERE, Run, copy_project, promise, run_dbt

MODELS = ["fct_promotion", "fct_basket_line"]
TEST = ["test", "--threads", "1", "--select", *MODELS]
BUILD = [
    "build",
    "--full-refresh",
    "--exclude-resource-type",
    "unit_test",
    "--select",
    *(f"+{model}" for model in MODELS),
]
Figures = dict[str, list[Run]]


def run_gx(data: Path) -> Run:
    """Great Expectations in a process of its own; the seconds of its statements are those of its two validations."""
    started = time.perf_counter()
    command = [sys.executable, str(HERE / "gx.py"), str(data / "build.duckdb")]
    with (data / "gx.json").open("w") as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    told = json.loads((data / "gx.json").read_text())
    if status or any(model["passed"] < model["expectations"] for model in told.values()):
        raise SystemExit(f"Great Expectations did not pass: {told}")
    statements = tuple(model["seconds"] for model in told.values())
    return Run(seconds, usage.ru_utime + usage.ru_stime, statements, usage.ru_maxrss * 1024)


def measure(folder: Path, data: Path, rounds: int) -> Figures:
    """All runs of all contenders."""
    contract = yaml.safe_load((HERE / "contract.yml").read_text())
    gated = copy_project(folder / "gated", gated=True)
    plain = copy_project(folder / "plain", gated=False)
    promise(gated, contract)
    promise(plain, contract)
    run_dbt(gated, data, *BUILD)  # the first build leaves the column profiles that later ones plan with
    figures: Figures = {}
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
        for name, run in {
            "dbt test, gate": partial(run_dbt, gated, data, *TEST),
            "dbt test, a query each": partial(run_dbt, plain, data, *TEST),
            "Great Expectations on DuckDB": partial(run_gx, data),
            "dbt build, gate": partial(run_dbt, gated, data, *BUILD),
            "dbt build, a query each": partial(run_dbt, plain, data, *BUILD),
        }.items():
            figures.setdefault(name, []).append(run())
            print(name, figures[name][-1], file=sys.stderr)
    return figures


def table(figures: Figures) -> str:
    """The medians as Markdown."""
    lines = [
        "| | statements | seconds measuring | seconds in all | processor seconds | peak GiB |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, runs in figures.items():
        measuring = median(sum(run.statements) for run in runs)
        whole, busy = median(run.seconds for run in runs), median(run.busy for run in runs)
        peak = max(run.peak for run in runs) / 2**30
        lines.append(
            f"| {name} | {len(runs[0].statements)} | {measuring:.1f} | {whole:.1f} | {busy:.1f} | {peak:.1f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measures in a temporary folder and prints the table."""
    build_file = Path(sys.argv[1]).resolve()
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3  # noqa: PLR2004 - the file comes first
    with tempfile.TemporaryDirectory(prefix="ribbon-bench-") as temporary:
        data = Path(temporary) / "data"
        data.mkdir()
        shutil.copy(build_file, data / "build.duckdb")
        (data / "lake").symlink_to((build_file.parent / "lake").resolve())
        print(table(measure(Path(temporary), data, rounds)))


if __name__ == "__main__":
    main()
