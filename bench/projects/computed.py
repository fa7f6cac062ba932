"""Computed columns as analysts write them: sums and differences, ratios, buckets, cleaned text, periods."""

from collections.abc import Callable, Iterator
from random import Random

from relation import Column, Relation

__all__ = ["computed"]

Made = tuple[str, Column]
MONEY, SHARE = "decimal(18, 2)", "double"


def computed(draw: Random, relation: Relation, alias: str, most: int) -> list[Made]:
    """Up to `most` expressions over the columns of a relation that the query calls `alias`, with their columns."""
    made = [found for make in MAKERS for found in make(draw, relation, f"{alias}." if alias else "")]
    fresh = {column.name: (sql, column) for sql, column in made if not relation.has(column.name)}
    return draw.sample(list(fresh.values()), min(most, len(fresh)))


def _differences(draw: Random, relation: Relation, of: str) -> Iterator[Made]:
    amounts = relation.having("amount")
    if len(amounts) > 1:
        one, two = draw.sample(amounts, 2)
        name = f"net_{one.name}"
        yield f"{of}{one.name} - coalesce({of}{two.name}, 0) as {name}", Column(name, MONEY, "amount")


def _ratios(draw: Random, relation: Relation, of: str) -> Iterator[Made]:
    amounts, quantities = relation.having("amount"), relation.having("quantity")
    if amounts and quantities:
        one, two = draw.choice(amounts), draw.choice(quantities)
        name = f"{one.name}_per_{two.name}"
        sql = draw.choice(
            [
                f"{{{{ kit.safe_divide('{of}{one.name}', '{of}{two.name}') }}}}",
                f"{of}{one.name} / nullif({of}{two.name}, 0)",
            ]
        )
        yield f"round({sql}, 4) as {name}", Column(name, SHARE, "amount")


def _cases(draw: Random, relation: Relation, of: str) -> Iterator[Made]:
    for category in relation.having("category"):
        if not category.values:
            continue
        value = draw.choice(category.values)
        name = f"is_{category.name}_{value}"
        yield f"{of}{category.name} = '{value}' as {name}", Column(name, "boolean", "flag")
    for quantity in relation.having("quantity")[:1]:
        name = f"{quantity.name}_band"
        sql = "\n".join(
            [
                "case",
                f"        when {of}{quantity.name} >= 100 then 'high'",
                f"        when {of}{quantity.name} between 10 and 99 then 'middle'",
                "        else 'low'",
                f"    end as {name}",
            ]
        )
        yield sql, Column(name, "varchar", "category", ("high", "middle", "low"))


def _conditional(draw: Random, relation: Relation, of: str) -> Iterator[Made]:
    flags, amounts = relation.having("flag"), relation.having("amount")
    if flags and amounts:
        flag, amount = draw.choice(flags), draw.choice(amounts)
        name = f"{flag.name.removeprefix('is_')}_{amount.name}"
        yield f"case when {of}{flag.name} then {of}{amount.name} else 0 end as {name}", Column(name, MONEY, "amount")


def _cleaned(draw: Random, relation: Relation, of: str) -> Iterator[Made]:
    for text in relation.having("text")[:2]:
        name = f"{text.name}_clean"
        sql = draw.choice(["nullif(trim({0}), '')", "lower(trim({0}))", "coalesce(upper({0}), 'UNKNOWN')"])
        yield f"{sql.format(of + text.name)} as {name}", Column(name, "varchar", "text")


def _periods(draw: Random, relation: Relation, of: str) -> Iterator[Made]:
    for time in relation.having("time")[:1]:
        part = draw.choice(["week", "month", "quarter"])
        name = f"{time.name.removesuffix('_at')}_{part}"
        yield f"cast(date_trunc('{part}', {of}{time.name}) as date) as {name}", Column(name, "date", "date")
        for day in relation.having("date")[:1]:
            name = f"days_to_{day.name.removesuffix('_date')}"
            sql = f"datediff('day', cast({of}{time.name} as date), {of}{day.name}) as {name}"
            yield sql, Column(name, "bigint", "quantity")


MAKERS: tuple[Callable[[Random, Relation, str], Iterator[Made]], ...] = (
    _differences,
    _ratios,
    _cases,
    _conditional,
    _cleaned,
    _periods,
)
