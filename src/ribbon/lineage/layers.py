"""The layer of each node, in Ribbon's projects and in those that know nothing of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from ribbon.dbt.nodes import Exposure, Node
from ribbon.dbt.settings import Settings
from ribbon.errors import ConfigError
from ribbon.model import Layer

__all__ = ["Layers", "exposure_use_case", "layers_of", "use_case_of"]

MART_FOLDERS = frozenset({"mart", "marts"})
LAYER_FOLDERS = MART_FOLDERS | {"warehouse"}


@dataclass(frozen=True)
class Layers:
    """Which layer a node is of.

    mapping: folders by layer, where the project names them. marts: the models that are marts without a folder that says
    so; None where folders say it.
    """

    mapping: Mapping[tuple[str, ...], Layer]
    marts: frozenset[str] | None

    def layer(self, node: Node) -> Layer:
        """The layer by the mapping, else by the folder, else by who reads it. Sources are the lake."""
        mapped = self._mapped(node)
        if mapped:
            return mapped
        if node.resource_type == "source":
            return Layer.LAKE
        if self.marts is not None:
            return Layer.MART if node.unique_id in self.marts else Layer.WAREHOUSE
        in_mart = node.resource_type == "model" and MART_FOLDERS.intersection(node.fqn[1:-1])
        return Layer.MART if in_mart else Layer.WAREHOUSE

    def _mapped(self, node: Node) -> Layer | None:
        """By the longest folder of the mapping that the node is in."""
        for length in range(len(node.fqn) if self.mapping else 0, 0, -1):
            folder = node.fqn[1 : length + 1]
            if folder in self.mapping:
                return self.mapping[folder]
        return None


def use_case_of(fqn: tuple[str, ...]) -> str | None:
    """The folder below that of the marts, which names the use case."""
    for place, folder in enumerate(fqn[1:-1], start=1):
        if folder in MART_FOLDERS:
            return fqn[place + 1] if place + 2 < len(fqn) else None
    return None


def layers_of(nodes: Mapping[str, Node], settings: Settings) -> Layers:
    """The layers of a project. Without folders that name layers, the models that no other node reads are its marts."""
    models = [node for node in nodes.values() if node.resource_type == "model"]
    folders_say = any(LAYER_FOLDERS.intersection(node.fqn[1:-1]) for node in models)
    read = {parent for node in nodes.values() for parent in node.depends_on.nodes if parent != node.unique_id}
    marts = None if folders_say else frozenset(node.unique_id for node in models if node.unique_id not in read)
    return Layers(_mapping(settings), marts)


def exposure_use_case(exposure: Exposure, use_cases: Mapping[str, str | None]) -> str | None:
    """By its folder, else the one that all it reads is of. use_cases: of nodes, by unique id."""
    read = {use_cases.get(parent) for parent in exposure.depends_on.nodes}
    return use_case_of(exposure.fqn) or (read.pop() if len(read) == 1 else None)


def _mapping(settings: Settings) -> dict[tuple[str, ...], Layer]:
    """`vars: {ribbon: {layers: {mart: [reporting, finance/core]}}}`: folders of models by layer."""
    ours = settings.variables.get("ribbon")
    layers = ours.get("layers") if isinstance(ours, dict) else None
    if not layers:
        return {}
    named = layers.items() if isinstance(layers, dict) else ()
    if not named or any(name not in set(Layer) for name, _ in named):
        raise ConfigError(
            f"{settings.path}: vars: ribbon: layers: give folders of models under lake, warehouse or mart, as in"
            f" {{mart: [reporting]}}; it says {layers!r}."
        )
    return {
        tuple(str(folder).strip("/").split("/")): Layer(name)
        for name, folders in named
        for folder in ([folders] if isinstance(folders, str) else folders or ())
    }
