"""Follow: tables that are delivered, and that no contract names."""

import re
from collections.abc import Iterable

from ribbon.evolve.evidence import Seen
from ribbon.evolve.left.undeclared import UndeclaredTable, undeclared_tables
from ribbon.evolve.rules.follow_edits import declared_type
from ribbon.evolve.rules.scaffolding import Scaffold, source_declared, warehouse_files
from ribbon.model import Delivery, Edit, Evidence, Gain, Proposal, ProposalKind

__all__ = ["find_new_tables", "model_name"]

PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

# approx_count_distinct is off by a few percent: so near to the row count, a column is taken for a key.
NEARLY = 0.97
FEW = 10


def find_new_tables(seen: Seen) -> Iterable[Proposal]:
    """A proposal for each table that lies where a system delivers, and that is declared nowhere."""
    for table in undeclared_tables(seen.project, seen.deliveries):
        yield _proposal(seen, table)


def model_name(seen: Seen, system: str, table: str) -> str:
    """What a warehouse model on a table is called: as the table, or after its system where that is taken."""
    names = {node.name for node in seen.nodes.nodes.values() if node.resource_type != "source"}
    return table if table not in names else f"{system}_{table}"


def _proposal(seen: Seen, table: UndeclaredTable) -> Proposal:
    source = table.sibling.source
    columns = {name: column.data_type for name, column in table.facts.columns.items()}
    key = f"source.{seen.nodes.name}.{source.system}.{table.table}"
    return Proposal(
        kind=ProposalKind.FOLLOW,
        subject=(key,),
        meaning="new table " + ", ".join(f"{name} {kind}" for name, kind in columns.items()),
        title=f"{source.system}.{table.table} is delivered, and no contract names it: declare it, and model it",
        evidence=(
            Evidence(
                ", ".join(table.files[:3]),
                f"{table.facts.rows:,} rows of {len(columns):,} columns: {', '.join(columns)}; no contract names it",
            ),
        ),
        gain=Gain(),
        risk="Whether it is a whole table or adds rows, what a row is and what is restricted, has to be asked.",
        edits=_edits(seen, table),
        ask=tuple(filter(None, [str(seen.declared.node(_sibling(seen, table)).metadata.get("owner") or "")])),
    )


def _edits(seen: Seen, table: UndeclaredTable) -> tuple[Edit, ...]:
    source, columns = table.sibling.source, table.facts.columns
    if not all(PLAIN.fullmatch(name) for name in (source.system, table.table, *columns)):
        return ()  # names that need quotes take a person
    contract = seen.text(source.contract)
    distinct = [name for name, each in columns.items() if not each.nulls and each.distinct >= NEARLY * table.facts.rows]
    new = Scaffold(
        system=source.system,
        table=table.table,
        model=model_name(seen, source.system, table.table),
        columns={name: declared_type(each.data_type) for name, each in columns.items()},
        delivery=Delivery.APPEND if len(table.files) > 1 else Delivery.SNAPSHOT,
        filled=frozenset(name for name, each in columns.items() if not each.nulls),
        key=distinct[0] if distinct and table.facts.rows >= FEW else None,
        pattern=table.pattern,
        contracts=source.contract.startswith("expectations/"),
        docs=(seen.project.project_dir / "docs" / "warehouse").is_dir(),
    )
    declared = source_declared(contract, source.contract, new) if contract else None
    return (declared, *warehouse_files(new)) if declared else ()


def _sibling(seen: Seen, table: UndeclaredTable) -> str:
    return f"source.{seen.nodes.name}.{table.system}.{table.sibling.source.table}"
