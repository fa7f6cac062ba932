"""The templates: compiled once, every value escaped, a name that is not there an error."""

from collections.abc import Callable
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from ribbon.catalog.pages import assets, figures, pictures
from ribbon.catalog.pages.addresses import breakable, capital, external, mailto, quoted
from ribbon.catalog.pages.highlighting import highlighted
from ribbon.catalog.pages.markdown import first_sentence, inline, rendered
from ribbon.catalog.pages.scripting import json_for_script
from ribbon.catalog.pages.standing import (
    SAID,
    WORDS,
    group_standing,
    promises_standing,
    relation_standing,
    shown_status,
    trouble_words,
)
from ribbon.catalog.pages.values import values
from ribbon.catalog.views.anchors import column_anchor, fragment

__all__ = ["render"]

FILTERS: dict[str, Callable[..., Any]] = {
    "anchor": column_anchor,
    "breakable": breakable,
    "capital": capital,
    "count": figures.count,
    "duration": figures.duration,
    "external": external,
    "fragment": fragment,
    "inline": inline,
    "json": json_for_script,
    "mailto": mailto,
    "markdown": rendered,
    "moment": figures.moment,
    "plural": figures.plural,
    "quoted": quoted,
    "sentence": first_sentence,
    "share": figures.share,
    "shown": shown_status,
    "sql": highlighted,
    "stamp": figures.stamp,
}
GLOBALS: dict[str, Any] = {
    "SAID": SAID,
    "WORDS": WORDS,
    "assets": assets,
    "bars": pictures.bars,
    "day_strip": pictures.day_strip,
    "group_standing": group_standing,
    "lasting": figures.lasting,
    "promises_standing": promises_standing,
    "relation_standing": relation_standing,
    "run_bars": pictures.run_bars,
    "said": trouble_words,
    "spark": pictures.spark,
    "values": values,
    "verdict_strip": pictures.verdict_strip,
}


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("ribbon.catalog.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(FILTERS)
    environment.globals.update(GLOBALS)
    return environment


ENVIRONMENT = _environment()


def render(template: str, **names: Any) -> str:
    """The text of a page. Templates are compiled when they are first asked for."""
    return ENVIRONMENT.get_template(template).render(**names)
