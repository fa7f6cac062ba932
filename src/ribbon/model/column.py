"""A column as its contract declares it."""

from dataclasses import dataclass

__all__ = ["Column"]


@dataclass(frozen=True)
class Column:
    """name and data_type (SQL of the engine) of a declared column; the values of a restricted one are never shown."""

    name: str
    data_type: str
    restricted: bool = False
