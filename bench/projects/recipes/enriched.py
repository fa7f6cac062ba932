"""A relation with columns of what its keys point at."""

from random import Random

from computed import computed
from pool import MAX_COLUMNS, Pool
from relation import Column, Query, Relation, aliases, listed, unique


def enriched(draw: Random, pool: Pool) -> Relation | None:
    """Left joins along foreign keys; the base comes as a star, as a star without some, or by name."""
    base = pool.pick(draw, lambda relation: bool(relation.having("foreign")))
    looked_up = pool.looked_up(draw, base, draw.randint(1, 5)) if base else []
    if not base or not looked_up:
        return None
    kept, first = _of_base(draw, base)
    lines, columns = list(first), list(kept)
    names = aliases(other for _, other in looked_up)
    for alias, (_, other) in zip(names, looked_up, strict=True):
        for column in _taken(draw, other):
            name = f"{other.subject}_{column.name}"
            if len(columns) < MAX_COLUMNS - 5 and all(name != known.name for known in (*columns, *base.columns)):
                lines.append(f"{alias}.{column.name} as {name}")
                columns.append(column.called(name))
    made = [(sql, column) for sql, column in computed(draw, base, "base", draw.randint(1, 4)) if column not in columns]
    lines += [sql for sql, _ in made]
    query = _imports(draw, base, names, looked_up).add("joined", f"select\n{listed(lines)}\n{_joins(names, looked_up)}")
    reads = [base, *(other for _, other in looked_up)]
    columns = list(unique([*columns, *(column for _, column in made)]))
    return pool.make(base.subject, "enriched", tuple(columns), base.key, reads, query.text())


def _of_base(draw: Random, base: Relation) -> tuple[list[Column], list[str]]:
    style = draw.choice(["star", "except", "names"])
    loose = [column for column in base.having("load", "text", "json") if column.name != base.key]
    if style == "star" and len(base.columns) < MAX_COLUMNS - 10:
        return list(base.columns), ["base.*"]
    if style == "except" and loose:
        gone = {column.name for column in loose[:3]}
        kept = [column for column in base.columns if column.name not in gone][: MAX_COLUMNS - 8]
        if len(kept) + len(gone) == len(base.columns):
            return kept, [f"base.* exclude ({', '.join(sorted(gone))})"]
    kept = [column for column in base.columns if column.role != "load"][: MAX_COLUMNS - 12]
    return kept, [f"base.{column.name}" for column in kept]


def _taken(draw: Random, other: Relation) -> list[Column]:
    found = other.having("category", "text", "amount", "date", "flag", "quantity")
    return draw.sample(found, min(len(found), draw.randint(2, 5)))


def _imports(draw: Random, base: Relation, names: list[str], looked_up: list[tuple[str, Relation]]) -> Query:
    query = Query().read(draw, "base", base)
    for alias, (_, other) in zip(names, looked_up, strict=True):
        query.read(draw, alias, other)
    return query


def _joins(names: list[str], looked_up: list[tuple[str, Relation]]) -> str:
    keys = [key for key, _ in looked_up]
    joins = [f"left join {name} on base.{key} = {name}.{key}" for name, key in zip(names, keys, strict=True)]
    return "\n".join(["from base", *joins])
