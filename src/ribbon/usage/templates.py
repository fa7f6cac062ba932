"""The holes of a BI tool's SQL, filled so that it can be parsed."""

import re

__all__ = ["filled"]

# What is optional in Metabase: `[[and day > {{since}}]]`.
OPTIONAL = re.compile(r"\[\[((?:(?!\]\]).)*?\{\{.*?)\]\]", re.DOTALL)

# A hole, in Metabase, Redash and Superset alike; within a string it is a part of the string.
HOLE = re.compile(r"('(?:[^']|'')*')|\{\{.*?\}\}", re.DOTALL)


def filled(sql: str) -> str:
    """The SQL with a string in each hole, and with what is optional."""
    if "{{" not in sql:
        return sql
    return HOLE.sub(lambda found: found[1] or "'{{}}'", OPTIONAL.sub(r"\1", sql))
