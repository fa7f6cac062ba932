"""Lineage is executed: whatever changes when a source column is changed is what lineage names, and nothing else.

The queries are the same on every machine; LINEAGE_EXAMPLES=3000 draws that many, and others each time.
"""

import os
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, assume, find, given, note, settings

from ribbon.model import QueryLineage
from ribbon.sql.lineage import analyse
from ribbon.sql.tables import Table, Tables
from tests.lineage.generated_sql import Generated, queries
from tests.lineage.judging import TOO_MUCH, Analysis, Said, disagreements
from tests.lineage.mutants import MUTANTS
from tests.lineage.source_tables import TABLES, TYPES
from tests.lineage.versions import Versions

MORE = os.environ.get("LINEAGE_EXAMPLES")
LOOKS = 60 if MORE else 6
UNSHOWN = 1 / 50  # of all claims
drawn = settings(
    max_examples=int(MORE or 50),
    derandomize=MORE is None,
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink) if MORE else (Phase.generate,),  # to shrink takes minutes
    suppress_health_check=list(HealthCheck),  # a busy machine draws slowly, which is no finding
)
KNOWN = Tables(
    Table(name, [name], {column: TYPES[kind] for column, kind in columns.items()}) for name, columns in TABLES.items()
)


def said_by_ribbon(sql: str) -> QueryLineage:
    return analyse(sql, "duckdb", KNOWN)


@pytest.fixture(scope="module")
def versions() -> Iterator[Versions]:
    with Versions() as opened:
        yield opened


def test_what_changes_is_what_lineage_names(versions: Versions) -> None:
    """A claim can be right and never show, as when two conditions say the same; for these, a few are let be."""
    unshown, claims = _unshown(said_by_ribbon, versions, drawn)
    assert len(unshown) <= claims * UNSHOWN, "\n".join(unshown)


def test_an_analysis_that_claims_too_much_is_above_what_may_stay_unshown(versions: Versions) -> None:
    """One origin too many in each query; a few queries do, for it takes long to see that nothing changes."""
    few = settings(drawn, max_examples=5, derandomize=True, phases=(Phase.generate,))
    unshown, claims = _unshown(MUTANTS["adds an origin"](said_by_ribbon), versions, few)
    assert len(unshown) > claims * UNSHOWN


def _unshown(analysis: Analysis, versions: Versions, how_many: settings) -> tuple[list[str], int]:
    """The claims that never show, and how many claims there are; fails where anything else is wrong."""
    unshown: list[str] = []
    claims = 0

    @how_many
    @given(query=queries())
    def holds(query: Generated) -> None:
        nonlocal claims
        note(query.plain)
        assume(_runs(query, versions))
        found = disagreements(query, analysis, versions, LOOKS)
        assert [each for each in found if not each.startswith(TOO_MUCH)] == []
        unshown.extend(f"{each} in {query.plain}" for each in found)
        claims += Said.by(analysis(query.plain)).claims

    holds()
    return unshown, claims


@drawn
@given(query=queries())
def test_the_tracked_reading_gives_back_what_the_plain_one_does(query: Generated, versions: Versions) -> None:
    assume(query.tie_free and _runs(query, versions))
    found = sorted(repr(row[:-1]) for row in versions.drawn(query.tracked, 0))
    assert found == sorted(map(repr, versions.drawn_bare(query.plain, 0)))


@pytest.mark.parametrize("fault", sorted(MUTANTS))
def test_a_faulty_analysis_is_found_out(fault: str, versions: Versions) -> None:
    mutant = MUTANTS[fault](said_by_ribbon)
    quickly = settings(drawn, max_examples=1000, derandomize=True, phases=(Phase.generate,))
    find(queries(), lambda query: _is_found_out(query, mutant, versions), settings=quickly)


def _is_found_out(query: Generated, mutant: Analysis, versions: Versions) -> bool:
    """Only by what sets it apart: whatever is said of Ribbon's own analysis is another test's."""
    apart = Said.by(mutant(query.plain)).apart_from(Said.by(said_by_ribbon(query.plain)))
    if not apart or not _runs(query, versions):
        return False
    found = disagreements(query, mutant, versions, about=apart)
    return bool(found) and not disagreements(query, said_by_ribbon, versions, about=apart)


def _runs(query: Generated, versions: Versions) -> bool:
    """DuckDB cannot flatten every correlated sub-query."""
    try:
        versions.drawn(query.rows, 0)
    except duckdb.NotImplementedException:
        return False
    return True
