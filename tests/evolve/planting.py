"""Lays the planted models over a copy of this repository's project, and the year that goes with them."""

import csv
import json
import os
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from shutil import copytree, which
from typing import Any

import duckdb
import yaml

__all__ = [
    "PLANTED",
    "cases",
    "deliver_drift",
    "deliveries",
    "plant_batches",
    "plant_files",
    "plant_history",
    "plant_past",
    "planted_manifest",
    "planted_models",
    "rounds",
]

PLANTED = Path(__file__).parent / "planted"
MOVED_IN = "2025-09-01"  # before the first query of the log


def cases() -> list[dict[str, Any]]:
    """Every planted case and every near miss."""
    return yaml.safe_load((PLANTED / "cases.yml").read_text())["cases"]


def planted_models() -> list[str]:
    """The names of the models that are laid over the project."""
    return sorted(path.stem for path in (PLANTED / "project/models").rglob("*.sql"))


@cache
def planted_manifest(target: Path) -> dict[str, Any]:
    """What dbt knows of the planted project after it was compiled."""
    return json.loads((target / "manifest.json").read_text(encoding="utf-8"))


def plant_files(project: Path) -> None:
    """Add the models and contracts to a copy of the project, and a group for each new use case."""
    copytree(PLANTED / "project", project, dirs_exist_ok=True)
    use_cases = sorted(path.name for path in (PLANTED / "project/models/mart").iterdir())
    groups = "".join(f"      {name}: {{+group: {name}}}\n" for name in use_cases)
    file, marts = project / "dbt_project.yml", "    mart:\n      +materialized: table\n"
    text = file.read_text()
    assert text.count(marts) == 1, f"{file} has no {marts!r}"
    file.write_text(text.replace(marts, marts + groups))


def plant_past(project: Path) -> None:
    """Make the project a git tree in which each file is as old as born.csv says, the others older than the log."""
    born = {row["model"]: row["made_on"] for row in _rows(PLANTED / "born.csv")}
    _git(project, MOVED_IN, "init", "--quiet")
    young = {path: born[path.stem] for path in project.rglob("*") if path.is_file() and path.stem in born}
    _git(project, MOVED_IN, "add", "--all", ".", *(f":!{path.relative_to(project)}" for path in young))
    _git(project, MOVED_IN, "commit", "--quiet", "--message", "The teams move in")
    for day in sorted(set(young.values())):
        _git(project, day, "add", "--all", *(str(path) for path, made in young.items() if made == day))
        _git(project, day, "commit", "--quiet", "--message", f"What was made on {day}")


def _git(project: Path, day: str, *words: str) -> None:
    moment = f"{day}T09:00:00Z"
    dates = {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
    who = ("-c", "user.name=Planted", "-c", "user.email=planted@example.com", "-c", "commit.gpgsign=false")
    git = which("git") or "git"
    subprocess.run([git, *who, *words], cwd=project, env=os.environ | dates, check=True, capture_output=True)


def plant_batches(data: Path) -> None:
    """Date the batches of the lake as arrivals.csv does, in what each batch says of itself."""
    landed = {(row["table"], row["batch"]): row["landed_at"] for row in _rows(PLANTED / "drift/arrivals.csv")}
    for file in (data / "lake").rglob("batch.json"):
        table, batch = file.parts[-3], file.parent.name.removeprefix("batch=")
        at = landed.get((table, batch)) or landed[table, "*"]
        file.write_text(json.dumps(json.loads(file.read_text()) | {"landed_at": at.replace("Z", "+00:00")}, indent=2))


def plant_history(data: Path) -> None:
    """Add a year of weekly runs to what the build file knows of expectations and columns."""
    with duckdb.connect(str(data / "build.duckdb")) as connection:
        for table in ("runs", "expectation_results", "column_profiles"):
            connection.execute(f"insert into ribbon.{table} by name from read_csv('{PLANTED}/history/{table}.csv')")


def deliver_drift(case: str, sample: Path, folder: Path) -> Path:
    """Write the delivery of a case, made of the sample's files, into a folder."""
    (found,) = (each for each in deliveries() if each["case"] == case)
    rows = found["rows"].format(delivered=f"read_parquet('{sample / found['table']}.parquet')")
    with duckdb.connect() as connection:
        connection.execute(f"copy ({rows}) to '{folder / found['file']}' (format parquet)")
    return folder / found["file"]


def deliveries() -> list[dict[str, Any]]:
    """What the sources send next, each for a case."""
    return yaml.safe_load((PLANTED / "drift/deliveries.yml").read_text())["deliveries"]


def rounds() -> list[list[dict[str, Any]]]:
    """The deliveries in as few rounds as there can be with one of each table."""
    found: list[list[dict[str, Any]]] = []
    for delivery in deliveries():
        free = (each for each in found if delivery["table"] not in {other["table"] for other in each})
        place = next(free, None)
        if place is None:
            found.append([delivery])
        else:
            place.append(delivery)
    return found


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)
