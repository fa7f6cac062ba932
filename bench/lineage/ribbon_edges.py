"""What Ribbon found in a project: every column, what it is made from, and what stayed unresolved, as JSON on stdout.

python bench/lineage/ribbon_edges.py FOLDER
"""

import json
import sys
from pathlib import Path
from typing import Any

from ribbon.lineage import LineageGraph, LineageNode, load_lineage


def edges(node: LineageNode) -> dict[str, list[list[str]]]:
    """Relation and column of each origin, by the node's columns, all in lower case; its own earlier rows left out."""
    own = node.project.unique_id
    return {
        column.name.lower(): sorted(
            [origin.column.relation, origin.column.column.lower()]
            for origin in column.origins
            if origin.column.relation != own
        )
        for column in node.lineage.columns
    }


def told(graph: LineageGraph) -> dict[str, Any]:
    """The whole graph, without sources and seeds."""
    made = {key: node for key, node in graph.nodes.items() if node.project.resource_type in {"model", "snapshot"}}
    unresolved = {key: [entry.reason for entry in found] for key, found in graph.unresolved.items()}
    return {"columns": {key: edges(node) for key, node in made.items()}, "unresolved": unresolved}


def main() -> None:
    """Reads the project that is named on the command line."""
    folder = Path(sys.argv[1])
    json.dump(told(load_lineage(folder, folder / "target")), sys.stdout)


if __name__ == "__main__":
    main()
