"""The lineage of the reference project, executed: a source column is changed, and what changes is what lineage names.

The compiled models run in memory over a few hundred rows of each table; each column of a source or seed is changed in
half a dozen ways.
"""

import pytest

from ribbon.lineage import LineageGraph, load_lineage
from ribbon.model import ColumnName
from tests.conftest import Workshop
from tests.lineage.closures import Closures
from tests.lineage.reference_judging import Claims, complaints, made_from
from tests.lineage.reference_project import ReferenceProject

LAKE = "source.grocery.complete_journey"
INPUTS = [
    *(f"{LAKE}.{table}" for table in ("transactions", "promotions", "products", "demographics", "campaigns")),
    *(f"{LAKE}.{table}" for table in ("campaign_descriptions", "coupons", "coupon_redemptions")),
    *(f"seed.grocery.{table}" for table in ("display_location", "mailer_location", "package_unit")),
]


@pytest.fixture(scope="module")
def graph(compiled: Workshop) -> LineageGraph:
    return load_lineage(compiled.project, compiled.target, build_file=compiled.data / "build.duckdb", workers=1)


@pytest.fixture(scope="module")
def project(compiled: Workshop, graph: LineageGraph) -> ReferenceProject:
    return ReferenceProject(graph, compiled.data / "build.duckdb")


@pytest.fixture(scope="module")
def closures(graph: LineageGraph) -> Closures:
    return Closures(graph)


def test_every_model_of_the_sample_has_rows(project: ReferenceProject) -> None:
    assert [key for key in project.nodes if project.row_count(key) == 0] == []


def test_every_input_is_changed(project: ReferenceProject) -> None:
    assert sorted(project.inputs) == sorted(INPUTS)


def test_nothing_is_unresolved(graph: LineageGraph) -> None:
    assert dict(graph.unresolved) == {}


def test_lineage_has_the_columns_that_the_queries_give_back(graph: LineageGraph, project: ReferenceProject) -> None:
    models = [key for key in project.nodes if key not in project.inputs]
    named = {key: [column.name for column in graph.nodes[key].lineage.columns] for key in models}
    assert named == {key: list(project.columns(key)) for key in models}


@pytest.mark.parametrize("relation", INPUTS)
def test_what_changes_is_what_lineage_names(project: ReferenceProject, closures: Closures, relation: str) -> None:
    columns = [ColumnName(relation, name) for name in project.columns(relation)]
    found = {each: complaints(each, project, made_from(each, project, closures)) for each in columns}
    assert {column: said for column, said in found.items() if said} == {}


def test_a_missing_origin_and_one_too_much_are_found(project: ReferenceProject, closures: Closures) -> None:
    source = ColumnName(f"{LAKE}.demographics", "income")
    named = made_from(source, project, closures)
    income, age = (ColumnName("model.grocery.dim_household", name) for name in ("income_band", "age_band"))
    assert complaints(source, project, Claims(named.columns - {income}, named.relations)) == [
        f"missing: {income} from {source}"
    ]
    assert complaints(source, project, Claims(named.columns | {age}, named.relations)) == [
        f"too much: {age} from {source}"
    ]
