"""The test of a model that is gone belongs to nothing, whatever else it reads."""

import pytest

from ribbon.project.data_tests import _named


@pytest.mark.parametrize(
    ("model", "read", "measured"),
    [
        ("ref('gone')", ["model.mini.orders"], ()),
        ("ref('orders')", ["model.mini.days", "model.mini.orders"], ("model.mini.orders",)),
        ("ref('orders', v=2)", ["model.mini.days", "model.mini.orders.v2"], ("model.mini.orders.v2",)),
        ("source('shop', 'gone')", ["model.mini.orders"], ()),
        ("", ["model.mini.orders"], ("model.mini.orders",)),
    ],
)
def test_a_test_measures_what_its_model_names(model: str, read: list[str], measured: tuple[str, ...]) -> None:
    assert _named(f"{{{{ get_where_subquery({model}) }}}}" if model else "", read) == measured
