"""Source tables as systems deliver them, and the staging model of each."""

from random import Random

from relation import Column, Query, Relation, listed
from vocabulary import Entity

__all__ = ["source_of", "staging_of"]

LOADED = (Column("_loaded_at", "timestamp", "load"), Column("_source_file", "varchar", "load"))
DELETED = Column("is_deleted", "boolean", "load")
# How money arrives; staging makes decimals of it.
CENTS = "bigint"


def source_of(entity: Entity, country: str) -> Relation:
    """The table of a country's system, in the system's own spelling."""
    columns = tuple(_raw(entity, column) for column in entity.columns)
    return Relation(
        entity.table, entity.one, (*columns, DELETED, *LOADED), country=country, source=f"{entity.system}_{country}"
    )


def staging_of(draw: Random, entity: Entity, source: Relation, name: str) -> Relation:
    """One row per row of the source, under plain names, cleaned and typed."""
    renamed = [_renamed(entity, raw, column) for raw, column in zip(source.columns, entity.columns, strict=False)]
    query = (
        Query().read(draw, "source", source).add("renamed", f"select\n{listed([*renamed, '_loaded_at'])}\nfrom source")
    )
    if draw.random() < 0.6:
        query = query_without_deleted(query, draw, entity)
    columns = (*entity.columns, LOADED[0])
    key = entity.columns[0].name
    return Relation(name, entity.one, columns, key, (source,), source.country, "stg", query.text(), "view")


def query_without_deleted(query: Query, draw: Random, entity: Entity) -> Query:
    """The latest state of each key, in one of the ways that people write it."""
    key = entity.columns[0].name
    order = f"partition by {key} order by _loaded_at desc"
    if draw.random() < 0.5:
        return query.add("latest", f"select *\nfrom renamed\nqualify row_number() over ({order}) = 1")
    query.add("numbered", f"select\n    *,\n    row_number() over ({order}) as row_number\nfrom renamed")
    return query.add("latest", "select * exclude (row_number)\nfrom numbered\nwhere row_number = 1")


def _raw(entity: Entity, column: Column) -> Column:
    name = column.name
    if entity.spelling == "camel":
        first, *rest = name.split("_")
        name = first + "".join(part.capitalize() for part in rest)
    elif entity.spelling == "short":
        name = "id" if column.role == "key" else name.removesuffix("_usd").removesuffix("_at")
    else:
        name = f"{entity.one.upper()[:3]}_{name.upper()}"
    arrives = {"amount": CENTS, "time": "varchar" if entity.spelling == "upper" else "timestamp", "flag": "integer"}
    return Column(name, arrives.get(column.role, column.type), column.role)


def _renamed(entity: Entity, raw: Column, column: Column) -> str:
    name = f'"{raw.name}"' if entity.spelling == "camel" or raw.name in {"order", "group"} else raw.name
    made = {
        "amount": f"{{{{ kit.cents_to_units('{name}') }}}}",
        "time": f"cast({name} as timestamp)",
        "flag": f"coalesce({name}, 0) = 1",
        "category": f"lower({name})",
        "text": f"nullif(trim({name}), '')",
    }
    expression = made.get(column.role, name)
    return expression if expression == column.name else f"{expression} as {column.name}"
