"""The macros that turn a query into a table, where a project has its own: they are not in the SQL that dbt compiles."""

import hashlib
from collections import defaultdict

from ribbon.dbt.artifacts import Artifacts

__all__ = ["builders_of"]

OF_DBT = frozenset({"dbt", "dbt_duckdb"})
PREFIX = "materialization_"


def builders_of(artifacts: Artifacts) -> dict[str, str]:
    """A digest of all the macros that a materialization of the project or a package calls, by its name."""
    found: dict[str, list[str]] = defaultdict(list)
    for key in artifacts.macro_ids:
        _, package, name = key.split(".", 2)
        if name.startswith(PREFIX) and package not in OF_DBT:
            found[name.removeprefix(PREFIX).rpartition("_")[0]].append(key)
    return {name: _digest(artifacts, keys) for name, keys in found.items()}


def _digest(artifacts: Artifacts, keys: list[str]) -> str:
    """Of these macros and all that they call by name."""
    texts: dict[str, str] = {}
    ahead = list(keys)
    while ahead:
        key = ahead.pop()
        macro = None if key in texts else artifacts.macro(key)
        if macro:
            texts[key] = macro.macro_sql
            ahead += macro.depends_on.macros
    return hashlib.sha256(repr(sorted(texts.items())).encode()).hexdigest()
