"""Finding the relation that a person names."""

from difflib import get_close_matches

from ribbon.errors import ConfigError
from ribbon.model import Relation
from ribbon.project import Project as Manifest

__all__ = ["find_relation"]


def find_relation(manifest: Manifest, name: str) -> Relation:
    """The model, seed or snapshot called `name` or `schema.name`. Raises ConfigError with what comes close."""
    names = {alias: relation for relation in manifest.relations for alias in (str(relation), relation.name)}
    if name in names:
        return names[name]
    close = get_close_matches(name, names, n=3)
    hint = f"Did you mean {' or '.join(close)}?" if close else "`dbt ls --resource-type model` lists the models."
    raise ConfigError(f"there is no model, seed or snapshot {name}. {hint}")
