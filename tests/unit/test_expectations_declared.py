"""What a relation declares, under one name for each meaning, so that nothing is suggested twice."""

from pathlib import Path
from typing import Any

import pytest

from ribbon.config import ProjectPaths
from ribbon.expectations.declared import declared_by, keys_of
from ribbon.project import Project, read_project
from tests.manifests import data_test, model, write_manifest

ORDERS = "model.shop.orders"


def project(folder: Path, *tests: dict[str, Any]) -> Project:
    target = write_manifest(folder / "target", [model("orders"), *tests])
    return read_project(ProjectPaths(folder, folder / "data"), target)


@pytest.mark.parametrize(
    ("name", "arguments", "kinds"),
    [
        ("expect_grain", {"columns": ["day", "shop"]}, {("grain", None), ("not_null", "day"), ("not_null", "shop")}),
        ("expect_grain", {"columns": ["day"]}, {("grain", None), ("unique", "day"), ("not_null", "day")}),
        ("expect_compound_columns_to_be_unique", {"column_list": ["day", "shop"]}, {("grain", None)}),
        ("expect_compound_columns_to_be_unique", {"column_list": ["day"]}, {("grain", None), ("unique", "day")}),
    ],
)
def test_a_grain_declares_keys_and_a_compound_key_may_be_null(
    tmp_path: Path, name: str, arguments: dict[str, Any], kinds: set[tuple[str, str | None]]
) -> None:
    declared = declared_by(project(tmp_path, data_test(name, "orders", arguments=arguments)), ORDERS)

    assert declared.kinds == kinds
    assert declared.has_key


def test_two_names_of_one_meaning_are_one_kind(tmp_path: Path) -> None:
    names = ("not_null", "expect_column_values_to_not_be_null", "unique", "expect_column_values_to_match_regex")
    found = project(tmp_path, *(data_test(name, "orders", "id") for name in names))

    assert declared_by(found, ORDERS).kinds == {("not_null", "id"), ("unique", "id"), ("regex", "id")}
    assert keys_of(found, ORDERS) == {"id"}
