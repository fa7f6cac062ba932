"""A SELECT that only picks, computes or filters what a query in its FROM gives back, taken together with that query."""

from ribbon.sql.normal.blocks import Block
from ribbon.sql.normal.terms import AGGREGATE, WINDOW, Term, contains, rebuilt

__all__ = ["absorbed"]


def absorbed(block: Block) -> Block:
    """The same as one block, where it is nothing but a second look at a single other one."""
    inner = _only(block)
    if inner is None or not block.simple or block.joins or not _may_filter(block, inner):
        return block

    def change(term: Term) -> Term | None:
        match term:
            case ("out", str(key), str(name)) if key in block.sources:
                return inner.output(name)
        return None

    conditions = [rebuilt(term, change) for term in block.conditions]
    _filter(inner, conditions)
    inner.outputs = [(name, rebuilt(term, change)) for name, term in block.outputs]
    return inner


def _only(block: Block) -> Block | None:
    sources = list(block.sources.values())
    return sources[0].block if len(sources) == 1 else None


def _may_filter(block: Block, inner: Block) -> bool:
    """A limit stands before a filter around it, and an unfolded array has its rows by then."""
    unmovable = any(contains(term, "unfold", "volatile") for _, term in inner.outputs)
    return not (inner.tail is not None and block.conditions) and not unmovable


def _filter(inner: Block, conditions: list[Term]) -> None:
    windows = any(contains(term, WINDOW) for _, term in inner.outputs)
    for term in conditions:
        if inner.keys is None or inner.combined is not None or windows or inner.qualify:
            inner.qualify.append(term)
        elif inner.keys and not contains(term, AGGREGATE):
            inner.conditions.append(term)
        else:
            inner.having.append(term)
