"""Proof: two states of a project are built side by side, and their relations are compared row by row."""

from ribbon.evolve.proof.proof import TOLERANCE, Question, proof_text, prove, verify

__all__ = ["TOLERANCE", "Question", "proof_text", "prove", "verify"]
