"""One row per thing with all that is known of it, joined with `using` or full joins."""

from random import Random

from pool import MAX_COLUMNS, Pool
from relation import Column, Query, Relation, aliases, listed

LEAST = 2
MOST = 7


def combined(draw: Random, pool: Pool) -> Relation | None:
    """Everything that has the same key, around the relation of that key."""
    base = pool.pick(draw, lambda relation: bool(relation.key))
    if not base or not base.key:
        return None
    others = pool.sample(
        draw, draw.randint(LEAST, MOST), lambda relation: relation.key == base.key and relation != base
    )
    if len(others) < LEAST - 1:
        return None
    columns = [Column(base.key, "bigint", "key"), *(c for c in base.columns if c.name != base.key)][: MAX_COLUMNS - 10]
    lines = [base.key, *(f"base.{column.name}" for column in columns[1:])]
    names = aliases(others)
    for number, other in enumerate(others):
        for column in _fresh(other, columns)[: max(2, (MAX_COLUMNS - len(columns)) // (len(others) - number))]:
            lines.append(_taken(names[number], column))
            columns.append(column)
    query = Query().read(draw, "base", base)
    for name, other in zip(names, others, strict=True):
        query.read(draw, name, other)
    joins = "\n".join(f"left join {name} using ({base.key})" for name in names)
    query.add("combined", f"select\n{listed(lines)}\nfrom base\n{joins}")
    return pool.make(base.subject, "overview", tuple(columns), base.key, [base, *others], query.text())


def reconciled(draw: Random, pool: Pool) -> Relation | None:
    """Two relations of the same key in a full join, side by side."""
    one = pool.pick(draw, lambda relation: bool(relation.key and relation.having("amount", "quantity")))
    two = one and pool.pick(draw, lambda r: r != one and r.key == one.key and bool(r.having("amount", "quantity")))
    if not one or not two or not one.key:
        return None
    key, left, right = one.key, one.having("amount", "quantity")[:6], two.having("amount", "quantity")[:6]
    lines = [f"coalesce(one.{key}, two.{key}) as {key}"]
    lines += [f"one.{column.name} as {column.name}_here" for column in left]
    lines += [f"two.{column.name} as {column.name}_there" for column in right]
    lines += [
        f"coalesce(one.{left[0].name}, 0) - coalesce(two.{right[0].name}, 0) as difference",
        f"one.{key} is null as is_missing_here",
    ]
    query = Query().read(draw, "one", one).read(draw, "two", two)
    query.add("side_by_side", f"select\n{listed(lines)}\nfrom one\nfull outer join two on one.{key} = two.{key}")
    columns = [
        Column(key, "bigint", "key"),
        *(c.called(f"{c.name}_here") for c in left),
        *(c.called(f"{c.name}_there") for c in right),
    ]
    columns += [Column("difference", "double", "amount"), Column("is_missing_here", "boolean", "flag")]
    return pool.make(one.subject, f"against_{two.subject}", tuple(columns), key, [one, two], query.text())


def _fresh(other: Relation, columns: list[Column]) -> list[Column]:
    known = {column.name for column in columns}
    return [column for column in other.columns if column.name not in known and column.role not in {"load", "key"}]


def _taken(alias: str, column: Column) -> str:
    if column.role in {"amount", "quantity"}:
        return f"coalesce({alias}.{column.name}, 0) as {column.name}"
    return f"{alias}.{column.name}"
