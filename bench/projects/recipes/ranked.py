"""Windows over a relation: what came before, running totals, the latest row of each key."""

from random import Random

from pool import MAX_COLUMNS, Pool
from relation import Column, Query, Relation, listed


def _orderly(relation: Relation) -> bool:
    return bool(relation.having("foreign") and relation.having("time") and len(relation.columns) < MAX_COLUMNS - 6)


def sequenced(draw: Random, pool: Pool) -> Relation | None:
    """All rows, with their place in the history of what they belong to."""
    base = pool.pick(draw, lambda relation: _orderly(relation) and not relation.has("sequence_number"))
    if not base:
        return None
    key, time = draw.choice(base.having("foreign")).name, base.having("time")[0].name
    over = f"over (partition by {key} order by {time})"
    made = [
        (f"row_number() {over}", Column("sequence_number", "bigint", "quantity")),
        (f"lag({time}) {over}", Column("previous_at", "timestamp", "moment")),
        (f"datediff('hour', lag({time}) {over}, {time})", Column("hours_since_previous", "bigint", "quantity")),
    ]
    for amount in base.having("amount")[:2]:
        frame = "rows between unbounded preceding and current row"
        sql = f"sum({amount.name}) over (partition by {key} order by {time} {frame})"
        made.append((sql, Column(f"running_{amount.name}", "double", "amount")))
    made = [(sql, column) for sql, column in made if not base.has(column.name)]
    lines = ["*", *(f"{sql} as {column.name}" for sql, column in made)]
    query = Query().read(draw, "base", base).add("sequenced", f"select\n{listed(lines)}\nfrom base")
    columns = (*base.columns, *(column for _, column in made))
    return pool.make(base.subject, f"by_{key.removesuffix('_id')}_sequenced", columns, base.key, [base], query.text())


def latest(draw: Random, pool: Pool) -> Relation | None:
    """The last row of each key, by qualify or by the package's macro."""
    base = pool.pick(draw, _orderly)
    if not base:
        return None
    key, time = draw.choice(base.having("foreign")), base.having("time")[0].name
    columns = tuple(_keyed(column, key.name) for column in base.columns)
    query = Query().read(draw, "base", base)
    if draw.random() < 0.5:
        body = f"{{{{ kit.deduplicate('base', partition_by='{key.name}', order_by='{time} desc') }}}}"
    else:
        names = listed(column.name for column in base.columns)
        body = f"select\n{names}\nfrom base\nwhere {key.name} is not null\n"
        body += f"qualify rank() over (partition by {key.name} order by {time} desc, {base.columns[0].name}) = 1"
    query.add("latest", body)
    return pool.make(key.name.removesuffix("_id"), f"latest_{base.subject}", columns, key.name, [base], query.text())


def _keyed(column: Column, key: str) -> Column:
    role = "key" if column.name == key else "foreign" if column.role == "key" else column.role
    return Column(column.name, column.type, role, column.values)
