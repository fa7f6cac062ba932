"""The JSON schema of the document: `python -m ribbon.catalog.exports.json_schema` prints it."""

import json
import sys
from inspect import cleandoc
from pathlib import Path
from typing import Any

import msgspec

from ribbon.catalog.exports.rows import Document

__all__ = ["FILE", "json_schema"]

# As it ships.
FILE = Path(__file__).with_name("catalog.schema.json")


def json_schema() -> str:
    """As JSON Schema 2020-12, from the types of the rows."""
    (found,), components = msgspec.json.schema_components([Document], ref_template="#/$defs/{name}")
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The catalog of a dbt project, as `ribbon export json` writes it",
        **found,
        "$defs": components,
    }
    for component in components.values():
        if "description" in component:  # msgspec before 0.23 takes a docstring as it is indented
            component["description"] = cleandoc(component["description"])
    head = components["Document"]["properties"]
    head["format"] = {"const": head["format"]["default"]}
    head["version"] = {"const": head["version"]["default"]}
    components["Document"]["required"] = [*("format", "version"), *components["Document"]["required"]]
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(json_schema())
