"""What Ribbon's own commands take from dbt's manifest."""

from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.project import read_project
from tests.manifests import data_test, source, write_manifest

SALES, STORES = "source.shop.till.sales", "source.shop.till.stores"


def test_a_relationship_between_sources_is_measured_on_the_one_that_it_is_attached_to(tmp_path: Path) -> None:
    model = "{{ get_where_subquery(source('till', 'sales')) }}"
    held = data_test("relationships", "sales", "store", attached_node=None, reads=[STORES, SALES])
    held["test_metadata"]["kwargs"] |= {"model": model, "to": "source('till', 'stores')", "field": "id"}
    nodes = [held, source("till", "sales"), source("till", "stores")]
    manifest = read_project(ProjectPaths(tmp_path, tmp_path / "data"), write_manifest(tmp_path / "target", nodes))

    assert (manifest.tests.ids(SALES), manifest.tests.ids(STORES)) == ((held["unique_id"],), ())
