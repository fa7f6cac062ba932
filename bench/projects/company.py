"""A whole company's relations: sources, staging, what is made of them, layer by layer."""

from dataclasses import dataclass, field, replace
from itertools import islice, product
from random import Random

from pool import Pool
from recipes import CORE, GROUP, INTERMEDIATE, MART, Chances
from relation import Column, Relation
from seeds import CURRENCIES, LABELS
from staging import source_of, staging_of
from vocabulary import COUNTRIES, entities

__all__ = ["Company", "found"]

SHARES = {"stg": 0.30, "int": 0.33, "core": 0.17}
SNAPSHOTS = 0.02
INCREMENTAL = 0.4  # of the facts
VIEWS = 0.25  # of the intermediate models, ephemeral ones among them
EPHEMERAL = 0.06
GROUPWIDE = "group"
HISTORY = ("dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to")


@dataclass
class Company:
    """Everything that a project is written from, each list in the order of its making."""

    sources: list[Relation] = field(default_factory=list)
    seeds: list[Relation] = field(default_factory=lambda: [LABELS, CURRENCIES])
    snapshots: list[Relation] = field(default_factory=list)
    models: list[Relation] = field(default_factory=list)


def found(models: int, seed: int) -> Company:
    """A company of so many models; the same seed founds the same company."""
    founding = _Founding(Random(seed))
    pools = founding.stage(round(models * SHARES["stg"]))
    unions = max(models // 25, 1)
    founding.grow(pools, INTERMEDIATE, round(models * SHARES["int"]) - unions)
    everything = Pool(GROUPWIDE, [relation for pool in pools for relation in pool.relations], taken=founding.taken)
    group = Pool(GROUPWIDE, taken=founding.taken)
    founding.grow([everything], GROUP, unions, into=group)
    founding.grow([*pools, group], CORE, round(models * SHARES["core"]))
    founding.grow([*pools, group], MART, models - len(founding.company.models), layer="mart")
    return founding.company


class _Founding:
    """A company in the making, and the names that are taken."""

    def __init__(self, draw: Random) -> None:
        self._draw = draw
        self.company = Company()
        self.taken: set[str] = set()

    def stage(self, most: int) -> list[Pool]:
        """A source table and its staging model for every table of every country, until there are enough."""
        pools: dict[str, Pool] = {}
        for place, entity in islice(product(_places(), entities()), most):
            source = source_of(entity, place)
            staged = staging_of(self._draw, entity, source, f"stg_{place}_{entity.system}__{entity.table}")
            self.company.sources.append(source)
            self.company.models.append(staged)
            pools.setdefault(place, Pool(place, taken=self.taken)).relations.append(staged)
            if self._draw.random() < SNAPSHOTS:
                self.company.snapshots.append(_snapshot(self._draw, staged))
        return list(pools.values())

    def grow(
        self, pools: list[Pool], recipes: Chances, more: int, layer: str = "int", into: Pool | None = None
    ) -> None:
        """So many models more, each made from one pool and put into it, or into another."""
        kinds, weights, until = list(recipes), list(recipes.values()), len(self.company.models) + more
        while len(self.company.models) < until:
            pool = self._draw.choice(pools)
            pool.layer = layer
            if made := self._draw.choices(kinds, weights)[0](self._draw, pool):
                model = _materialized(self._draw, made)
                self.company.models.append(model)
                (into or pool).relations.append(model)


def _places() -> list[str]:
    """The countries, and where they are not enough, second and third companies in them."""
    return [f"{country}{number or ''}" for number in (0, *range(2, 10)) for country in COUNTRIES]


def _snapshot(draw: Random, staged: Relation) -> Relation:
    columns = (*staged.columns, Column(HISTORY[0], "varchar", "load"))
    columns += tuple(Column(name, "timestamp", "load") for name in HISTORY[1:])
    strategy = draw.choice(["timestamp", "check"])
    name = staged.name.replace("stg_", "snap_")
    return replace(staged, name=name, columns=columns, reads=(staged,), layer="snapshot", sql=strategy)


def _materialized(draw: Random, model: Relation) -> Relation:
    time = model.having("time")
    chance = draw.random()
    if model.layer == "fct" and time and chance < INCREMENTAL:
        newest = f"(select max({time[0].name}) from {{{{ this }}}})"
        clause = f"\n{{% if is_incremental() %}}\nwhere {time[0].name} > {newest}\n{{% endif %}}\n"
        return replace(model, materialized="incremental", sql=model.sql.rstrip() + clause)
    if model.layer == "int" and chance < VIEWS:
        return replace(model, materialized="ephemeral" if chance < EPHEMERAL else "view")
    return model
