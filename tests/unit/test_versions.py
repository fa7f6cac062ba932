"""Installed packages outside the tested ranges are warned of, and pyproject.toml bounds what Ribbon overrides."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError

import pytest

from ribbon import versions
from ribbon.versions import outside_tested_range
from tests.conftest import REPOSITORY
from tests.oldest_versions import oldest_versions

REQUIRED = [
    "click>=8.1",
    "dbt-adapters<1.25,>=1.24.5; extra == 'dbt1'",
    "duckdb<3,>=1.5.5",
    "sqlglot[c]<31,>=30",
    "dbt-core<1.12,>=1.11.16; extra == 'dbt1'",
    'dbt-bigquery<1.13,>=1.12.1; extra == "bigquery"',
]
TESTED = {
    "click": "9.0",
    "dbt-adapters": "1.24.5",
    "dbt-core": "1.11.16",
    "duckdb": "2.0.1",
    "sqlglot": "30.30.0",
    "dbt-bigquery": "1.12.9",
}


def warnings_of(monkeypatch: pytest.MonkeyPatch, **installed: str | None) -> list[str]:
    """What is warned of with these versions installed, dashes written as underscores; None is not installed."""
    found = TESTED | {name.replace("_", "-"): number for name, number in installed.items()}

    def version(name: str) -> str:
        number = found[name]
        if number is None:
            raise PackageNotFoundError(name)
        return number

    monkeypatch.setattr(versions, "requires", lambda _: REQUIRED)
    monkeypatch.setattr(versions, "version", version)
    return list(outside_tested_range())


def test_versions_in_their_ranges_are_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    assert warnings_of(monkeypatch) == []


def test_an_extra_that_is_not_installed_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    assert warnings_of(monkeypatch, dbt_bigquery=None) == []


def test_a_dbt_2_beside_ribbon_is_not_held_against_the_range_of_dbt_1(monkeypatch: pytest.MonkeyPatch) -> None:
    assert warnings_of(monkeypatch, dbt_core="2.0.0a4") == []
    assert "dbt-core 1.12.0 is installed" in warnings_of(monkeypatch, dbt_core="1.12.0")[0]


@pytest.mark.parametrize("number", ["1.25.0", "1.25", "1.25.0rc1", "1.24.4", "2.0"])
def test_a_version_outside_its_range_is_named_with_the_range(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    assert warnings_of(monkeypatch, dbt_adapters=number) == [
        f"dbt-adapters {number} is installed, but Ribbon was tested with >=1.24.5,<1.25."
        " Install it with: pip install 'dbt-adapters>=1.24.5,<1.25'"
    ]


@pytest.mark.parametrize("number", ["1.24.5", "1.24.10", "1.24.5.post1"])
def test_versions_are_compared_as_numbers(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    assert warnings_of(monkeypatch, dbt_adapters=number) == []


def test_a_requirement_with_extras_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [text.split()[0] for text in warnings_of(monkeypatch, sqlglot="31.0.0")] == ["sqlglot"]


def test_without_an_installation_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_installed(name: str) -> list[str]:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(versions, "requires", not_installed)
    assert list(outside_tested_range()) == []


def test_installing_ribbon_forces_no_dbt() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]

    assert [each for each in project["dependencies"] if each.startswith("dbt")] == []
    assert {each.split(">=")[0] for each in project["optional-dependencies"]["dbt1"]} == {
        "dbt-adapters",
        "dbt-core",
        "dbt-duckdb",
    }
    assert "dbt-ribbon[dbt1]" in project["optional-dependencies"]["bigquery"]


def test_packages_whose_insides_ribbon_relies_on_have_both_bounds() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    requirements = [*project["dependencies"], *extras["dbt1"], *extras["bigquery"]]
    bounds = {re.split(r"[\[><=]", each)[0]: each for each in requirements}

    for name in ("dbt-adapters", "dbt-core", "dbt-duckdb", "dbt-bigquery", "duckdb", "great-expectations", "sqlglot"):
        assert ">=" in bounds[name], name
        assert ",<" in bounds[name], name


def test_every_dependency_has_a_lower_end_to_be_tested_with() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    extras = [each for extra in project["optional-dependencies"].values() for each in extra]

    oldest = oldest_versions()

    assert len(oldest) == len(project["dependencies"]) + len(extras) - extras.count("dbt-ribbon[dbt1]")
    assert "sqlglot==30.30" in oldest
    assert "dbt-adapters==1.24.5" in oldest
