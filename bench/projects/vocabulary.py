"""What the generated company knows: its systems, their tables and columns, and the countries it works in."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from relation import Column

__all__ = ["COUNTRIES", "Entity", "entities"]

CODES = (
    "de us fr gb nl es it pl se be at ch dk no fi ie pt cz hu ro gr ca mx br ar cl co pe au nz jp kr sg my th id vn ph "
    "in ae sa za ke ng eg ma tr il ua ee lv lt sk si hr bg rs is lu mt cy"
)
COUNTRIES = tuple(CODES.split())
TYPES = {
    "amount": "decimal(18, 2)",
    "quantity": "integer",
    "flag": "boolean",
    "text": "varchar",
    "date": "date",
    "list": "varchar[]",
}


@dataclass(frozen=True)
class Entity:
    """A table of a source system. one: what a row of it is; columns: with the names that staging gives them."""

    system: str
    table: str
    one: str
    spelling: str
    columns: tuple[Column, ...]


def entities() -> list[Entity]:
    """All tables of all systems, in the order of the file."""
    systems = yaml.safe_load((Path(__file__).parent / "vocabulary.yml").read_text())
    return [
        Entity(system, table, said["one"], told["spelling"], tuple(_columns(said)))
        for system, told in systems.items()
        for table, said in told["tables"].items()
    ]


def _columns(said: dict[str, Any]) -> list[Column]:
    found = [Column(f"{said['one']}_id", "bigint", "key")]
    found += [Column(f"{one}_id", "bigint", "foreign") for one in said.get("foreign", [])]
    found.append(Column(said["at"], "timestamp", "time"))
    for role, data_type in TYPES.items():
        found += [Column(name, data_type, role) for name in said.get(role, [])]
    for name, values in said.get("category", {}).items():
        found.append(Column(name, "varchar", "category", tuple(values)))
    for name, keys in said.get("json", {}).items():
        found.append(Column(name, "json", "json", tuple(keys)))
    for name, fields in said.get("struct", {}).items():
        declared = ", ".join(f"{field} varchar" for field in fields)
        found.append(Column(name, f"struct({declared})", "struct", tuple(fields)))
    return found
