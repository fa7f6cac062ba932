"""What people call a node: `mart.store_daily`."""

from collections import Counter
from collections.abc import Mapping

from ribbon.dbt.nodes import Node
from ribbon.dbt.relations import identifier_of
from ribbon.model import Layer

__all__ = ["labels_of"]


def labels_of(nodes: Mapping[str, Node], layers: Mapping[str, Layer]) -> dict[str, str]:
    """By unique id: layer and name; where two nodes share those, schema and identifier; else the unique id.

    A version of a model goes by its identifier: dim_store_v2.
    """
    labels: dict[str, str] = {}
    ahead = dict(nodes)
    for label in (_by_layer, _by_schema):
        named = {key: label(node, layers[key]) for key, node in ahead.items()}
        times = Counter(name.casefold() for name in named.values())
        labels.update({key: name for key, name in named.items() if times[name.casefold()] == 1})
        ahead = {key: node for key, node in ahead.items() if key not in labels}
    return labels | {key: key for key in ahead}


def _by_layer(node: Node, layer: Layer) -> str:
    return f"{layer}.{node.name if node.version is None else identifier_of(node)}"


def _by_schema(node: Node, layer: Layer) -> str:
    return f"{node.schema or layer}.{identifier_of(node)}"
