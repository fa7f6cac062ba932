"""What lies inside a row: JSON, structs, lists."""

from random import Random

from pool import MAX_COLUMNS, Pool
from relation import Column, Query, Relation, listed


def flattened(draw: Random, pool: Pool) -> Relation | None:
    """Keys of JSON and fields of structs as columns."""
    base = pool.pick(
        draw, lambda relation: bool(relation.having("json", "struct")) and len(relation.columns) < MAX_COLUMNS - 6
    )
    if not base:
        return None
    lines, made = [], []
    for column in base.having("json", "struct"):
        for key in column.values:
            name = f"{column.name}_{key}"
            sql = f"{column.name} ->> '$.{key}'" if column.role == "json" else f"base.{column.name}.{key}"
            lines.append(f"{sql} as {name}")
            made.append(Column(name, "varchar", "text"))
    kept = [column for column in base.columns if column.role not in {"json", "struct"} and column not in made]
    made = [column for column in made if all(column.name != known.name for known in kept)]
    gone = ", ".join(column.name for column in base.having("json", "struct"))
    star = f"* exclude ({gone})" if draw.random() < 0.5 else listed(column.name for column in kept).strip()
    lines = [line for line in lines if line.rsplit(" as ", 1)[1] in {column.name for column in made}]
    query = Query().read(draw, "base", base).add("flat", f"select\n    {star},\n{listed(lines)}\nfrom base")
    return pool.make(base.subject, "flattened", (*kept, *made), base.key, [base], query.text())


def exploded(draw: Random, pool: Pool) -> Relation | None:
    """A row for each element of a list."""
    base = pool.pick(draw, lambda relation: bool(relation.having("list") and relation.key))
    if not base or not base.key:
        return None
    column = draw.choice(base.having("list"))
    one = column.name.removesuffix("s")
    if draw.random() < 0.5:
        unnested = f"cross join unnest(base.{column.name}) as element (value)"
        body = f"select\n    base.{base.key},\n    element.value as {one}\nfrom base\n{unnested}"
    else:
        body = f"select\n    {base.key},\n    unnest({column.name}) as {one}\nfrom base"
    query = Query().read(draw, "base", base).add("elements", body)
    query.add(
        "cleaned",
        f"select distinct\n    {base.key},\n    lower({one}) as {one}\nfrom elements\nwhere {one} is not null",
    )
    columns = (Column(base.key, "bigint", "foreign"), Column(one, "varchar", "category"))
    return pool.make(base.subject, column.name, columns, None, [base], query.text())
