"""Views as HTML, Markdown and scripts: each render function returns the whole text of one file."""

from ribbon.catalog.pages.handbook import handbook_title, render_handbook
from ribbon.catalog.pages.llms import llms_txt, markdown_of_relation
from ribbon.catalog.pages.render import (
    render_evolution,
    render_front,
    render_health,
    render_relation,
    render_subject,
    render_use_case,
)
from ribbon.catalog.pages.scripts import json_for_script, received, relation_data
from ribbon.catalog.views import NavEntry, Shell

__all__ = [
    "NavEntry",
    "Shell",
    "handbook_title",
    "json_for_script",
    "llms_txt",
    "markdown_of_relation",
    "received",
    "relation_data",
    "render_evolution",
    "render_front",
    "render_handbook",
    "render_health",
    "render_relation",
    "render_subject",
    "render_use_case",
]
