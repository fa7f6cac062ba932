"""Logic that several models repeat, whatever each of them calls it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from ribbon.evolve.evidence.logic import Place, ProjectLogic
from ribbon.model import Layer
from ribbon.sql.canonical import Logic

__all__ = ["Level", "Recurring", "recurring"]

# The least logic that is worth its own model: joins, filters, keys and computed columns count one each.
LEAST = 2


class Level(StrEnum):
    """How much two queries have in common, the most first."""

    WHOLE = "the same query"
    GROUPING = "the same grouping"  # with other measures
    FRAME = "the same joins and filters"  # with other columns


@dataclass(frozen=True)
class Recurring:
    """Logic that several models contain. places: one per model, in the order of models."""

    level: Level
    fingerprint: str
    places: tuple[Place, ...]

    @property
    def models(self) -> frozenset[str]:
        """The models that contain it."""
        return frozenset(place.model for place in self.places)


def recurring(project: ProjectLogic) -> tuple[Recurring, ...]:
    """Logic in two marts or more, or in a mart and a warehouse model; of overlapping logic, the largest."""
    found: list[Recurring] = []
    for level, fingerprint in FINGERPRINTS.items():
        groups = [group for group in _groups(project, level, fingerprint) if not _is_covered(group, found)]
        found += _largest(groups)
    return tuple(found)


def _whole(logic: Logic) -> str | None:
    return logic.whole if effort(logic) >= LEAST else None


def _grouping(logic: Logic) -> str | None:
    return logic.grouping if logic.keys and any(output.aggregated for output in logic.outputs) else None


def _frame(logic: Logic) -> str | None:
    """Which rows are chosen before any grouping, including by a window function."""
    chosen = logic.later and not logic.keys
    if logic.joined - 1 + len(logic.conditions) + (LEAST if chosen else 0) < LEAST:
        return None
    return logic.rows if chosen else logic.frame


FINGERPRINTS: dict[Level, Callable[[Logic], str | None]] = {
    Level.WHOLE: _whole,
    Level.GROUPING: _grouping,
    Level.FRAME: _frame,
}


def effort(logic: Logic) -> int:
    """How much a query does besides selecting columns."""
    computed = sum(not output.plain for output in logic.outputs)
    return max(logic.joined - 1, 0) + len(logic.conditions) + len(logic.keys) + logic.later + computed


def _groups(project: ProjectLogic, level: Level, fingerprint: Callable[[Logic], str | None]) -> Iterator[Recurring]:
    by_print: dict[str, dict[str, Place]] = {}
    for place in project.places():
        found = fingerprint(place.logic)
        if found is not None and not place.query.bare:
            by_print.setdefault(found, {}).setdefault(place.model, place)
    for key, places in by_print.items():
        if _serves(places.values(), project, level):
            yield Recurring(level, key, tuple(places[model] for model in sorted(places)))


def _serves(places: Iterable[Place], project: ProjectLogic, level: Level) -> bool:
    """Whether two marts contain it, or a mart contains what is a warehouse model already."""
    layers = [project.graph.nodes[place.model].project.layer for place in places]
    marts = layers.count(Layer.MART)
    models = [place for place in places if not place.query.name]
    modelled = level is Level.WHOLE and any(
        project.graph.nodes[place.model].project.layer is Layer.WAREHOUSE for place in models
    )
    return marts > 1 or (marts == 1 and modelled)


def _is_covered(group: Recurring, found: Iterable[Recurring]) -> bool:
    """Whether a larger piece of logic already joins these models."""
    return any(group.models <= other.models for other in found)


def _largest(groups: list[Recurring]) -> list[Recurring]:
    """Those that are not part of a larger one in all of their models."""
    ordered = sorted(groups, key=lambda group: -max(effort(place.logic) for place in group.places))
    chosen: list[Recurring] = []
    for group in ordered:
        if not any(group.models <= other.models for other in chosen):
            chosen.append(group)
    return chosen
