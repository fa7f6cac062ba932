"""Whom to ask about a relation."""

from pathlib import Path

import pytest

from ribbon.evolve.evidence.dependents import owners_of
from tests.evolve_project import Grown


@pytest.mark.parametrize(
    ("owner", "told"),
    [
        ({"name": "Data platform", "email": "data@example.com"}, ("Data platform <data@example.com>",)),
        ({"name": "Data platform"}, ("Data platform",)),
        ("ann@example.com", ("ann@example.com",)),
        (None, ()),
    ],
)
def test_an_owner_of_meta_is_told_as_people_write_to_one(tmp_path: Path, owner: object, told: tuple[str, ...]) -> None:
    shop = Grown(tmp_path)
    key = shop.model("orders", "select 1 as id", meta={"owner": owner} if owner else {})

    assert owners_of(shop.seen, key) == told
