"""What dbt-colibri found in a project, from its colibri-manifest.json and from what it said."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Colibri", "Edges", "read_colibri"]

Edges = dict[str, dict[str, set[tuple[str, str]]]]


@dataclass(frozen=True)
class Colibri:
    """edges: origins by node and column, in lower case. failing: columns that it says it failed at."""

    edges: Edges
    failing: int


def read_colibri(output: Path, said: str) -> Colibri:
    """Its value lineage; a model that fails as a whole fails with all its columns."""
    document = json.loads((output / "colibri-manifest.json").read_text())
    edges: Edges = {
        key: {name.lower(): set() for name in node.get("columns") or {}} for key, node in document["nodes"].items()
    }
    for edge in document["lineage"]["edges"]:
        if "edgeType" not in edge and edge["targetColumn"]:
            origins = edges.setdefault(edge["target"], {}).setdefault(edge["targetColumn"].lower(), set())
            origins.add((edge["source"], edge["sourceColumn"].lower()))
    return Colibri(edges, _failing(said, edges))


def _failing(said: str, edges: Edges) -> int:
    columns = re.findall(r"^\[ERROR\] (?:Unexpected error|Could not resolve|Fallback error)", said, re.MULTILINE)
    models = re.findall(r"^\[ERROR\] Error processing model (\S+): ", said, re.MULTILINE)
    return len(columns) + sum(len(edges.get(model, ())) for model in models)
