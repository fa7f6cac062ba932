"""The edits of the baseline of the layer rule that proposals make."""

from collections.abc import Collection

from ribbon.evolve.editing.yaml_text import YamlText

__all__ = ["without_breaches"]


def without_breaches(text: str, group: str, mended: Collection[tuple[str, str]]) -> str | None:
    """The baseline without these breaches, as (model, reads); None where it has no others, so that the file goes."""
    yaml, place = YamlText(text), ("groups", ("name", group), "config", "meta", "breaches")
    entries = [(str(each.get("model")), str(each.get("reads"))) for each in yaml.items(*place)]
    if all(entry in mended for entry in entries):
        return None
    for position in range(len(entries) - 1, -1, -1):
        if entries[position] in mended:
            yaml = yaml.without_item(*place, item=position)
    return yaml.text
