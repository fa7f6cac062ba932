"""The keys of other relations that a relation holds, by `relationships` tests and foreign keys."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ribbon.dbt.documentation import Constraint, Described, Test
from ribbon.dbt.grain import constraints_of

__all__ = ["Reference", "references_of"]

_TESTS = frozenset({"relationships", "relationships_where"})

_NAMES = re.compile(r"""["']([^"']+)["']""")

_CALL = re.compile(r"^\s*(?:\{\{)?\s*(ref|source)\(")

_FOREIGN_KEY = re.compile(r"^\s*(?:references\s+)?(?P<to>[^()\s]+)\s*(?:\((?P<columns>[^()]+)\))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reference:
    """Columns that hold a key of another relation. relation: its unique id. test_id: empty for a constraint."""

    columns: tuple[str, ...]
    relation: str
    fields: tuple[str, ...]
    test_id: str = ""


def references_of(described: Described, tests: Sequence[Test], relations: Mapping[str, str]) -> tuple[Reference, ...]:
    """By `relationships` tests and foreign keys. relations: unique ids by database name, in lower case."""
    by_tests = [found for test in tests if (found := _by_test(test, described.unique_id))]
    by_keys = _by_constraints(described, relations)
    known = {(reference.columns, reference.relation) for reference in by_tests}
    return (*by_tests, *(each for each in by_keys if (each.columns, each.relation) not in known))


def _by_test(test: Test, uid: str) -> Reference | None:
    metadata = test.test_metadata
    if metadata is None or metadata.name not in _TESTS:
        return None
    given = metadata.arguments
    column, field = test.column, given.get("field") or given.get("to_column")
    to = _named(str(given.get("to") or given.get("parent") or ""), test.depends_on.nodes)
    if not (column and field):
        return None
    others = [node for node in test.depends_on.nodes if node != uid]
    return Reference((column,), to or (others[0] if others else uid), (str(field),), test.unique_id)


def _named(written: str, nodes: Sequence[str]) -> str | None:
    """Which of the nodes a `ref` or `source` means."""
    call = _CALL.match(written)
    names = _NAMES.findall(written) if call else []
    if not call or not names:
        return None
    last = names[-1] if call[1] == "ref" else ".".join(names)
    kinds = ("source.",) if call[1] == "source" else ("model.", "seed.", "snapshot.")
    return next((node for node in nodes if node.startswith(kinds) and node.endswith(f".{last}")), None)


def _by_constraints(described: Described, relations: Mapping[str, str]) -> Iterator[Reference]:
    for constraint, columns in constraints_of(described):
        if constraint.type == "foreign_key" and columns:
            to, fields = _target(constraint)
            relation = _named(to, list(relations.values())) or relations.get(to.casefold())
            if relation:
                yield Reference(columns, relation, fields or columns)


def _target(constraint: Constraint) -> tuple[str, tuple[str, ...]]:
    """The relation as the database names it, without quotes, and its columns."""
    to, fields = constraint.to or "", constraint.to_columns or ()
    if not to and (written := _FOREIGN_KEY.match(constraint.expression or "")):
        to = written["to"]
        fields = tuple(_unquoted(field.strip()) for field in (written["columns"] or "").split(",") if field.strip())
    return to if _CALL.match(to) else _unquoted(to), fields


def _unquoted(name: str) -> str:
    return re.sub(r'["`\[\]]', "", name)
