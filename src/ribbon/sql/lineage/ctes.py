"""WITH: queries under a name, read when they are first read from."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from ribbon.sql.lineage.inner_names import numbered, renamed
from ribbon.sql.lineage.relations import Result
from ribbon.sql.lineage.scope import Cte, Scope
from ribbon.sql.lineage.set_operations import combined
from ribbon.sql.lineage.values import Value

__all__ = ["with_ctes"]

# A column's way through a recursion adds nothing after so many rounds.
ROUNDS = 20

# Dialects that have recursion without saying RECURSIVE.
SILENTLY_RECURSIVE = frozenset({"tsql", "oracle", "snowflake", "teradata", "fabric"})


def with_ctes(node: exp.Expr, scope: Scope) -> Mapping[str, Cte]:
    """The CTEs that a query can read: those around it, and its own, each of which sees the ones before it.

    scope: where the query stands. A CTE that dbt made of an ephemeral model is left to the tables.
    """
    clause = node.args.get("with_")
    if clause is None:
        return scope.ctes
    recursive = bool(clause.args.get("recursive")) or scope.context.dialect in SILENTLY_RECURSIVE
    visible: dict[str, Cte] = dict(scope.ctes)
    for cte in clause.expressions:
        if scope.context.tables.ephemeral(cte.alias) is None:
            made = _Cte(cte, dict(visible), scope, recursive=recursive)
            visible[cte.alias.lower()] = made
    if clause.args.get("recursive"):
        for made_cte in visible.values():
            if isinstance(made_cte, _Cte) and made_cte.node.parent is clause:
                made_cte.ctes = {**visible, **made_cte.ctes}
    return visible


@dataclass(slots=True)
class _Cte:
    """One query of a WITH."""

    node: exp.Expr
    ctes: dict[str, Cte]
    scope: Scope
    recursive: bool
    known: Result | None = None

    def result(self) -> Result:
        """What it gives back; in the midst of its own recursion, what is known so far."""
        if self.known is None:
            body = self.node.this
            if self.recursive and isinstance(body, exp.SetOperation) and self._reads_itself(body.expression):
                self._recur(body)
            else:
                self.known = self._named(self.scope.context.query(body, self._inside()))
        return self.known or Result([])

    def _recur(self, body: exp.Expr) -> None:
        """Add what each round of the recursive part brings, until nothing is new."""
        first = self._named(self._query(body, body.this))
        self.known = first
        self.ctes[self.node.alias.lower()] = self
        for _ in range(ROUNDS):
            again = self._named(self._query(body, body.expression))
            united = combined(body, [first, again])
            if _same(united, self.known):
                break
            self.known = united

    def _query(self, body: exp.Expr, part: exp.Expr) -> Result:
        inside = self._inside()
        inside.ctes = with_ctes(body, inside)
        return self.scope.context.query(part, inside)

    def _inside(self) -> Scope:
        return Scope(self.scope.context, self.ctes, self.scope.outer)

    def _reads_itself(self, part: exp.Expr) -> bool:
        own = self.node.alias.lower()
        return any(not table.db and table.name.lower() == own for table in part.find_all(exp.Table))

    def _named(self, result: Result) -> Result:
        names = self.node.args["alias"].columns
        result = renamed(result, [name.name for name in names]) if names else result
        return numbered(result, self.scope.context.dialect)


def _same(one: Result, other: Result) -> bool:
    return _shape(one) == _shape(other) and one.rows.keys() == other.rows.keys()


def _shape(result: Result) -> list[tuple[str, dict[tuple[str, str], int]]]:
    return [(name, _weights(value)) for name, value in result.columns]


def _weights(value: Value) -> dict[tuple[str, str], int]:
    return {leaf: made[0] for leaf, made in value.origins.items()}
