"""What the columns of a query are called by the query around it."""

from collections.abc import Sequence
from dataclasses import replace

from ribbon.sql.lineage.relations import Result

__all__ = ["numbered", "renamed"]


def renamed(result: Result, names: Sequence[str]) -> Result:
    """The first columns under other names, as `with t(a, b) as …` gives them."""
    kept = [(name, value) for name, (_, value) in zip(names, result.columns, strict=False)]
    return Result(kept + result.columns[len(kept) :], result.opens, result.rows, result.troubles)


def numbered(result: Result, dialect: str) -> Result:
    """Names that come twice made different: DuckDB counts them, `id`, `id_1`; elsewhere nobody can name them apart."""
    different = {name.lower() for name, _ in result.columns}
    if dialect != "duckdb" or len(different) == len(result.columns):
        return result
    taken: set[str] = set()
    columns = []
    for name, value in result.columns:
        number, called = 0, name
        while called.lower() in taken:
            number += 1
            called = f"{name}_{number}"
        taken.add(called.lower())
        columns.append((called, value))
    return replace(result, columns=columns, _index=None)
