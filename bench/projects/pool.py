"""The relations that a model may be made from, and the names that are still free."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from relation import Column, Relation

__all__ = ["MAX_COLUMNS", "MAX_DEPTH", "Pool"]

MAX_COLUMNS = 40
MAX_DEPTH = 12
Fits = Callable[[Relation], bool]


def _any(_relation: Relation) -> bool:
    return True


@dataclass
class Pool:
    """What there is in one country, or in the whole group. layer: of the models that are being made."""

    country: str
    relations: list[Relation] = field(default_factory=list)
    layer: str = "int"
    taken: set[str] = field(default_factory=set)

    def pick(self, draw: Random, fits: Fits = _any) -> Relation | None:
        """A relation that fits: half of the time one of the first, as staging is read most."""
        fitting = [relation for relation in self.relations if relation.depth < MAX_DEPTH and fits(relation)]
        if not fitting:
            return None
        return draw.choice(fitting if draw.random() < 0.5 else fitting[-max(len(fitting) // 2, 1) :])

    def sample(self, draw: Random, most: int, fits: Fits = _any) -> list[Relation]:
        """Up to `most` relations that fit, each of another subject or key."""
        fitting = [relation for relation in self.relations if relation.depth < MAX_DEPTH and fits(relation)]
        return draw.sample(fitting, min(most, len(fitting)))

    def looked_up(self, draw: Random, base: Relation, most: int) -> list[tuple[str, Relation]]:
        """Up to `most` relations whose keys the base holds, with those keys."""
        found: list[tuple[str, Relation]] = []
        for column in draw.sample(held := base.having("foreign"), len(held)):
            other = self.pick(draw, lambda relation, key=column.name: relation.key == key and relation != base)  # type: ignore[misc]
            if other and len(found) < most:
                found.append((column.name, other))
        return found

    def name(self, subject: str, rest: str) -> str:
        """A name that nobody has yet, in the grammar of the layer."""
        where = [] if self.country == "group" else [self.country]
        stem = "_".join([self.layer, *where, subject, *([rest] if rest else [])])
        name, number = stem, 1
        while name in self.taken:
            number += 1
            name = f"{stem}_{number}"
        self.taken.add(name)
        return name

    def make(
        self, subject: str, rest: str, columns: tuple[Column, ...], key: str | None, reads: list[Relation], sql: str
    ) -> Relation | None:
        """The model under a name of its own; None where two of its columns would have one name."""
        if len({column.name for column in columns}) < len(columns):
            return None
        return Relation(self.name(subject, rest), subject, columns, key, tuple(reads), self.country, self.layer, sql)
