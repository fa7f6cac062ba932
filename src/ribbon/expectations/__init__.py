"""Expectations of relations: how they are measured, which ones to add, and their results for Great Expectations."""

from ribbon.expectations.explain import Explanation, Part, Read, explain_model
from ribbon.expectations.gx_export import Export, export_results
from ribbon.expectations.suggestions import Suggestion, suggest_for

__all__ = [
    "Explanation",
    "Export",
    "Part",
    "Read",
    "Suggestion",
    "explain_model",
    "export_results",
    "suggest_for",
]
