"""Measures by period: a spine of days, reports by month with totals and shares."""

from random import Random

from pool import Pool
from relation import Column, Query, Relation, listed


def daily(draw: Random, pool: Pool) -> Relation | None:
    """A row for each day, whether or not something happened, from the package's date spine."""
    base = pool.pick(draw, lambda relation: bool(relation.having("time") and relation.having("amount", "quantity")))
    if not base:
        return None
    time, measures = base.having("time")[0].name, base.having("amount", "quantity")[:6]
    query = Query().read(draw, "base", base)
    query.add("days", "{{ kit.date_spine('2024-01-01', '2025-01-01') }}")
    sums = [f"sum({measure.name}) as {measure.name}" for measure in measures]
    query.add(
        "per_day",
        f"select\n    cast({time} as date) as day,\n    count(*) as row_count,\n{listed(sums)}\nfrom base\ngroup by 1",
    )
    lines = ["days.day", "coalesce(per_day.row_count, 0) as row_count"]
    lines += [f"coalesce(per_day.{measure.name}, 0) as {measure.name}" for measure in measures]
    week = "(order by days.day rows between 6 preceding and current row)"
    lines.append(f"avg(per_day.{measures[0].name}) over {week} as weekly_average")
    query.add("filled", f"select\n{listed(lines)}\nfrom days\nleft join per_day on days.day = per_day.day")
    columns = (
        Column("day", "date", "date"),
        Column("row_count", "bigint", "quantity"),
        *(Column(m.name, "double", "amount") for m in measures),
    )
    return pool.make(
        base.subject, "daily", (*columns, Column("weekly_average", "double", "amount")), None, [base], query.text()
    )


def _reportable(relation: Relation) -> bool:
    needed = relation.having("time", "date") and relation.having("category") and relation.having("amount")
    return bool(needed) and not relation.has("month") and not relation.has("row_count")


def reported(draw: Random, pool: Pool) -> Relation | None:
    """Totals by month and category with lateral aliases, a share of the whole and the change on the month before."""
    base = pool.pick(draw, _reportable)
    if not base:
        return None
    when, group = base.having("time", "date")[0].name, [column.name for column in base.having("category")[:2]]
    amounts = [column.name for column in base.having("amount")[:5]]
    sums = [f"sum({name}) as total_{name}" for name in amounts]
    keys = ["month", *group]
    query = Query().read(draw, "base", base)
    query.add("dated", f"select\n    *,\n    cast(date_trunc('month', {when}) as date) as month\nfrom base")
    having = f"\nhaving sum({amounts[0]}) <> 0" if draw.random() < 0.3 else ""
    lines = [*keys, "count(*) as row_count", *sums, f"total_{amounts[0]} / nullif(row_count, 0) as mean_{amounts[0]}"]
    query.add("summed", f"select\n{listed(lines)}\nfrom dated\ngroup by {', '.join(keys)}{having}")
    first = f"total_{amounts[0]}"
    final = ["*", f"{first} / nullif(sum({first}) over (partition by month), 0) as share_of_month"]
    final += [f"{first} - lag({first}) over (partition by {', '.join(group)} order by month) as change_on_month"]
    query.add("compared", f"select\n{listed(final)}\nfrom summed")
    columns = [Column("month", "date", "date"), *base.having("category")[:2], Column("row_count", "bigint", "quantity")]
    columns += [Column(f"total_{name}", "double", "amount") for name in amounts]
    columns += [
        Column(name, "double", "amount") for name in (f"mean_{amounts[0]}", "share_of_month", "change_on_month")
    ]
    return pool.make(base.subject, f"by_{group[0]}_monthly", tuple(columns), None, [base], query.text())


def benchmarked(draw: Random, pool: Pool) -> Relation | None:
    """Each row against the whole, by scalar and correlated sub-queries."""
    base = pool.pick(
        draw, lambda relation: bool(relation.key and relation.having("category") and relation.having("amount"))
    )
    if not base or not base.key:
        return None
    group, amount = base.having("category")[0], base.having("amount")[0].name
    lines = [base.key, group.name, amount, f"(select avg({amount}) from base) as overall_mean"]
    lines += [
        f"(select max(peer.{amount}) from base as peer where peer.{group.name} = base.{group.name}) as best_of_group"
    ]
    lines += [f"ntile(10) over (order by {amount} desc) as decile"]
    query = Query().read(draw, "base", base).add("benchmarked", f"select\n{listed(lines)}\nfrom base")
    columns = (
        Column(base.key, "bigint", "key"),
        group,
        Column(amount, "double", "amount"),
        Column("overall_mean", "double", "amount"),
        Column("best_of_group", "double", "amount"),
        Column("decile", "bigint", "quantity"),
    )
    return pool.make(base.subject, f"{amount}_benchmark", columns, base.key, [base], query.text())
