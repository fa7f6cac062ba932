"""`ribbon doctor` names what of a project dbt 2 does not take."""

from dataclasses import replace
from pathlib import Path

import pytest

from ribbon.config import ProjectPaths
from ribbon.dbt.profiles import build_file_of
from ribbon.doctor.dbt_2 import Obstacle, allows_dbt_2, check_dbt_2, obstacles_in
from ribbon.doctor.section import Section
from ribbon.project import Project, read_project
from tests.conftest import write_files
from tests.manifests import macro, model, write_manifest

PROFILE = "shop: {target: dev, outputs: {dev: {type: duckdb, path: a.duckdb%s}}}\n"
ARGUMENTS = (
    "[WARNING][MissingArgumentsPropertyInGenericTestDeprecation]: Deprecated functionality\nFound top-level arguments"
    " to test `accepted_values` defined on 'orders' in package '{}' (models/orders.yml). Arguments to generic tests"
    " should be nested under the `arguments` property."
)
KEY = (
    "[WARNING][CustomKeyInConfigDeprecation]: Deprecated functionality\nCustom key `owner` found in `config` at path"
    " `models[0].config` in file `models/orders.yml`. Custom config keys should move into the `config.meta`."
)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DBT_TARGET", "DBT_PROFILES_DIR", "DBT_TARGET_PATH", "RIBBON_DBT"):
        monkeypatch.delenv(name, raising=False)
    write_files(tmp_path, {"dbt_project.yml": "name: shop\nprofile: shop\n", "profiles.yml": PROFILE % ""})
    return tmp_path


def read(shop: Path, *nodes: dict[str, object], macros: tuple[dict[str, object], ...] = (), **metadata: str) -> Project:
    paths = ProjectPaths.find(shop, None)
    paths = replace(paths, database=build_file_of(paths))
    return read_project(paths, write_manifest(paths.target_dir, nodes, macros=macros, **metadata))


def found(section: Section) -> list[tuple[str, str]]:
    return [(each["where"], each["what"]) for each in section.document["obstacles"]]


def test_a_project_without_obstacles_says_who_judges_better(shop: Path) -> None:
    section = check_dbt_2(read(shop, model("orders"), dbt_version="1.11.16"), [])

    assert section.facts == [
        "nothing known keeps this project from dbt 2",
        "dbt 2 is the better judge: `RIBBON_DBT=<its program> ribbon doctor`",
    ]
    assert section.document == {"runs_on_dbt_2": False, "obstacles": []}


def test_each_obstacle_names_its_place_and_its_remedy(shop: Path) -> None:
    nodes = [
        model("forecast", language="python"),
        model("quick", config={"indexes": [{"columns": ["id"]}]}),
        model("shared", config={"grants": {"select": ["ann"]}}),
        model("plain", config={"indexes": [], "grants": {}}),
        model("kept", materialized="materialized_view"),
    ]

    section = check_dbt_2(read(shop, *nodes, dbt_version="1.11.16"), [])

    assert found(section) == [
        ("models/forecast.sql", "a model in Python, which dbt 2 does not run on DuckDB"),
        ("models/quick.sql", "indexes, at which dbt 2 ends on DuckDB"),
        ("models/shared.sql", "grants, at which dbt 2 ends on DuckDB"),
        ("models/kept.sql", "a materialized view, which DuckDB does not have"),
    ]
    assert section.facts[:3] == [
        "4 things keep this project from dbt 2",
        "    1: a model in Python, which dbt 2 does not run on DuckDB: models/forecast.sql",
        "    Remedy: write it in SQL.",
    ]
    assert section.findings == []


def test_on_dbt_2_an_obstacle_is_a_warning(shop: Path) -> None:
    section = check_dbt_2(read(shop, model("forecast", language="python"), dbt_version="2.0.0-alpha.4"), [])

    assert section.facts == ["dbt 2 parses this project"]
    (finding,) = section.findings
    assert (finding.where, finding.remedy) == ("models/forecast.sql", "write it in SQL")
    assert not section.broken


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("modules.itertools.chain([1], [2])", "modules.itertools"),
        ("context['of_' ~ name]()", "a look-up in `context`"),
        ("1 if 'of_a' in context else 2", "a look-up in `context`"),
        ("context.get('of_a')", "a look-up in `context`"),
        ("builtins.var('days')", "a builtin other than"),
        ("builtins.ref('a')", None),
        ("model.context.name", None),
        ("modules.datetime.date.today()", None),
    ],
)
def test_jinja_that_means_something_else_on_dbt_2_is_found(shop: Path, code: str, what: str | None) -> None:
    text = f"{{% macro of(name) %}}{{{{ {code} }}}}{{% endmacro %}}"
    places = {
        "shop": "macros/of.sql",
        "tools": "tools/macros/of.sql",
        "dbt": None,
        "ribbon": None,
    }
    macros = tuple(macro(f"of_{name}", text, name) | {"original_file_path": "macros/of.sql"} for name in places)

    section = check_dbt_2(read(shop, model("orders", raw=f"select {{{{ {code} }}}}"), macros=macros), [])

    where = [place for place, said in found(section) if what and said.startswith(what)]
    assert where == ([*filter(None, places.values()), "models/orders.sql"] if what else [])
    assert len(found(section)) == len(where)


def test_profiles_that_dbt_2_cannot_use_are_named(shop: Path) -> None:
    more = ", plugins: [{module: excel}], extensions: [parquet, {name: spatial, repo: core}]"
    write_files(shop, {"profiles.yml": PROFILE % more})

    said = [what for _, what in found(check_dbt_2(read(shop), []))]

    assert said == [
        "an extension with its repository; dbt 2 takes names alone",
        "plugins of dbt-duckdb, which dbt 2 does not load",
    ]
    for adapter, what in (("oracle", "the adapter oracle, which"), ("bigquery", "the adapter bigquery; on dbt 2")):
        ((where, told),) = found(check_dbt_2(read(shop, adapter_type=adapter), []))
        assert where == str(shop / "profiles.yml")
        assert told.startswith(what)


@pytest.mark.parametrize(
    ("asked", "allows"),
    [
        (None, True),
        (">=1.5.0", True),
        ([">=1.11.0", "<3.0.0"], True),
        (">=1.5.0,<2.0.0", False),
        ([">=1.5.0", "<2"], False),
        ("<=1.9", False),
        ("=1.11.16", False),
        ("1.9", False),
        ([">=1.0.0", "<2.1"], True),
        ("2.0.0", True),
    ],
)
def test_whether_dbt_2_is_asked_for(asked: object, allows: bool) -> None:
    assert allows_dbt_2({"require-dbt-version": asked}) == allows


def test_packages_that_leave_dbt_2_out_are_named(shop: Path) -> None:
    write_files(shop, {"dbt_packages/tools/dbt_project.yml": 'name: tools\nrequire-dbt-version: [">=1.0", "<2.0"]\n'})

    ((where, what),) = found(check_dbt_2(read(shop), []))

    assert (where, what) == ("dbt_packages/tools/dbt_project.yml", "a require-dbt-version that leaves dbt 2 out")


def test_what_dbt_1_calls_deprecated_is_an_obstacle_where_dbt_2_refuses_it() -> None:
    other = "[WARNING][ModelParamUsageDeprecation]: Deprecated functionality\nUsage of `--models` is deprecated."

    told = list(obstacles_in([ARGUMENTS.format("shop"), ARGUMENTS.format("tools"), KEY, other, "All is well."], "shop"))

    assert [(each.where, each.what) for each in told] == [
        ("models/orders.yml", "arguments of a test that are not under `arguments`"),
        ("models/orders.yml", "a key of its own in `config`"),
    ]
    assert told[1].detail.startswith("Custom key `owner` found in `config` at path")


def test_places_of_one_obstacle_are_counted(shop: Path) -> None:
    told = [Obstacle(f"models/{name}.yml", "a key", "move it") for name in "aabcdefg"]

    section = check_dbt_2(read(shop, dbt_version="1.11.16"), told)

    assert section.facts[:2] == [
        "1 thing keeps this project from dbt 2",
        "    8: a key: models/a.yml, models/b.yml, models/c.yml, models/d.yml, models/e.yml and 2 more",
    ]
