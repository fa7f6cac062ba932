"""What relations promise: how it is measured, what more they could promise, and what came of it elsewhere."""

from ribbon.promises.explaining import Explanation, Part, Read, explain_model
from ribbon.promises.exporting import Export, export_results
from ribbon.promises.suggesting import Suggestion, suggest_for

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
