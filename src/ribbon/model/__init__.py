"""The nouns of Ribbon: plain frozen values that every layer above speaks in."""

from ribbon.model.column import Column
from ribbon.model.expectation import Expectation, Verdict
from ribbon.model.finding import FAILED, Finding, Severity
from ribbon.model.measurement import Measurement
from ribbon.model.relation import Layer, Relation
from ribbon.model.source import Delivery, SourceTable

__all__ = [
    "FAILED",
    "Column",
    "Delivery",
    "Expectation",
    "Finding",
    "Layer",
    "Measurement",
    "Relation",
    "Severity",
    "SourceTable",
    "Verdict",
]
