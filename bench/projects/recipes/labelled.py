"""Codes with the labels that people read, from the seed of labels."""

from random import Random

from pool import Pool
from relation import Column, Query, Relation, listed
from seeds import LABELS


def labelled(draw: Random, pool: Pool) -> Relation | None:
    """Every category beside its label."""
    base = pool.pick(draw, lambda relation: bool(relation.having("category")) and len(relation.columns) < 30)
    categories = [c for c in base.having("category")[:3] if not base.has(f"{c.name}_label")] if base else []
    if not base or not categories:
        return None
    lines = ["base.*", *(f"{c.name}_labels.label as {c.name}_label" for c in categories)]
    joins = [
        f"left join labels as {name}_labels\n    on {name}_labels.code = base.{name} and {name}_labels.kind = '{name}'"
        for name in (c.name for c in categories)
    ]
    query = Query().read(draw, "base", base).read(draw, "labels", LABELS)
    query.add("labelled", "\n".join([f"select\n{listed(lines)}\nfrom base", *joins]))
    columns = (*base.columns, *(Column(f"{c.name}_label", "varchar", "text") for c in categories))
    return pool.make(base.subject, "labelled", columns, base.key, [base, LABELS], query.text())
