"""Who relies on a column, as people name it: columns, relations, use cases, exposures, owners."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ribbon.lineage.graph import LineageGraph
from ribbon.lineage.impact import impact
from ribbon.model import ColumnName, Layer

__all__ = ["Dependents", "dependents_of", "readers_of"]

NAMED = 6


@dataclass(frozen=True)
class Dependents:
    """What depends on some columns, in the order found.

    columns: computed from them. relations: with such a column, or with rows that they decide. Both by their labels.
    """

    columns: tuple[str, ...]
    relations: tuple[str, ...]
    use_cases: tuple[str, ...]
    exposures: tuple[str, ...]
    owners: tuple[str, ...] = ()

    def told(self) -> str:
        """What depends on the columns, as one line."""
        if not self.relations:
            return "nothing depends on it"
        groups = [listed(self.relations, "relation")]
        if self.use_cases:
            groups.append(listed(self.use_cases, "use case"))
        if self.exposures:
            groups.append(listed(self.exposures, "exposure"))
        return f"depending on it: {'; '.join(groups)}"


def dependents_of(graph: LineageGraph, columns: Iterable[ColumnName]) -> Dependents:
    """What depends on any of the columns."""
    found = [impact(graph, column) for column in columns]
    below = dict.fromkeys(step.column for each in found for step in each.values)
    relations = dict.fromkeys(
        [
            *(column.relation for column in below),
            *(step.relation for each in found for step in each.rows),
            *(key for each in found for key in each.following),
        ]
    )
    uses = dict.fromkeys(use.exposure for each in found for use in each.uses)
    return Dependents(
        tuple(f"{_label(graph, column.relation)}.{column.column}" for column in below),
        tuple(_label(graph, key) for key in relations),
        tuple(dict.fromkeys([*_use_cases(graph, relations), *(use.use_case for use in uses if use.use_case)])),
        tuple(use.label for use in uses),
        tuple(dict.fromkeys(use.owner for use in uses if use.owner)),
    )


def readers_of(graph: LineageGraph, relation: str) -> Dependents:
    """What reads a relation or what is built from it, whichever of its columns: dbt says so before it compiles any."""
    found = _built_from(graph, relation)
    uses = [use for use in graph.exposures if {relation, *found} & set(use.depends_on)]
    return Dependents(
        (),
        tuple(_label(graph, key) for key in found),
        tuple(dict.fromkeys([*_use_cases(graph, found), *(use.use_case for use in uses if use.use_case)])),
        tuple(use.label for use in uses),
        tuple(dict.fromkeys(use.owner for use in uses if use.owner)),
    )


def listed(names: Sequence[str], noun: str) -> str:
    """How many there are, and the first of them."""
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return f"{len(names):,} {noun}{'' if len(names) == 1 else 's'}: {', '.join(names[:NAMED])}{more}"


def _built_from(graph: LineageGraph, relation: str) -> list[str]:
    children: dict[str, list[str]] = {}
    for key, node in graph.nodes.items():
        for parent in node.project.parents:
            children.setdefault(parent, []).append(key)
    ahead = [relation]
    for key in ahead:  # grows while it is iterated
        ahead += [child for child in children.get(key, ()) if child not in ahead]
    return ahead[1:]


def _label(graph: LineageGraph, relation: str) -> str:
    node = graph.nodes.get(relation)
    return node.project.label if node else relation


def _use_cases(graph: LineageGraph, relations: Iterable[str]) -> list[str]:
    marts = [graph.nodes[key].project for key in relations if key in graph.nodes]
    return [mart.use_case for mart in marts if mart.layer is Layer.MART and mart.use_case]
