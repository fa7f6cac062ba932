"""The edits of an exposure that proposals make."""

from ribbon.evolve.editing.yaml_text import YamlText

__all__ = ["without_relation"]


def without_relation(text: str, exposure: str, model: str) -> str | None:
    """The file without a model among what an exposure reads; None where it is not written there by its name."""
    yaml, place = YamlText(text), ("exposures", ("name", exposure), "depends_on")
    for written in (f"ref('{model}')", f'ref("{model}")'):
        if yaml.has(*place, written):
            changed = yaml.without_item(*place, item=written)
            return changed.text if changed.parses else None
    return None
