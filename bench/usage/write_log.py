"""A query log as dashboards make one, about the marts of a compiled project.

    python bench/usage/write_log.py target/manifest.json log.jsonl [--rows 100000] [--shapes 1000]

A shape is a query whose values differ from row to row. The same arguments write the same log.
"""

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

START = datetime(2026, 1, 1, tzinfo=UTC)
PEOPLE = 200
NAMED = 3  # columns that every query names


def main() -> None:
    """Write the log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("log", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--shapes", type=int, default=1_000)
    asked = parser.parse_args()
    rows = log_rows(marts_of(asked.manifest), asked.rows, asked.shapes)
    asked.log.write_text("".join(f"{json.dumps(row)}\n" for row in rows))


def marts_of(manifest: Path) -> list[tuple[str, list[str]]]:
    """Schema and name of each mart, with its columns."""
    nodes = json.loads(manifest.read_text())["nodes"].values()
    return [
        (f"{node['schema']}.{node['name']}", list(node["columns"]))
        for node in nodes
        if node["resource_type"] == "model" and node["fqn"][1] == "mart" and len(node["columns"]) >= NAMED
    ]


def log_rows(marts: list[tuple[str, list[str]]], rows: int, shapes: int) -> Iterator[dict[str, Any]]:
    """Rows of a plain log, a minute apart."""
    draw = Random(0)
    texts: dict[str, None] = {}
    while len(texts) < shapes:
        texts[query(draw, *draw.choice(marts))] = None
    chosen = list(texts)
    for number in range(rows):
        yield {
            "who": f"person{draw.randrange(PEOPLE)}@example.com",
            "when": (START + timedelta(minutes=number)).isoformat(),
            "sql": chosen[number % shapes].format(draw.randrange(10**6), draw.randrange(10**6)),
            "seconds": round(draw.random(), 3),
        }


def query(draw: Random, mart: str, columns: list[str]) -> str:
    """A count by some columns, with places for two values."""
    key, measure, filtered = draw.sample(columns, NAMED)
    others = draw.sample(columns, draw.randint(0, min(8, len(columns))))
    listed = ", ".join(dict.fromkeys((key, *others)))
    return (
        f"with chosen as (select * from {mart} where {filtered} > {{}}) select {listed}, count({measure}) as counted"
        f" from chosen group by {listed} having max({measure}) <> {{}} order by counted desc limit 100"
    )


if __name__ == "__main__":
    main()
