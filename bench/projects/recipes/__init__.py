"""Kinds of models, one function for each: relations in, a model out, or None where nothing fits."""

from collections.abc import Callable, Mapping
from random import Random

from pool import Pool
from relation import Relation

from recipes.combined import combined, reconciled
from recipes.core import dimension, fact
from recipes.enriched import enriched
from recipes.flattened import exploded, flattened
from recipes.labelled import labelled
from recipes.narrowed import existing, narrowed
from recipes.over_time import benchmarked, daily, reported
from recipes.per_key import per_key
from recipes.ranked import latest, sequenced
from recipes.reshaped import pivoted, unpivoted
from recipes.unioned import unioned

__all__ = ["CORE", "GROUP", "INTERMEDIATE", "MART", "Chances", "Recipe"]

Recipe = Callable[[Random, Pool], Relation | None]
Chances = Mapping[Recipe, int]

# How many of each kind there are among a hundred models of the layer, roughly.
INTERMEDIATE: Chances = {
    enriched: 28,
    per_key: 18,
    narrowed: 9,
    latest: 8,
    sequenced: 7,
    flattened: 7,
    existing: 6,
    pivoted: 5,
    combined: 5,
    exploded: 3,
    labelled: 3,
    unpivoted: 2,
    benchmarked: 2,
}
CORE: Chances = {fact: 60, dimension: 40}
GROUP: Chances = {unioned: 100}
MART: Chances = {reported: 34, combined: 20, enriched: 18, daily: 12, reconciled: 8, narrowed: 4, benchmarked: 4}
