"""Copies of the project to measure in, and dbt run in them."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).parents[2]
HERE = Path(__file__).parent
PARTS = [
    "dbt_project.yml",
    "packages.yml",
    "profiles.yml",
    "models",
    "expectations",
    "seeds",
    "snapshots",
    "macros",
    "docs",
]
DBT = "from dbt.cli.main import cli; cli()"
STATEMENT = "with read_"


@dataclass(frozen=True)
class Run:
    """A finished run: seconds by the clock and of processors, of each statement that measured; peak memory in bytes."""

    seconds: float
    busy: float
    statements: tuple[float, ...]
    peak: int


def copy_project(folder: Path, *, gated: bool) -> Path:
    """A copy of the repository's project in `folder`, with or without the gate."""
    for part in PARTS:
        source = REPOSITORY / part
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, folder / part)
        else:
            shutil.copy(source, folder / part)
    (folder / "dbt_packages").mkdir()
    (folder / "dbt_packages/ribbon").symlink_to("../macros/ribbon", target_is_directory=True)
    if not gated:
        (folder / "macros/project/ribbon.sql").unlink()
    return folder


def promise(project: Path, contract: dict[str, Any]) -> None:
    """Puts the expectations of `contract` in the place of all that the project has."""
    for path in (project / "expectations").rglob("*.yml"):
        declared = yaml.safe_load(path.read_text())
        declared.pop("unit_tests", None)
        for node in declared.get("models", []) + declared.get("seeds", []):
            promised = contract.get(node["name"], {"table": [], "columns": {}})
            node["data_tests"] = promised["table"]
            for column in node.get("columns", []):
                column["data_tests"] = promised["columns"].get(column["name"], [])
        path.write_text(yaml.safe_dump(declared, sort_keys=False, width=1000))


def run_dbt(project: Path, data: Path, *arguments: str) -> Run:
    """Runs dbt on the data folder; a command that fails stops the bench with what dbt said."""
    logs = project / "logs"
    shutil.rmtree(logs, ignore_errors=True)
    command = [sys.executable, "-c", DBT, "--log-format-file", "json", "--log-level-file", "debug", *arguments]
    environment = {
        **os.environ,
        "RIBBON_DATA": str(data),
        "DBT_LOG_PATH": str(logs),
        "DBT_TARGET_PATH": str(project / "target"),
        "DBT_PROFILES_DIR": str(project),
    }
    started = time.perf_counter()
    with (project / "said.txt").open("w") as said:
        process = subprocess.Popen(command, cwd=project, env=environment, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    if status:
        raise SystemExit((project / "said.txt").read_text()[-5000:])
    busy = usage.ru_utime + usage.ru_stime
    return Run(seconds, busy, measuring_seconds(logs / "dbt.log"), usage.ru_maxrss * 1024)


def measuring_seconds(log: Path) -> tuple[float, ...]:
    """Seconds of each statement that measured an expectation, by dbt's own clock: one of the gate, or one of a test."""
    running: dict[str, str] = {}
    seconds = []
    for line in log.read_text().splitlines():
        event = json.loads(line)
        node = event["data"].get("node_info", {})
        if event["info"]["name"] == "SQLQuery":
            running[node.get("unique_id", "")] = event["data"]["sql"]
        elif event["info"]["name"] == "SQLQueryStatus":
            sql = running.pop(node.get("unique_id", ""), "")
            sql = sql.split("*/", 1)[-1].lstrip().lower()
            if "duckdb_" not in sql and sql.startswith(
                (STATEMENT, "select") if node.get("resource_type") == "test" else STATEMENT
            ):
                seconds.append(event["data"]["elapsed"])
    return tuple(seconds)
