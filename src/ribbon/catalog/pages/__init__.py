"""Views as HTML, Markdown and scripts. Every function returns the whole text of one file and touches no disk."""

from ribbon.catalog.pages.evolution import render_evolution
from ribbon.catalog.pages.handbook import handbook_title, render_handbook
from ribbon.catalog.pages.plain import llms_txt, markdown_of_relation
from ribbon.catalog.pages.rendering import (
    render_front,
    render_health,
    render_relation,
    render_subject,
    render_use_case,
)
from ribbon.catalog.pages.scripting import json_for_script, received, relation_data
from ribbon.catalog.pages.shell import NavEntry, Shell

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
