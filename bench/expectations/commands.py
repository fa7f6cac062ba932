"""What Ribbon costs a project of 8 models and 28 tests: commands of dbt, plain and with Ribbon taken in, in turn.

python bench/expectations/commands.py [ROUNDS]
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import yaml
from project import DBT

sys.path.append(str(Path(__file__).parents[1] / "lineage"))  # commands are watched in the same way

from processes import run

RIBBON = [sys.executable, "-m", "ribbon", "init", "--existing"]
COMMANDS = {
    "full parse": ["parse", "--no-partial-parse"],
    "partial parse": ["parse"],
    "run": ["run"],
    "test": ["test"],
    "build": ["build"],
}
PROJECT = {
    "name": "small",
    "version": "1.0",
    "profile": "small",
    "flags": {"send_anonymous_usage_stats": False},
    "models": {"small": {"staging": {"+materialized": "view"}, "marts": {"+materialized": "table"}}},
}
PROFILE = {"small": {"target": "dev", "outputs": {"dev": {"type": "duckdb", "path": "small.duckdb", "threads": 2}}}}
SUBJECTS = ("customers", "orders", "products", "stores")
STAGING = """select
  range as id, range % 10 as parent_id, 'abc'[1 + range % 3] as kind, cast(range as decimal(9, 2)) as amount_usd
from range(1000)
"""
MART = """with {name} as (select * from {{{{ ref('stg_{name}') }}}})

select id, parent_id, kind, sum(amount_usd) as amount_usd, count(*) as row_count
from {name}
group by all
"""


def write_project(folder: Path) -> Path:
    """Four staging views and the four tables made of them, with two and five tests each."""
    for layer in ("staging", "marts"):
        (folder / "models" / layer).mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(PROJECT))
    (folder / "profiles.yml").write_text(yaml.safe_dump(PROFILE))
    for name in SUBJECTS:
        (folder / f"models/staging/stg_{name}.sql").write_text(STAGING)
        (folder / f"models/marts/{name}.sql").write_text(MART.format(name=name))
    for layer, models in (
        ("staging", [staging(name) for name in SUBJECTS]),
        ("marts", [mart(name) for name in SUBJECTS]),
    ):
        (folder / f"models/{layer}/models.yml").write_text(yaml.safe_dump({"models": models}))
    return folder


def staging(name: str) -> dict[str, Any]:
    """What is declared of a staging view."""
    return {"name": f"stg_{name}", "columns": [{"name": "id", "data_tests": ["unique", "not_null"]}]}


def mart(name: str) -> dict[str, Any]:
    """What is declared of a table."""
    parent = {"relationships": {"arguments": {"to": f"ref('stg_{name}')", "field": "id"}}}
    kinds = {"accepted_values": {"arguments": {"values": ["a", "b", "c"]}}}
    tests = {"id": ["unique", "not_null"], "parent_id": ["not_null", parent], "kind": [kinds]}
    return {"name": name, "columns": [{"name": column, "data_tests": said} for column, said in tests.items()]}


def measure(projects: list[Path], rounds: int) -> dict[str, list[tuple[float, ...]]]:
    """Processor seconds of each command, by round and project. What ran before is done alike in both."""
    for project in projects:
        run([sys.executable, "-c", DBT, "build"], project)
    return {
        name: [
            tuple(run([sys.executable, "-c", DBT, *command], project).busy for project in projects)
            for _ in range(rounds)
        ]
        for name, command in COMMANDS.items()
    }


def report(measured: dict[str, list[tuple[float, ...]]]) -> Iterator[str]:
    """Medians, and the medians of the differences and ratios within a round."""
    yield "| processor seconds | plain dbt | with Ribbon | more | times |"
    yield "|---|---:|---:|---:|---:|"
    for name, pairs in measured.items():
        plain, ours = (median(pair[side] for pair in pairs) for side in (0, 1))
        more = median(ours - plain for plain, ours in pairs)
        times = median(ours / plain for plain, ours in pairs)
        yield f"| {name} | {plain:.2f} | {ours:.2f} | {more:+.2f} | {times:.2f} |"


def main() -> None:
    """Prints the table as Markdown."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory(prefix="ribbon-bench-") as temporary:
        projects = [write_project(Path(temporary) / name) for name in ("plain", "ribbon")]
        run(RIBBON, projects[1])
        print("\n".join(report(measure(projects, rounds))))


if __name__ == "__main__":
    main()
