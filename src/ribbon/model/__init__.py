"""The nouns of Ribbon: plain frozen values that every layer above speaks in."""

from ribbon.model.column import Column
from ribbon.model.evolution import FORM, Evolution, Found
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
from ribbon.model.proof import ChangedColumn, DifferingRow, Proof, RelationProof, RowsCompared, Standing
from ribbon.model.proposal import Edit, Evidence, Gain, Kept, Proposal, ProposalKind
from ribbon.model.relation import Layer, Relation
from ribbon.model.source import Delivery, SourceTable
from ribbon.model.usage import (
    AskedStatement,
    ColumnUsage,
    ColumnUse,
    DayUsage,
    LoggedQuery,
    PersonUsage,
    Reading,
    RelationUsage,
    Statement,
    UseRole,
)

__all__ = [
    "FAILED",
    "FORM",
    "Asked",
    "AskedStatement",
    "ChangedColumn",
    "Column",
    "ColumnLineage",
    "ColumnName",
    "ColumnUsage",
    "ColumnUse",
    "DayUsage",
    "Delivery",
    "DifferingRow",
    "Edit",
    "Evidence",
    "Evolution",
    "Expectation",
    "Finding",
    "Found",
    "Gain",
    "Kept",
    "Kind",
    "Layer",
    "LoggedQuery",
    "Measurement",
    "Origin",
    "PersonUsage",
    "Proof",
    "Proposal",
    "ProposalKind",
    "QueryLineage",
    "Reading",
    "Relation",
    "RelationProof",
    "RelationUsage",
    "Role",
    "RowOrigin",
    "RowsCompared",
    "Severity",
    "SourceTable",
    "Standing",
    "Statement",
    "Unresolved",
    "UseRole",
    "Verdict",
]
