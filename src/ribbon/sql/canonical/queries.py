"""The block of a query of any kind: SELECT, set operations, WITH, VALUES."""

from collections.abc import Mapping

from sqlglot import exp

from ribbon.sql.canonical.blocks import Block
from ribbon.sql.canonical.form import whole_term
from ribbon.sql.canonical.scope import Scope
from ribbon.sql.canonical.select import read_select, tail_of
from ribbon.sql.canonical.terms import Term, Unreadable, parts_of
from ribbon.sql.resolve import alias_columns, renamed

__all__ = ["read_query"]


def read_query(node: exp.Expr, scope: Scope) -> Block:
    """The block of a query. Raises Unreadable where it, or a query that it reads, has no canonical form."""
    scope.ctes = _ctes(node, scope)
    if isinstance(node, exp.Subquery):
        return read_query(node.this, scope)
    if isinstance(node, exp.SetOperation):
        return _combined(node, scope)
    if isinstance(node, exp.Select):
        return read_select(node, scope)
    if isinstance(node, exp.Values):
        terms: list[Term] = [scope.evaluate(each) for each in node.expressions]
        width = len(node.expressions[0].expressions)
        return Block(
            combined=("values", *terms), outputs=[(f"_{place}", ("place", str(place))) for place in range(width)]
        )
    raise Unreadable(f"{type(node).__name__.upper()} is not supported")


def _ctes(node: exp.Expr, scope: Scope) -> Mapping[str, Block | None]:
    clause = node.args.get("with_")
    if clause is None:
        return scope.ctes
    known: dict[str, Block | None] = dict(scope.ctes)
    for cte in clause.expressions:
        name = cte.alias.lower()
        if scope.context.tables.ephemeral(name) is not None:
            continue
        if clause.args.get("recursive"):
            known[name] = None
        block = read_query(cte.this, Scope(scope.context, known, outer=scope.outer))
        scope.context.seen.append((name, cte.this, block))
        known[name] = _named(block, cte)
    return known


def _named(block: Block, cte: exp.Expr) -> Block:
    names = [name.lower() for name in alias_columns(cte)]
    if names:
        block = block.renamed({key: key for key in block.sources})
        block.outputs = renamed(block.outputs, names)
    return block


def _combined(node: exp.Expr, scope: Scope) -> Block:
    """A set operation; the order of a union's parts means nothing."""
    head = _head(node)
    branches = [
        read_query(branch, Scope(scope.context, scope.ctes, outer=scope.outer))
        for branch in (node.this, node.expression)
    ]
    by_name = bool(node.args.get("by_name"))
    terms = [_part(branch, by_name=by_name) for branch in branches]
    if head.startswith("union"):
        parts = tuple(
            inner for part, branch in zip(terms, branches, strict=True) for inner in _inner(head, part, branch)
        )
        combined: Term = (head, *sorted(parts, key=repr))
    else:
        combined = (head, *terms)
    names = branches[0].names()
    if by_name:
        names = tuple(dict.fromkeys((*names, *branches[1].names())))
    places = sorted(names) if by_name else list(names)
    outputs: list[tuple[str, Term]] = [(name, ("place", str(places.index(name)))) for name in names]
    block = Block(combined=combined, outputs=outputs, branches=(branches[0], branches[1]))
    scope.block = block
    block.tail = tail_of(node, scope)
    return block


def _head(node: exp.Expr) -> str:
    name = node.key + (" by name" if node.args.get("by_name") else "")
    return name if node.args.get("distinct") else f"{name} all"


def _part(block: Block, *, by_name: bool) -> Term:
    outputs = sorted(block.outputs) if by_name else block.outputs
    names = tuple(name for name, _ in outputs) if by_name else ()
    block.outputs = list(outputs)
    return ("part", whole_term(block), names)


def _inner(head: str, part: Term, branch: Block) -> tuple[Term, ...]:
    """The parts of a union inside a union of the same kind, if it is nothing more than that."""
    plain = branch.combined is not None and not branch.qualify and branch.tail is None
    in_place = [term for _, term in branch.outputs] == [("place", str(place)) for place in range(len(branch.outputs))]
    if plain and in_place and isinstance(branch.combined, tuple) and branch.combined[0] == head:
        return parts_of(head, branch.combined)
    return (part,)
