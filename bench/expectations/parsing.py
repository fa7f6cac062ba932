"""What expectations cost a parser: `dbt parse` of 500 models and 3,000 tests, plain ones and ours, in turn.

python bench/expectations/parsing.py [ROUNDS]
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import yaml
from project import DBT, REPOSITORY

MODELS = 500
PROJECT = {"name": "parsed", "version": "1.0", "profile": "parsed", "flags": {"send_anonymous_usage_stats": False}}
PROFILE = {"parsed": {"target": "dev", "outputs": {"dev": {"type": "duckdb", "path": "parsed.duckdb"}}}}
Tests = list[Any]


def relationships(number: int) -> dict[str, Any]:
    """A foreign key to the model before."""
    return {"relationships": {"arguments": {"to": f"ref('model_{max(number - 1, 0)}')", "field": "id"}}}


def plain_tests(number: int) -> dict[str, Tests]:
    """Six tests of dbt's own on a model."""
    accepted = {"accepted_values": {"arguments": {"values": ["a", "b", "c"]}}}
    return {
        "id": ["not_null", "unique"],
        "parent_id": ["not_null", relationships(number)],
        "kind": ["not_null", accepted],
    }


def mixed_tests(number: int) -> dict[str, Tests]:
    """The same six with ours where dbt has none that it knows by name."""
    in_set = {"ribbon.expect_column_values_to_be_in_set": {"arguments": {"value_set": ["a", "b", "c"]}}}
    return {**plain_tests(number), "kind": ["not_null", in_set]}


def our_tests(number: int) -> dict[str, Tests]:
    """Six of ours but for the foreign key; dbt renders each of them, and none of not_null and unique."""
    between = {"ribbon.expect_column_values_to_be_between": {"arguments": {"min_value": 1, "max_value": 9}}}
    in_set = {"ribbon.expect_column_values_to_be_in_set": {"arguments": {"value_set": ["a", "b", "c"]}}}
    regex = {"ribbon.expect_column_values_to_match_regex": {"arguments": {"regex": "^[a-c]$"}}}
    return {
        "id": ["ribbon.expect_column_values_to_not_be_null", "ribbon.expect_column_values_to_be_unique"],
        "parent_id": [between, relationships(number)],
        "kind": [in_set, regex],
    }


def write_project(folder: Path, tests: Callable[[int], dict[str, Tests]], *, ours: bool) -> Path:
    """A project with a file and a contract for each model."""
    (folder / "models").mkdir(parents=True)
    if ours:
        shutil.copytree(REPOSITORY / "macros/ribbon", folder / "packages/ribbon")
        shutil.copytree(REPOSITORY / "macros/project", folder / "macros")
        (folder / "packages.yml").write_text("packages: [{local: packages/ribbon}]\n")
        (folder / "dbt_packages").mkdir()
        (folder / "dbt_packages/ribbon").symlink_to("../packages/ribbon", target_is_directory=True)
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(PROJECT))
    (folder / "profiles.yml").write_text(yaml.safe_dump(PROFILE))
    for number in range(MODELS):
        (folder / f"models/model_{number}.sql").write_text("select 1 as id, 1 as parent_id, 'a' as kind\n")
        declared = [{"name": name, "data_tests": said} for name, said in tests(number).items()]
        contract = {"models": [{"name": f"model_{number}", "columns": declared}]}
        (folder / f"models/model_{number}.yml").write_text(yaml.safe_dump(contract))
    return folder


def parse(project: Path) -> tuple[float, float]:
    """Seconds of a parse from nothing, by the clock and of the processors."""
    shutil.rmtree(project / "target", ignore_errors=True)
    started = time.perf_counter()
    command = [sys.executable, "-c", DBT, "--quiet", "parse", "--no-partial-parse", "--profiles-dir", "."]
    process = subprocess.Popen(command, cwd=project)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{project.name} does not parse")
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime


def main() -> None:
    """Prints the medians as Markdown."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory(prefix="ribbon-bench-") as temporary:
        folder = Path(temporary)
        projects = [
            write_project(folder / "plain tests", plain_tests, ours=False),
            write_project(folder / "plain tests beside our macros", plain_tests, ours=True),
            write_project(folder / "expect_… for accepted_values", mixed_tests, ours=True),
            write_project(folder / "expect_… for all but relationships", our_tests, ours=True),
        ]
        runs = [[parse(project) for project in projects] for _ in range(rounds)]
    lines = ["| | seconds | processor seconds |", "|---|---:|---:|"]
    for index, project in enumerate(projects):
        seconds, busy = (median(run[index][kind] for run in runs) for kind in (0, 1))
        lines.append(f"| {project.name} | {seconds:.1f} | {busy:.1f} |")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
