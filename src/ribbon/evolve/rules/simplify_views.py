"""Simplify: a view on views that is asked often becomes a table."""

import re
from collections.abc import Iterable

from ribbon.evolve.editing.contract_text import declaring_model
from ribbon.evolve.evidence import Seen
from ribbon.evolve.rules.people import owners_of
from ribbon.model import Edit, Evidence, Gain, Proposal, ProposalKind, RelationUsage

__all__ = ["find_busy_views"]

DAYS_OF_A_MONTH = 30
VIEW = re.compile(r"(config\([^)]*materialized\s*=\s*)(['\"])view\2")


def find_busy_views(seen: Seen) -> Iterable[Proposal]:
    """A proposal for each view that computes other views again for each of many queries."""
    if not seen.cover.days:
        return
    for usage in seen.usage.by_relation():
        stack = _stack(seen, usage.relation) if usage.relation in seen.own else ()
        queries, seconds = _a_month(seen, usage)
        if len(stack) > 1 and queries >= seen.thresholds.view_queries and seconds >= seen.thresholds.view_seconds:
            yield _proposal(seen, stack, (queries, seconds))


def _stack(seen: Seen, key: str) -> tuple[str, ...]:
    """A view and the views below it, the lowest first; nothing for what is no view."""
    node = seen.nodes.nodes.get(key)
    if node is None or node.materialized != "view":
        return ()
    return (*max((_stack(seen, parent) for parent in node.parents), key=len, default=()), key)


def _a_month(seen: Seen, usage: RelationUsage) -> tuple[float, float]:
    first, last = seen.cover.days or (seen.today, seen.today)
    months = max((last - first).days + 1, DAYS_OF_A_MONTH) / DAYS_OF_A_MONTH
    return usage.queries / months, usage.seconds / months


def _proposal(seen: Seen, stack: tuple[str, ...], load: tuple[float, float]) -> Proposal:
    node, (queries, seconds) = seen.nodes.nodes[stack[-1]], load
    below = ", ".join(seen.nodes.nodes[key].name for key in stack[:-1])
    edits = _edits(seen, stack[-1])
    return Proposal(
        kind=ProposalKind.SIMPLIFY,
        subject=stack,
        meaning="materialize",
        title=f"{node.label}: a view on {below}, asked {queries:,.0f} times a month; make it a table",
        evidence=(Evidence("the query logs", f"{queries:,.0f} queries a month take {seconds:,.0f} seconds"),),
        gain=Gain(use_cases=1, seconds=seconds, queries=round(queries)),
        risk="A table is as old as its last build; a view is as old as what it reads.",
        edits=edits,
        provable=bool(edits),
        ask=owners_of(seen, stack[-1]),
    )


def _edits(seen: Seen, key: str) -> tuple[Edit, ...]:
    """In the SQL where that says it is a view, else in the contract."""
    node, contract = seen.nodes.nodes[key], seen.declared.node(key).contract
    text = seen.text(node.file) or ""
    if VIEW.search(text):
        return (Edit(node.file, text, VIEW.sub(r"\1\2table\2", text)),)
    yaml = seen.text(contract) if contract else None
    changed = declaring_model(yaml, node.name).with_config("materialized", "table") if yaml else None
    return (Edit(contract, yaml, changed.text),) if contract and changed else ()
