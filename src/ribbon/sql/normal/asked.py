"""The queries that stand inside expressions, so that a term of such a query leads back to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ribbon.sql.normal.blocks import Block
from ribbon.sql.normal.terms import Term, rebuilt

__all__ = ["Asked"]


@dataclass(frozen=True)
class Asked:
    """Blocks by their term; the sources around them, which a term names by id, count by their order in it."""

    _known: dict[Term, tuple[tuple[str, ...], Block]] = field(default_factory=dict)

    def told(self, term: Term, block: Block) -> Term:
        """Remember the block of a term, and hand on the term."""
        key, ids = _without_ids(term)
        self._known.setdefault(key, (ids, block))
        return term

    def find(self, term: Term) -> tuple[Block, Mapping[str, str]] | None:
        """The block of a term, and for each id of a source around it that the block names, that in the term."""
        key, ids = _without_ids(term)
        if key not in self._known:
            return None
        first, block = self._known[key]
        return block, dict(zip(first, ids, strict=True))

    def add(self, other: "Asked") -> None:
        """Know what another reading knows."""
        self._known.update(other._known)


def _without_ids(term: Term) -> tuple[Term, tuple[str, ...]]:
    ids: dict[str, str] = {}

    def change(part: Term) -> Term | None:
        match part:
            case (("col" | "out") as head, str(key), *rest) if key.startswith("#"):
                return (head, ids.setdefault(key, f"#around {len(ids)}"), *rest)
        return None

    return rebuilt(term, change), tuple(ids)
