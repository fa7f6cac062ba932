"""Rows into columns and back."""

from random import Random

from pool import Pool
from relation import Column, Query, Relation, listed

MEASURES_LEAST = 2


def pivoted(draw: Random, pool: Pool) -> Relation | None:
    """A column for each value of a category, by the package's macro."""
    base = pool.pick(
        draw, lambda relation: bool(relation.having("foreign") and relation.having("amount") and _valued(relation))
    )
    if not base:
        return None
    key, category, amount = (
        draw.choice(base.having("foreign")),
        draw.choice(_valued(base)),
        draw.choice(base.having("amount")),
    )
    values = ", ".join(f"'{value}'" for value in category.values)
    call = f"{{{{ kit.pivot('{category.name}', [{values}], then_value='{amount.name}', suffix='_{amount.name}') }}}}"
    query = Query().read(draw, "base", base)
    query.add(
        "pivoted", f"select\n    {key.name},\n    {call},\n    count(*) as row_count\nfrom base\ngroup by {key.name}"
    )
    made = [Column(f"{value}_{amount.name}", "double", "amount") for value in category.values]
    columns = (Column(key.name, key.type, "key"), *made, Column("row_count", "bigint", "quantity"))
    return pool.make(
        key.name.removesuffix("_id"), f"{amount.name}_by_{category.name}", columns, key.name, [base], query.text()
    )


def unpivoted(draw: Random, pool: Pool) -> Relation | None:
    """A row for each measure, by DuckDB's unpivot or by a union."""
    base = pool.pick(draw, lambda relation: bool(relation.key and len(relation.having("amount")) >= MEASURES_LEAST))
    if not base or not base.key:
        return None
    measures = base.having("amount")[:5]
    query = Query().read(draw, "base", base)
    if draw.random() < 0.5:
        casts = [base.key, *(f"cast({measure.name} as double) as {measure.name}" for measure in measures)]
        query.add("typed", f"select\n{listed(casts)}\nfrom base")
        names = ", ".join(measure.name for measure in measures)
        query.add("long", f"select * from typed\nunpivot (amount for measure in ({names}))")
    else:
        selects = [
            f"select {base.key}, '{one.name}' as measure, cast({one.name} as double) as amount from base"
            for one in measures
        ]
        query.add("long", "\nunion all\n".join(selects))
    columns = (
        Column(base.key, "bigint", "foreign"),
        Column("measure", "varchar", "category", tuple(measure.name for measure in measures)),
        Column("amount", "double", "amount"),
    )
    return pool.make(base.subject, "measures", columns, None, [base], query.text())


def _valued(relation: Relation) -> list[Column]:
    return [column for column in relation.having("category") if column.values]
