"""Small projects for the tests of lineage, written as SQL by name."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ribbon.lineage import LineageGraph, lineage_of
from ribbon.lineage.nodes import ColumnsFrom, ProjectNode, ProjectNodes
from ribbon.model import ColumnName, Layer

Columns = Mapping[str, str | None] | None
Nodes = dict[str, ProjectNode]

# The models of `shop`.
ALL = {"named", "starred", "named_reader", "starred_reader"}


def source(name: str, columns: Columns) -> ProjectNode:
    """A source, in SQL `raw.<name>`."""
    return _node(f"source.p.{name}", ("db", "raw", name), Layer.LAKE, columns)


def model(name: str, *queries: str, reads: tuple[str, ...] = (), columns: Columns = None) -> ProjectNode:
    """A model, in SQL `dw.<name>`. reads: names of its parents; those that start with `raw.` are sources."""
    parents = tuple(f"source.p.{read[4:]}" if read.startswith("raw.") else f"model.p.{read}" for read in reads)
    node = _node(f"model.p.{name}", ("db", "dw", name), Layer.WAREHOUSE, columns)
    return replace(node, parents=parents, queries=queries)


def project(*nodes: ProjectNode, dialect: str = "duckdb") -> ProjectNodes:
    """A project of these nodes."""
    return ProjectNodes("p", dialect, {node.unique_id: node for node in nodes})


def load(folder: Path, *nodes: ProjectNode, dialect: str = "duckdb") -> LineageGraph:
    """The lineage of these nodes, with the cache in `folder`, in this process."""
    return lineage_of(project(*nodes, dialect=dialect), folder, workers=1)


def shop() -> Nodes:
    """A source, a model that names its columns, one that takes all, and a reader of each."""
    nodes = (
        source("orders", {"id": "integer", "net": "integer", "day": "date"}),
        model("named", "select id, net from raw.orders", reads=("raw.orders",)),
        model("starred", "select * from raw.orders", reads=("raw.orders",)),
        model("named_reader", "select * from dw.named", reads=("named",)),
        model("starred_reader", "select id, net from dw.starred", reads=("starred",)),
    )
    return {node.name: node for node in nodes}


def analysed(folder: Path, nodes: Nodes, dialect: str = "duckdb") -> set[str]:
    """The models that are analysed on this run."""
    return {key.removeprefix("model.p.") for key in load(folder, *nodes.values(), dialect=dialect).analysed}


def origin(graph: LineageGraph, relation: str) -> str:
    """The one column that the relation's `id` is made from."""
    (found,) = graph.origins(ColumnName(f"model.p.{relation}", "id"))
    return str(found.column)


def _node(key: str, path: tuple[str, str, str], layer: Layer, columns: Columns) -> ProjectNode:
    return ProjectNode(
        unique_id=key,
        name=path[-1],
        resource_type=key.partition(".")[0],
        label=".".join(path[1:]),
        layer=layer,
        schema=path[1],
        identifier=path[-1],
        file=f"{path[-1]}.sql",
        path=path,
        columns=columns,
        columns_from=ColumnsFrom.NOBODY if columns is None else ColumnsFrom.CATALOG,
    )
