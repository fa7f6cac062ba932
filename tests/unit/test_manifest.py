"""What Ribbon's own commands take from dbt's manifest."""

from ribbon.dbt.manifest import Manifest
from tests.manifests import data_test, source

SALES, STORES = "source.shop.till.sales", "source.shop.till.stores"


def test_a_relationship_between_sources_is_measured_on_the_one_that_it_is_attached_to() -> None:
    model = "{{ get_where_subquery(source('till', 'sales')) }}"
    held = data_test("relationships", "sales", "store", attached_node=None, reads=[STORES, SALES])
    held["test_metadata"]["kwargs"] |= {"model": model, "to": "source('till', 'stores')", "field": "id"}
    manifest = Manifest(
        {
            "nodes": {held["unique_id"]: held},
            "sources": {SALES: source("till", "sales"), STORES: source("till", "stores")},
        }
    )

    assert (manifest.tests_of(SALES), manifest.tests_of(STORES)) == ((held["unique_id"],), ())
