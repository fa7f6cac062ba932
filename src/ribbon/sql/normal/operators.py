"""Operators: what terms call them, and how tightly they bind, so that brackets stand where they are needed."""

from sqlglot import exp

__all__ = ["CHAINS", "COMPARED", "TURNED", "binds", "operand"]

CHAINS: "dict[str, type[exp.Expr]]" = {"and": exp.And, "or": exp.Or, "add": exp.Add, "mul": exp.Mul}
COMPARED: "dict[str, type[exp.Expr]]" = {
    "eq": exp.EQ,
    "lt": exp.LT,
    "lte": exp.LTE,
    "neq": exp.NEQ,
    "nullsafeeq": exp.NullSafeEQ,
    "nullsafeneq": exp.NullSafeNEQ,
}
TURNED: "dict[str, type[exp.Expr]]" = {"lt": exp.GT, "lte": exp.GTE}

# From the loosest on; an operator that is not named binds as `||` does.
LEVELS: "tuple[tuple[type[exp.Expr], ...], ...]" = (
    (exp.Lambda,),
    (exp.Or,),
    (exp.And,),
    (exp.Not,),
    (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Is, exp.In, exp.Like),
    (),
    (exp.Add, exp.Sub),
    (exp.Mul, exp.Div, exp.IntDiv, exp.Mod),
    (exp.Interval, exp.AtTimeZone),
    (exp.Neg,),
)
OTHER = 5
TIGHTEST = len(LEVELS)


def binds(node: exp.Expr) -> int:
    """The higher, the tighter: a column and a function call bind tightest."""
    for level, kinds in enumerate(LEVELS):
        if isinstance(node, kinds):
            return level
    return OTHER if isinstance(node, exp.Binary | exp.Between) and not isinstance(node, exp.Dot) else TIGHTEST


def operand(node: exp.Expr, above: int) -> exp.Expr:
    """The node, in brackets where it binds no tighter than the operator that it is an operand of."""
    return exp.Paren(this=node) if binds(node) <= above else node
