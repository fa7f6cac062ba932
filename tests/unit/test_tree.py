"""The house rules that a machine can hold: mirrored folders, grains, types, keys, names, small files."""

import re
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import REPOSITORY

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # written in C, it is ten times as fast
UNITS = (
    "_id",
    "_upc",
    "_number",
    "_count",
    "_quantity",
    "_gal",
    "_usd",
    "_days",
    "_weeks",
    "_share",
    "_rate",
    "_ratio",
)
UNITS += ("_quintile", "_score")
NAMED_BY_TYPE = {
    "date": re.compile(r".+_date$|^date_day$"),
    "timestamp": re.compile(r".+_at$"),
    "boolean": re.compile(r"^(is|has)_.+"),
}
NUMERIC = re.compile(r"^(bigint|numeric.*)$")
MAX_LINES = 160
PROJECT = {
    "packages.yml",
    "package-lock.yml",
    "models",
    "seeds",
    "snapshots",
    "macros",
    "expectations",
    "docs",
    "tests",
    "dbt_project.yml",
    "profiles.yml",
}
PYTHON = {"src", "bench", "pyproject.toml", "constraints.txt", "Makefile"}
PEOPLE = {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE"}
SETTINGS = {".ci", ".git", ".gitignore", ".pre-commit-config.yaml", ".sqlfluff"}
TOP = PROJECT | PYTHON | PEOPLE | SETTINGS | {"data"}


def files(folder: str, pattern: str) -> list[Path]:
    return sorted((REPOSITORY / folder).rglob(pattern))


@cache
def declared() -> dict[str, dict[str, Any]]:
    """Every model, seed and snapshot that a contract declares, by name."""
    found: dict[str, dict[str, Any]] = {}
    for path in files("expectations", "*.yml"):
        document = yaml.load(path.read_text(), Loader)  # noqa: S506 - both are safe
        for kind in ("models", "seeds", "snapshots"):
            for entry in document.get(kind, []):
                assert entry["name"] not in found, f"{path}: {entry['name']} is declared twice"
                found[entry["name"]] = entry | {"kind": kind, "path": path}
    return found


def promises_of(thing: dict[str, Any]) -> set[str]:
    return {test if isinstance(test, str) else next(iter(test)) for test in thing.get("data_tests", [])}


def models() -> list[str]:
    return [path.stem for path in files("models", "*.sql")]


def all_columns() -> list[tuple[str, str, str]]:
    return [
        (name, column["name"], column["data_type"])
        for name, entry in declared().items()
        if entry["kind"] == "models"
        for column in entry["columns"]
    ]


def test_the_top_of_the_tree_is_the_one_that_was_designed() -> None:
    ignored = (REPOSITORY / ".gitignore").read_text().split()
    here = {path.name for path in REPOSITORY.iterdir()}

    assert {name for name in here if not any(fnmatch(name, pattern.rstrip("/")) for pattern in ignored)} == TOP


@pytest.mark.parametrize("model", models())
def test_a_model_its_contract_and_its_page_lie_in_the_same_place(model: str) -> None:
    (sql,) = files("models", f"{model}.sql")
    place = sql.relative_to(REPOSITORY / "models").with_suffix("")

    assert (REPOSITORY / "expectations" / place.with_suffix(".yml")).is_file()
    page = REPOSITORY / "docs" / place.with_suffix(".md")
    assert f"{{% docs {model} %}}" in page.read_text()


@pytest.mark.parametrize("name", sorted(declared()))
def test_the_first_line_of_a_page_states_the_grain(name: str) -> None:
    block = re.search(rf"{{% docs {name} %}}\s*(.+)", "\n".join(p.read_text() for p in files("docs", "*.md")))

    assert block, f"no doc block {name}"
    assert block[1].startswith("One row per "), f"{name}: {block[1]}"
    assert declared()[name]["description"] == f"{{{{ doc('{name}') }}}}"


@pytest.mark.parametrize("name", sorted(declared()))
def test_every_column_has_a_type_and_a_description(name: str) -> None:
    entry = declared()[name]
    for column in entry["columns"]:
        assert column.get("description", "").strip(), f"{entry['path']}: {name}.{column['name']} has no description"
        assert column.get("data_type", "").strip(), f"{entry['path']}: {name}.{column['name']} has no data_type"


@pytest.mark.parametrize("name", [name for name in sorted(declared()) if not name.startswith("stg_")])
def test_every_relation_promises_that_its_key_is_unique(name: str) -> None:
    entry = declared()[name]
    promised = promises_of(entry) | {test for column in entry["columns"] for test in promises_of(column)}

    assert promised & {"unique", "ribbon.expect_grain"}, f"{entry['path']}: {name}"


KEYS = {f"{dimension}_id": f"dim_{dimension}" for dimension in ("household", "product", "store", "campaign")}


@pytest.mark.parametrize("name", [name for name in models() if name.startswith(("fct_", "bridge_"))])
def test_every_foreign_key_of_a_fact_is_a_promise(name: str) -> None:
    entry = declared()[name]
    for column in entry["columns"]:
        if column["name"] in KEYS:
            assert "relationships" in promises_of(column), f"{entry['path']}: {column['name']}"


STAGING = REPOSITORY / "models/warehouse/staging"
READS = re.compile(r"\{\{ (?:\w+\()?(?:ref|source)\(")
IMPORT = re.compile(r"\w+ as \(\n    select \*\s+from \{\{ [^{}]+ \}\}(?: as \w+)?(?:\n    where\b.*)?", re.DOTALL)


def sources() -> list[tuple[str, str]]:
    """System and name of every table that a contract of the lake declares."""
    return [
        (source["name"], table["name"])
        for path in files("expectations/lake", "*.yml")
        for source in yaml.safe_load(path.read_text())["sources"]
        for table in source["tables"]
    ]


@pytest.mark.parametrize(("system", "table"), sources())
def test_the_only_reader_of_a_table_of_the_lake_is_its_staging_model(system: str, table: str) -> None:
    call = re.compile(rf"source\(\s*['\"]{system}['\"]\s*,\s*['\"]{table}['\"]\s*\)")
    readers = [path for path in files("models", "*.sql") + files("snapshots", "*.sql") if call.search(path.read_text())]

    assert readers == [STAGING / system / f"stg_{system}__{table}.sql"]


@pytest.mark.parametrize("path", files("models", "*.sql"), ids=lambda path: path.stem)
def test_a_model_imports_first_and_ends_with_its_last_cte(path: Path) -> None:
    """`imports → logic → select * from <last cte>`: what a model reads stands at its top, and nowhere else."""
    text = re.sub(r"^--.*\n", "", re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL), flags=re.MULTILINE)
    head, _, body = text.partition("with\n\n")
    *ctes, last = re.split(r"\n\),?\n\n", body)
    imports = [IMPORT.fullmatch(cte) is not None for cte in ctes]

    assert imports[0], f"{path}: it starts with what it reads"
    assert imports == sorted(imports, reverse=True), f"{path}: an import comes after logic"
    logic = [head, *(cte for cte, imported in zip(ctes, imports, strict=True) if not imported)]
    assert not any(map(READS.search, logic)), f"{path}: logic reads what no import names"
    assert last.strip() == f"select * from {ctes[-1].split(' as (')[0]}"


@pytest.mark.parametrize(("model", "column", "data_type"), all_columns())
def test_a_columns_name_tells_its_unit(model: str, column: str, data_type: str) -> None:
    if column.startswith("_"):
        return
    if data_type in NAMED_BY_TYPE:
        assert NAMED_BY_TYPE[data_type].match(column), f"{model}.{column} is a {data_type}"
    elif NUMERIC.match(data_type):
        assert column.endswith(UNITS), f"{model}.{column} is a {data_type} without a unit"
    else:
        assert data_type == "string", f"{model}.{column}: {data_type} is no type that both engines have"


@pytest.mark.parametrize("path", files("models", "*.sql") + files("macros", "*.sql"), ids=lambda path: path.stem)
def test_sql_files_are_small_and_their_lines_short(path: Path) -> None:
    lines = path.read_text().splitlines()

    assert len(lines) <= MAX_LINES, path
    assert max(map(len, lines)) <= 130, path


@pytest.mark.parametrize("path", files("models", "*.sql"), ids=lambda path: path.stem)
def test_models_leave_the_difference_between_engines_to_macros(path: Path) -> None:
    text = path.read_text()

    for engine_only in ("target.type", "::", " filter (where", "select * exclude", "adapter.dispatch"):
        assert engine_only not in text.lower(), f"{path}: {engine_only}"


@pytest.mark.parametrize("path", files("macros", "*.sql"), ids=lambda path: path.stem)
def test_a_macro_says_what_it_is_and_names_no_model(path: Path) -> None:
    text = path.read_text()

    assert text.startswith("{#-"), f"{path}: the file starts with what its macro is for"
    for model in models():
        assert not re.search(rf"\b{model}\b", text), f"{path} names {model}"


def unit_tests() -> list[tuple[str, str, list[str]]]:
    """Each unit test with its model and the relations that it gives."""
    return [
        (test["name"], test["model"], [each["input"] for each in test["given"]])
        for path in files("expectations", "*.yml")
        for test in yaml.load(path.read_text(), Loader).get("unit_tests", [])  # noqa: S506 - both are safe
    ]


@pytest.mark.parametrize(
    ("name", "model", "given"), unit_tests(), ids=lambda each: each if isinstance(each, str) else ""
)
def test_a_unit_test_gives_only_what_its_model_reads(name: str, model: str, given: list[str]) -> None:
    """Of anything else dbt 2 asks the database for columns, before it is built."""
    (sql,) = files("models", f"{model}.sql")
    text = sql.read_text()

    assert [each for each in given if each != "this" and each not in text] == [], name


@pytest.mark.parametrize("path", sorted((REPOSITORY / "expectations/mart").iterdir()), ids=lambda path: path.name)
def test_every_use_case_says_who_it_serves_and_which_decision(path: Path) -> None:
    document = yaml.safe_load((path / "_use_case.yml").read_text())
    (group,) = document["groups"]

    assert group["name"] == path.name
    assert group["owner"]["name"]
    assert group["owner"]["email"]
    assert group["description"]
    assert all(group["config"]["meta"][key] for key in ("stage", "audience", "decision"))
    exposed = {ref for exposure in document["exposures"] for ref in exposure["depends_on"]}
    assert exposed == {f"ref('{model.stem}')" for model in (REPOSITORY / "models/mart" / path.name).glob("*.sql")}
    assert all(exposure["url"] and exposure["description"] for exposure in document["exposures"])
