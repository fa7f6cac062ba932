"""The same thing from several countries or systems, one under the other."""

from random import Random

from pool import MAX_COLUMNS, Pool
from relation import Column, Relation, listed

COUNTRY = Column("source_country", "varchar", "category")
MOST = 8


def unioned(draw: Random, pool: Pool) -> Relation | None:
    """Branches by hand with the columns that all have, by name, or by the package's macro."""
    first = pool.pick(draw, lambda relation: len(relation.columns) < MAX_COLUMNS and _addable(None, relation))
    if not first:
        return None
    alike = [other for other in pool.relations if other.subject == first.subject and other.key == first.key]
    branches = [
        first,
        *draw.sample(
            rest := [other for other in alike if _addable(first, other)], min(len(rest), draw.randint(1, MOST - 1))
        ),
    ]
    if len(branches) == 1:
        return None
    shared = tuple(column for column in first.columns if all(_same(column, branch) for branch in branches))
    sql = draw.choice([_by_hand, _by_name, _by_macro])(shared, branches)
    return pool.make(first.subject, "all", (COUNTRY, *shared), first.key, branches, sql)


def _addable(first: Relation | None, other: Relation) -> bool:
    return other != first and not other.has(COUNTRY.name) and other.materialized != "ephemeral"


def _same(column: Column, branch: Relation) -> bool:
    return any(column.name == other.name and column.type == other.type for other in branch.columns)


def _by_hand(shared: tuple[Column, ...], branches: list[Relation]) -> str:
    names = listed(column.name for column in shared)
    return "\n\nunion all\n\n".join(
        f"select\n    '{branch.country}' as source_country,\n{names}\nfrom {branch.reference}" for branch in branches
    )


def _by_name(shared: tuple[Column, ...], branches: list[Relation]) -> str:
    names = [column.name for column in shared]
    selects = []
    for number, branch in enumerate(branches):
        ordered = names[::-1] if number % 2 else names
        lines = listed([f"'{branch.country}' as source_country", *ordered])
        selects.append(f"select\n{lines}\nfrom {branch.reference}")
    return "\n\nunion all by name\n\n".join(selects)


def _by_macro(shared: tuple[Column, ...], branches: list[Relation]) -> str:
    references = ", ".join(branch.reference.strip("{} ") for branch in branches)
    labels = ", ".join(f"'{branch.country}'" for branch in branches)
    names = ", ".join(f"'{column.name}'" for column in shared)
    return (
        "with stacked as (\n\n    {{ kit.union_relations(\n"
        f"        relations=[{references}],\n        labels=[{labels}],\n        only=[{names}]\n"
        "    ) }}\n\n)\n\nselect * from stacked"
    )
