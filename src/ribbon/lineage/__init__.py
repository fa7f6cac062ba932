"""Column lineage of a whole dbt project, from its artifacts."""

from ribbon.lineage.graph import LineageGraph, LineageNode, Reader, RowReader, whole_node
from ribbon.lineage.loading import lineage_of, load_lineage
from ribbon.lineage.nodes import ProjectNodes
from ribbon.lineage.restricted import leave_for_gate
from ribbon.lineage.traced import TracedProject

__all__ = [
    "LineageGraph",
    "LineageNode",
    "ProjectNodes",
    "Reader",
    "RowReader",
    "TracedProject",
    "leave_for_gate",
    "lineage_of",
    "load_lineage",
    "whole_node",
]
