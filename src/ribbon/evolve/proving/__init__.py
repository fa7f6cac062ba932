"""The proof: two states of a project are built side by side, and every relation is compared row by row."""

from ribbon.evolve.proving.progress import Listener
from ribbon.evolve.proving.proving import TOLERANCE, Question, prove, verify
from ribbon.evolve.proving.scratch import scratch_folder
from ribbon.evolve.proving.telling import told
from ribbon.evolve.proving.trees import Tree, commit_tree, tracked, uncommitted, working_tree

__all__ = [
    "TOLERANCE",
    "Listener",
    "Question",
    "Tree",
    "commit_tree",
    "prove",
    "scratch_folder",
    "told",
    "tracked",
    "uncommitted",
    "verify",
    "working_tree",
]
