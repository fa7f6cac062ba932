"""Follow: new tables of a source, tables and columns that no model reads, and drift."""

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ribbon.batch_record import Drift
from ribbon.errors import DeliveryError
from ribbon.evolve.evidence.deliveries import Batch, UndeclaredFiles, undeclared_files
from ribbon.evolve.evidence.dependents import declared_owner, unused_relations
from ribbon.evolve.evidence.drift import described, drift_of, stopped_since
from ribbon.evolve.evidence.project import ProjectEvidence
from ribbon.evolve.new_model import declare_source, document_source, model_files
from ribbon.evolve.new_source import Layout, LookedAt, look_at, new_source
from ribbon.lineage import LineageNode
from ribbon.lineage.dependents import dependents_of
from ribbon.model import ColumnName, Edit, Evidence, Gain, Proposal, ProposalKind, SourceTable

__all__ = ["find_drift", "find_new_tables", "find_unused_sources"]

PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def find_new_tables(seen: ProjectEvidence) -> Iterable[Proposal]:
    """A proposal for each table in the folder of a system that no contract declares."""
    for files in undeclared_files(seen.deliveries):
        with tempfile.TemporaryDirectory(prefix="ribbon-") as scratch, suppress(DeliveryError):
            yield _new_table(seen, files, look_at(files.group, seen.paths.memory_limit, Path(scratch)))


def _new_table(seen: ProjectEvidence, files: UndeclaredFiles, looked: LookedAt) -> Proposal:
    source, table = files.sibling.source, files.group.table
    columns = {column.name: column.data_type for column in looked.sniffed.columns}
    key = f"source.{seen.nodes.name}.{source.system}.{table}"
    sibling = f"source.{seen.nodes.name}.{source.system}.{source.table}"
    return Proposal(
        kind=ProposalKind.FOLLOW,
        subject=(key,),
        meaning="new table " + ", ".join(f"{name} {kind}" for name, kind in columns.items()),
        title=f"{source.system}.{table} is delivered, but no contract declares it: declare and model it",
        evidence=(
            Evidence(
                ", ".join(files.group.names[:3]),
                f"{looked.sniffed.rows:,} rows of {len(columns):,} columns: {', '.join(columns)}; not in any contract",
            ),
            *(Evidence(table, note) for note in looked.notes),
        ),
        gain=Gain(),
        risk="Ask whether deliveries are whole or add rows, what a row is, and which columns are restricted.",
        edits=_new_table_edits(seen, source, looked),
        ask=declared_owner(seen, sibling),
    )


def _new_table_edits(seen: ProjectEvidence, source: SourceTable, looked: LookedAt) -> tuple[Edit, ...]:
    contract, page = seen.text(source.contract), f"docs/lake/{source.system}.md"
    written = seen.text(page)
    layout = replace(Layout.of(seen.paths.project_dir), contracts=source.contract.startswith("expectations/"))
    new = new_source(looked, source.system, replace(layout, lake_pages=layout.lake_pages and written is not None))
    names = {node.name for node in seen.nodes.nodes.values() if node.resource_type != "source"}
    if not contract or new.name in names or not PLAIN.fullmatch(source.system):
        return ()
    declared = declare_source(contract, source.contract, new)
    pages = [document_source(written, page, new)] if new.page else []
    return (declared, *pages, *model_files(new.model)) if declared else ()


def find_unused_sources(seen: ProjectEvidence) -> Iterable[Proposal]:
    """A proposal for each source that no model reads, and for the columns of each system that nothing reads.

    What people query in the lake itself is used, and so is what an exposure reads.
    """
    exposed = {key for exposure in seen.nodes.exposures for key in exposure.depends_on}
    retired = unused_relations(seen)
    unread: dict[str, list[ColumnName]] = {}
    for key, node in seen.own.items():
        if node.project.resource_type != "source" or key in exposed or seen.coverage.is_queried(key):
            continue
        if not seen.project.children(key):
            if key not in retired:  # another rule proposes to retire it
                yield _unused_table(seen, node)
        elif columns := [ColumnName(key, name) for name in _unread_columns(seen, node)]:
            unread.setdefault(node.project.system or "", []).extend(columns)
    for system, columns in unread.items():
        yield _unused_columns(seen, system, columns)


def _unread_columns(seen: ProjectEvidence, node: LineageNode) -> Iterator[str]:
    """The declared columns that nothing reads, by lineage; none where a reader is not fully understood."""
    key = node.project.unique_id
    if any(seen.graph.nodes[reader].unresolved for reader in seen.project.children(key)):
        return
    queried, tested = seen.coverage.queried_columns(key), seen.declared.words_of_tests_reading(key)
    for name in seen.project.artifacts.nodes[key].columns:
        column = ColumnName(key, name)
        if name.startswith("_") or name.casefold() in queried | tested:
            continue
        if not seen.graph.readers(column) and not seen.graph.row_readers(column):
            yield name


def _unused_table(seen: ProjectEvidence, node: LineageNode) -> Proposal:
    key, name = node.project.unique_id, f"{node.project.system}.{node.project.name}"
    return Proposal(
        kind=ProposalKind.FOLLOW,
        subject=(key,),
        meaning="unused table",
        title=f"{name} is delivered, but no model reads it: model it, or stop declaring it",
        evidence=(Evidence(node.project.file, "no model reads it, and no exposure names it"), *_not_queried(seen)),
        risk="Somebody may have asked for it and not used it yet.",
        ask=declared_owner(seen, key),
    )


def _unused_columns(seen: ProjectEvidence, system: str, columns: Sequence[ColumnName]) -> Proposal:
    by_table: dict[str, list[str]] = {}
    for column in columns:
        by_table.setdefault(column.relation, []).append(column.column)
    tables = [seen.nodes.nodes[key] for key in by_table]
    one = f"{system}.{tables[0].name}.{columns[0].column}"
    many = f"{system}: {len(columns):,} columns of {len(tables):,} {'table' if len(tables) == 1 else 'tables'}"
    unused = (
        Evidence(f"{system}.{table.name}", f"no value and no row depends on {', '.join(by_table[table.unique_id])}")
        for table in tables
    )
    return Proposal(
        kind=ProposalKind.FOLLOW,
        subject=tuple(map(str, columns)),
        meaning="unused columns",
        title=f"{one if len(columns) == 1 else many}: no model reads {'it' if len(columns) == 1 else 'them'}; pass on"
        " what is wanted",
        evidence=(*unused, *_not_queried(seen)),
        risk="An undeclared column still lands, but no model can read it.",
        ask=declared_owner(seen, columns[0].relation),
    )


def _not_queried(seen: ProjectEvidence) -> Iterator[Evidence]:
    if not seen.coverage.is_empty and seen.coverage.days:
        first, last = seen.coverage.days
        yield Evidence("the query logs", f"nobody queried it from {first} to {last}")


def find_drift(seen: ProjectEvidence) -> Iterable[Proposal]:
    """A proposal for each column that drifts, each source whose volume does, and each whose deliveries stopped."""
    for key, deliveries in seen.deliveries.items():
        name = str(deliveries.source)
        for drift in drift_of(deliveries):
            yield _drifted(seen, key, name, drift, deliveries.quarantined)
        stopped = stopped_since(deliveries, seen.today)
        if stopped:
            last, gap = stopped
            why = Evidence(f"lake/{name}", f"the last batch landed on {last}; before, one came every {gap:g} days")
            title = f"{name}: nothing has landed since {last}; ask for it, or declare that it ended"
            yield _drift_proposal(seen, key, None, (f"stopped {last}", title), (why,))


def _drifted(seen: ProjectEvidence, key: str, name: str, drift: Drift, quarantined: tuple[Batch, ...]) -> Proposal:
    why = Evidence(drift.batch, f"{described(drift)}, by the {drift.batches:,} batches before it")
    column = f".{drift.column}" if drift.column else ""
    title = f"{name}{column}: {described(drift)}; ask what happened, or add an expectation"
    held = [
        Evidence(f"quarantine, batch {batch.id}", "; ".join(batch.broken)) for batch in quarantined[-1:] if batch.broken
    ]
    return _drift_proposal(seen, key, drift.column, (f"{drift.what} {drift.batch}", title), (why, *held))


def _drift_proposal(
    seen: ProjectEvidence, key: str, column: str | None, about: tuple[str, str], why: tuple[Evidence, ...]
) -> Proposal:
    """about: the proposal's meaning and title."""
    meaning, title = about
    columns = [column] if column else [name for name in seen.graph.nodes[key].columns or () if not name.startswith("_")]
    dependents = dependents_of(seen.graph, [ColumnName(key, each) for each in columns])
    return Proposal(
        kind=ProposalKind.FOLLOW,
        subject=(f"{key}.{column}" if column else key,),
        meaning=meaning,
        title=title,
        evidence=(*why, Evidence("lineage", dependents.told())),
        gain=Gain(use_cases=len(dependents.use_cases)),
        risk="A season, a holiday or a correction may be the whole reason.",
        ask=(*declared_owner(seen, key), *dependents.owners),
    )
