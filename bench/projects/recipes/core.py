"""Facts and dimensions with surrogate keys."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from pool import MAX_COLUMNS, Pool
from relation import Column, Relation, listed

from recipes.combined import combined
from recipes.enriched import enriched

Recipe = Callable[[Random, Pool], Relation | None]


def dimension(draw: Random, pool: Pool) -> Relation | None:
    """An overview of a thing under a surrogate key."""
    return _keyed(draw, pool, combined, "dim")


def fact(draw: Random, pool: Pool) -> Relation | None:
    """An event with its measures under a surrogate key."""
    return _keyed(draw, pool, enriched, "fct")


def _keyed(draw: Random, pool: Pool, recipe: Recipe, layer: str) -> Relation | None:
    inner = recipe(draw, Pool(pool.country, pool.relations, layer, set()))
    if not inner or not inner.key or inner.has(f"{inner.subject}_key"):
        return None
    surrogate = Column(f"{inner.subject}_key", "varchar", "surrogate")
    columns = (surrogate, *inner.columns[: MAX_COLUMNS - 1])
    head, _, last = inner.sql.rpartition("\n\nselect * from ")
    lines = [f"{{{{ kit.surrogate_key(['{inner.key}', \"'{pool.country}'\"]) }}}} as {surrogate.name}"]
    lines += ["*"] if draw.random() < 0.5 and len(inner.columns) < MAX_COLUMNS else [c.name for c in columns[1:]]
    sql = f"{head}\n\nselect\n{listed(lines)}\nfrom {last}"
    named = Pool(pool.country, layer=layer, taken=pool.taken)
    return replace(inner, name=named.name(f"{inner.subject}s", ""), columns=columns, sql=sql, layer=layer)
