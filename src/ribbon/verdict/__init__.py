"""What holds of each relation now: the evidence, and the one function that judges it."""

from ribbon.verdict.evidence import Evidence, judge, read_evidence
from ribbon.verdict.rules import Facts, Freshness, Kept, Reason, Verdict, together, verdicts_of, worst_of

__all__ = [
    "Evidence",
    "Facts",
    "Freshness",
    "Kept",
    "Reason",
    "Verdict",
    "judge",
    "read_evidence",
    "together",
    "verdicts_of",
    "worst_of",
]
