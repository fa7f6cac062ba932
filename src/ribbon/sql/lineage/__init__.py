"""Column lineage of one query: what each column of its result is made from, and what its rows depend on."""

from ribbon.sql.lineage.analyse import analyse

__all__ = ["analyse"]
