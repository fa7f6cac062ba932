"""What depends on a column, through to the use cases."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ribbon.evolve.evidence import Seen
from ribbon.lineage.impact import impact
from ribbon.model import ColumnName, Evidence, Layer

__all__ = ["Dependents", "dependents_of"]

NAMED = 6


@dataclass(frozen=True)
class Dependents:
    """columns: made from it. relations: those that have one of them, or whose rows it decides. All in the order met."""

    columns: tuple[ColumnName, ...]
    relations: tuple[str, ...]
    use_cases: tuple[str, ...]
    exposures: tuple[str, ...]
    owners: tuple[str, ...]

    def evidence(self, seen: Seen) -> Iterator[Evidence]:
        """What depends on it, as a sentence."""
        if not self.relations:
            yield Evidence("lineage", "nothing is made from it")
            return
        told = [_listed((seen.nodes.nodes[key].label for key in self.relations if key in seen.nodes.nodes), "relation")]
        if self.use_cases:
            told.append(_listed(self.use_cases, "use case"))
        if self.exposures:
            told.append(_listed(self.exposures, "exposure"))
        yield Evidence("lineage", f"on it depend {'; '.join(told)}")


def dependents_of(seen: Seen, columns: Iterable[ColumnName]) -> Dependents:
    """What depends on any of the columns."""
    found = [impact(seen.graph, column) for column in columns]
    below = dict.fromkeys(step.column for each in found for step in each.values)
    relations = dict.fromkeys(
        [
            *(column.relation for column in below),
            *(step.relation for each in found for step in each.rows),
            *(key for each in found for key in each.following),
        ]
    )
    uses = dict.fromkeys(use.exposure for each in found for use in each.uses)
    marts = [seen.nodes.nodes[key] for key in relations if key in seen.nodes.nodes]
    use_cases = [node.use_case for node in marts if node.layer is Layer.MART and node.use_case]
    return Dependents(
        tuple(below),
        tuple(relations),
        tuple(dict.fromkeys([*use_cases, *(use.use_case for use in uses if use.use_case)])),
        tuple(use.label for use in uses),
        tuple(dict.fromkeys(use.owner for use in uses if use.owner)),
    )


def _listed(names: Iterable[str], noun: str) -> str:
    each = list(names)
    more = f" and {len(each) - NAMED:,} more" if len(each) > NAMED else ""
    return f"{len(each):,} {noun}{'' if len(each) == 1 else 's'}: {', '.join(each[:NAMED])}{more}"
