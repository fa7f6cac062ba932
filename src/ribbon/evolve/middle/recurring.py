"""Logic that stands in more than one model, whatever it is called there."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from ribbon.evolve.middle.logic import Middle, Place
from ribbon.model import Layer
from ribbon.sql.canonical import Logic

__all__ = ["Level", "Recurring", "recurring"]

# Logic that is worth a model of its own does so much: joins, filters, keys and computed columns count one each.
LEAST = 2


class Level(StrEnum):
    """How much of two queries is the same, from all of it on."""

    WHOLE = "the same query"
    GROUPING = "the same grouping"  # with other measures
    FRAME = "the same joins and filters"  # with other columns


@dataclass(frozen=True)
class Recurring:
    """Logic that stands in several models. places: one for each model, in the models' order."""

    level: Level
    fingerprint: str
    places: tuple[Place, ...]

    @property
    def models(self) -> frozenset[str]:
        """The models in which it stands."""
        return frozenset(place.model for place in self.places)


def recurring(middle: Middle) -> tuple[Recurring, ...]:
    """What stands in two marts or more, or in a mart and as a model of the warehouse; the largest of what overlaps."""
    found: list[Recurring] = []
    for level, fingerprint in FINGERPRINTS.items():
        groups = [group for group in _groups(middle, level, fingerprint) if not _told_by(group, found)]
        found += _largest(groups)
    return tuple(found)


def _whole(logic: Logic) -> str | None:
    return logic.whole if effort(logic) >= LEAST else None


def _grouping(logic: Logic) -> str | None:
    return logic.grouping if logic.keys and any(output.aggregated for output in logic.outputs) else None


def _frame(logic: Logic) -> str | None:
    """Which rows are chosen, before any grouping; by their place in a window too."""
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
    """How much a query does besides taking columns."""
    computed = sum(not output.plain for output in logic.outputs)
    return max(logic.joined - 1, 0) + len(logic.conditions) + len(logic.keys) + logic.later + computed


def _groups(middle: Middle, level: Level, fingerprint: Callable[[Logic], str | None]) -> Iterator[Recurring]:
    by_print: dict[str, dict[str, Place]] = {}
    for place in middle.places():
        told = fingerprint(place.logic)
        if told is not None and not place.query.bare:
            by_print.setdefault(told, {}).setdefault(place.model, place)
    for told, places in by_print.items():
        if _serves(places.values(), middle, level):
            yield Recurring(level, told, tuple(places[model] for model in sorted(places)))


def _serves(places: Iterable[Place], middle: Middle, level: Level) -> bool:
    """Whether two marts have it, or a mart has what the warehouse has as a model."""
    layers = [middle.graph.nodes[place.model].project.layer for place in places]
    marts = layers.count(Layer.MART)
    models = [place for place in places if not place.query.name]
    modelled = level is Level.WHOLE and any(
        middle.graph.nodes[place.model].project.layer is Layer.WAREHOUSE for place in models
    )
    return marts > 1 or (marts == 1 and modelled)


def _told_by(group: Recurring, found: Iterable[Recurring]) -> bool:
    """Whether a proposal that says more already joins these models."""
    return any(group.models <= other.models for other in found)


def _largest(groups: list[Recurring]) -> list[Recurring]:
    """Those that are no part of another in all of their models."""
    ordered = sorted(groups, key=lambda group: -max(effort(place.logic) for place in group.places))
    kept: list[Recurring] = []
    for group in ordered:
        if not any(group.models <= other.models for other in kept):
            kept.append(group)
    return kept
