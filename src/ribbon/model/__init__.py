"""The nouns of Ribbon: plain frozen values that every layer above speaks in."""

from ribbon.model.column import Column
from ribbon.model.expectation import Expectation, Verdict
from ribbon.model.finding import FAILED, Finding, Severity
from ribbon.model.lineage import (
    Asked,
    ColumnLineage,
    ColumnName,
    Kind,
    Origin,
    QueryLineage,
    Role,
    RowOrigin,
    Unresolved,
)
from ribbon.model.measurement import Measurement
from ribbon.model.relation import Layer, Relation
from ribbon.model.source import Delivery, SourceTable

__all__ = [
    "FAILED",
    "Asked",
    "Column",
    "ColumnLineage",
    "ColumnName",
    "Delivery",
    "Expectation",
    "Finding",
    "Kind",
    "Layer",
    "Measurement",
    "Origin",
    "QueryLineage",
    "Relation",
    "Role",
    "RowOrigin",
    "Severity",
    "SourceTable",
    "Unresolved",
    "Verdict",
]
