"""SQL is written from what the project's queries mean: every one of them, and with the same rows."""

from collections.abc import Iterator

import duckdb
import pytest

from ribbon.evolve.evidence.logic import load_blocks
from ribbon.evolve.evidence.project import ProjectEvidence
from ribbon.sql.canonical import Block, ExpressionQueries, logic_of, read_blocks, write
from ribbon.sql.tables import Table, Tables


def queries(seen: ProjectEvidence) -> Iterator[tuple[str, str, Block, ExpressionQueries]]:
    """Model, name, block of each query, the whole one last, and the queries inside its expressions."""
    for key, node in seen.graph.nodes.items():
        if node.project.resource_type == "model":
            blocks = load_blocks(seen.graph, key, seen.nodes.dialect)
            for name, block in blocks.named:
                yield key, name, block, blocks.expression_queries


def in_database(seen: ProjectEvidence, key: str) -> str:
    """A relation as the database calls it."""
    return ".".join(f'"{part}"' for part in seen.nodes.nodes[key].path)


def test_every_model_is_written_so_that_it_means_the_same(seen: ProjectEvidence) -> None:
    tables = Tables(Table(key, node.path, node.columns) for key, node in seen.nodes.nodes.items())
    told = 0
    for key, name, block, asked in queries(seen):
        if name:
            continue
        sql = write(block, asked, seen.nodes.dialect).naming(lambda each: in_database(seen, each))
        again = read_blocks(sql, seen.nodes.dialect, tables).named[-1][1]
        assert logic_of(again) == logic_of(block), key
        told += 1
    assert told > 70


@pytest.mark.slow
def test_every_query_can_be_written_and_every_model_that_is_has_the_same_rows(seen: ProjectEvidence) -> None:
    with duckdb.connect(str(seen.paths.build_file), read_only=True) as connection:
        connection.execute("set threads = 1")  # floats are added up in one order
        for key, name, block, asked in queries(seen):
            written = write(block, asked, seen.nodes.dialect).naming(lambda each: in_database(seen, each))
            if name:
                continue
            one, other = (f"(select * from ({sql}))" for sql in (seen.nodes.nodes[key].queries[0], written))
            both = f"(({one} except all {other}) union all ({other} except all {one}))"
            assert connection.execute(f"select count(*) from {both}").fetchone() == (0,), key
