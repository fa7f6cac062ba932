"""Which of the two tools is right where they disagree: the model's SQL is run, one column is changed, it is run again.

    python bench/lineage/prove.py PROJECT COLIBRI_OUTPUT

PROJECT is compiled; COLIBRI_OUTPUT is what `colibri generate --output-dir` wrote about it. For every origin that only
one of the two names, the model's relations get random rows, the origin gets other values, and the values of the result
column, each once, either change or do not. Rows that come and go do not count: values are compared, not how often
they are there.
"""

import json
import sys
from collections import Counter
from pathlib import Path

import duckdb
from colibri_edges import read_colibri
from ribbon_edges import told
from rows import Sandbox

from ribbon.lineage import load_lineage

ATTEMPTS = 6
Edge = tuple[str, str, str]


def disagreements(project: Path, output: Path) -> dict[str, list[tuple[str, Edge]]]:
    """By node, who alone names an origin, and the edge: column, relation, column of the relation."""
    ours = told(load_lineage(project, project / "target"))["columns"]
    theirs = read_colibri(output, "").edges
    found: dict[str, list[tuple[str, Edge]]] = {}
    for node, columns in ours.items():
        for column, origins in columns.items():
            mine = {(relation, name) for relation, name in origins}
            other = theirs.get(node, {}).get(column, set())
            for who, edges in (("Ribbon", mine - other), ("dbt-colibri", other - mine)):
                found.setdefault(node, []).extend((who, (column, *edge)) for edge in sorted(edges))
    return {node: edges for node, edges in found.items() if edges}


def followed(sandbox: Sandbox, node: str, edges: set[Edge]) -> set[Edge]:
    """Those of the edges whose column follows its origin; a few draws of rows, as one may hide what another shows."""
    found: set[Edge] = set()
    for seed in range(ATTEMPTS):
        sandbox.fill(node, seed)
        for column, relation, name in edges - found:
            if sandbox.follows(node, column, relation, name):
                found.add((column, relation, name))
    return found


def main() -> None:
    """Prints each disagreement with its verdict, then the counts."""
    project, output = Path(sys.argv[1]), Path(sys.argv[2])
    manifest = json.loads((project / "target/manifest.json").read_text())
    catalog = json.loads((project / "target/catalog.json").read_text())
    counts: Counter[tuple[str, str]] = Counter()
    for node, edges in disagreements(project, output).items():
        with duckdb.connect() as connection:
            sandbox = Sandbox(connection, manifest, catalog)
            tried = {edge for _, edge in edges if sandbox.knows(node, edge[1])}
            right = followed(sandbox, node, tried)
        for who, edge in edges:
            said = "follows it" if edge in right else "does not follow it" if edge in tried else "was not tried"
            counts[who, said] += 1
            print(f"only {who}: {node}.{edge[0]} from {edge[1]}.{edge[2]}: {said}", flush=True)
    for (who, said), count in sorted(counts.items()):
        print(f"{count:,} origins that only {who} names: the column {said}")


if __name__ == "__main__":
    main()
