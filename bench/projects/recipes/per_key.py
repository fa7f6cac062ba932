"""Measures of a relation, one row per thing that it points at."""

from random import Random

from pool import Pool
from relation import Column, Query, Relation, listed

FUNCTIONS = ("sum", "max", "avg")


def per_key(draw: Random, pool: Pool) -> Relation | None:
    """Group by a foreign key: counts, sums, filtered sums, first and last times."""
    base = pool.pick(draw, lambda relation: bool(relation.having("foreign") and relation.having("amount", "quantity")))
    if not base:
        return None
    key = draw.choice(base.having("foreign"))
    measures = _measures(draw, base)[:24]
    lines = [key.name, *(f"{sql} as {column.name}" for sql, column in measures)]
    where = _where(draw, base)
    query = Query().read(draw, "base", base)
    query.add("aggregated", f"select\n{listed(lines)}\nfrom base\n{where}group by {draw.choice(['1', key.name])}")
    columns = (Column(key.name, key.type, "key"), *(column for _, column in measures))
    subject = key.name.removesuffix("_id")
    return pool.make(subject, f"{base.subject}_totals", columns, key.name, [base], query.text())


def _measures(draw: Random, base: Relation) -> list[tuple[str, Column]]:
    one = base.subject
    found = [("count(*)", Column(f"{one}_count", "bigint", "quantity"))]
    for measure in base.having("amount", "quantity"):
        function = draw.choice(FUNCTIONS)
        found.append((f"{function}({measure.name})", Column(f"{function}_{measure.name}", "double", "amount")))
    for category in base.having("category")[:2]:
        for value in category.values[:3]:
            name = f"{value}_{one}_count"
            sql = draw.choice(
                [
                    f"count(*) filter (where {category.name} = '{value}')",
                    f"sum(case when {category.name} = '{value}' then 1 else 0 end)",
                ]
            )
            found.append((sql, Column(name, "bigint", "quantity")))
    for time in base.having("time")[:1]:
        found.append((f"min({time.name})", Column(f"first_{one}_at", "timestamp", "time")))
        found.append((f"max({time.name})", Column(f"last_{one}_at", "timestamp", "time")))
    names: set[str] = set()
    return [(sql, column) for sql, column in found if column.name not in names and not names.add(column.name)]  # type: ignore[func-returns-value]


def _where(draw: Random, base: Relation) -> str:
    flags = base.having("flag")
    return f"where not {draw.choice(flags).name}\n" if flags and draw.random() < 0.5 else ""
