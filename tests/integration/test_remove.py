"""`ribbon remove`: the project is what it was before Ribbon came, and what people wrote since stays."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ribbon.cli.main import main
from ribbon.scaffold.wrappers import materializations, schema_rule
from tests.conftest import Workshop, edit, write_files
from tests.integration.test_init import JAFFLE, init, refused, texts


def remove(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["remove", "--project-dir", str(folder), *words])


def tree(folder: Path) -> dict[str, bytes | None]:
    """Every file of a folder with its bytes, and every folder."""
    folders = {f"{path.relative_to(folder)}/": None for path in folder.rglob("*") if path.is_dir()}
    return {**folders, **texts(folder)}


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    folder = tmp_path / "jaffle"
    write_files(folder, JAFFLE)
    return folder


LAYOUTS: dict[str, dict[str, str]] = {
    "no list of packages": {},
    "no macros": {
        "dbt_project.yml": "name: shop\nmacro-paths: [dbt/own/macros]\n",
        "models/marts/customers.sql": "select 1 as customer_id\n",
    },
    "nested macros": {"dbt_project.yml": "name: shop\nmacro-paths: [dbt/own, macros]\n", "dbt/own/a.sql": "\n"},
    "packages": {
        "packages.yml": "# ours\npackages:\n  # why\n  - package: a/b\n    version: 1.0.0 # pinned\n\n# end\n"
    },
    "packages without a last line end": {"packages.yml": "packages:\n- package: a/b\n  version: 1.0.0"},
    "packages with CRLF": {"packages.yml": "packages:\r\n  - {package: a/b, version: 1.0.0}\r\n\r\n\r\n"},
    "packages in brackets": {"packages.yml": "packages: [{package: a/b, version: 1.0.0}]  # one\n"},
    "packages without any": {"packages.yml": "packages:\n"},
    "packages of none": {"packages.yml": "packages: []\r\n"},
    "only a comment": {"packages.yml": "# none yet\n\n\n"},
    "an empty file": {"packages.yml": ""},
    "a byte order mark": {"packages.yml": "\ufeffpackages:\n  - {package: a/b, version: 1.0.0}\n"},
    "dependencies": {
        "dependencies.yml": "projects: [{name: up}]\npackages:\n  - {package: a/b, version: 1.0.0}\n\n# end\n",
        "packages.yml": "# moved\n",
    },
    "a lock": {
        "packages.yml": "packages:\n  - {package: a/b, version: 1.0.0}\n",
        "package-lock.yml": "packages:\n  - name: b\n    package: a/b\n    version: 1.0.0\nsha1_hash: 0a1b\n",
        "dbt_packages/b/dbt_project.yml": "name: b\n",
    },
    "packages elsewhere": {"dbt_project.yml": "name: shop\npackages-install-path: deps/dbt\n"},
}


@pytest.mark.parametrize("options", [(), ("--bare-names",)], ids=["prefix", "bare names"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_project_is_byte_for_byte_what_it_was(theirs: Path, layout: str, options: tuple[str, ...]) -> None:
    write_files(theirs, LAYOUTS[layout])
    before = tree(theirs)
    for words in (("--existing", *options), ("--upgrade",), ("--existing",)):
        ended = init(*words, theirs)
        assert ended.exit_code == 0, ended.output
    assert tree(theirs) != before

    ended = remove(theirs)

    assert ended.exit_code == 0, ended.output
    assert tree(theirs) == before


def test_a_dry_run_shows_what_goes_and_changes_nothing(theirs: Path) -> None:
    init("--existing", theirs)
    before = tree(theirs)

    ended = remove(theirs, "--dry-run")

    assert ended.exit_code == 0, ended.output
    assert tree(theirs) == before
    for line in ("packages/ribbon/", "dbt_packages/ribbon", "macros/ribbon.sql", "packages.yml"):
        assert f"  delete  {line}\n" in ended.output
    assert json.loads(remove(theirs, "--dry-run", "--json").output)["deleted"] == [
        "packages/ribbon",
        "dbt_packages/ribbon",
        "macros/ribbon.sql",
        "packages.yml",
    ]


def test_what_was_written_since_stays(theirs: Path) -> None:
    lock = "packages:\n  - name: b\n    package: a/b\n    version: 1.0.0\n"
    ours = "  - local: packages/ribbon\n    name: ribbon\nsha1_hash: 0a1b\n"
    write_files(theirs, {"packages.yml": "packages:\n  - package: a/b\n    version: 1.0.0\n"})
    init("--existing", theirs)
    listed = (theirs / "packages.yml").read_text()
    own = "{% macro own(x) %}{{ x }}{% endmacro %}\n"
    write_files(
        theirs,
        {
            "packages.yml": listed + "  # mine\n  - package: c/d\n    version: 2.0.0\n",
            "package-lock.yml": lock + ours,
            "macros/ribbon.sql": (theirs / "macros/ribbon.sql").read_text() + "\n" + own,
            "macros/later.sql": "{% macro later() %}{% endmacro %}\n",
            "packages/mine/dbt_project.yml": "name: mine\n",
        },
    )

    ended = remove(theirs)

    assert ended.exit_code == 0, ended.output
    assert "  change  macros/ribbon.sql: without Ribbon's macros; what you wrote stays" in ended.output
    now = texts(theirs)
    assert now.keys() - JAFFLE.keys() == {
        "packages.yml",
        "package-lock.yml",
        "macros/ribbon.sql",
        "macros/later.sql",
        "packages/mine/dbt_project.yml",
    }
    assert now["packages.yml"].decode() == (
        "packages:\n  - package: a/b\n    version: 1.0.0\n  # mine\n  - package: c/d\n    version: 2.0.0\n"
    )
    assert now["package-lock.yml"].decode() == lock + "sha1_hash: 0a1b\n"
    assert now["macros/ribbon.sql"].decode() == own


def test_the_lock_that_deps_wrote_goes_with_its_last_package(theirs: Path) -> None:
    init("--existing", theirs)
    write_files(theirs, {"package-lock.yml": "packages:\n  - local: packages/ribbon\n    name: ribbon\nsha1_hash: 0\n"})

    assert remove(theirs).exit_code == 0

    assert texts(theirs).keys() == JAFFLE.keys()


def test_a_package_from_git_goes_with_its_entry(theirs: Path) -> None:
    git = "  - {git: 'https://example.com/data.git', subdirectory: macros/ribbon, revision: '0.2.0'}\n"
    other = "packages:\n  - {package: a/ribbons, version: 1.0.0}\n"
    write_files(theirs, {"packages.yml": other + git, "dbt_packages/ribbon/dbt_project.yml": "name: ribbon\n"})
    init("--existing", theirs)

    ended = remove(theirs)

    assert ended.exit_code == 0, ended.output
    assert texts(theirs) == {name: text.encode() for name, text in (JAFFLE | {"packages.yml": other}).items()}


NEEDED = {
    "models/marts/needs.yml": """\
models:
  - name: report
    # ribbon.expect_grain would do, too
    description: see ribbon.runs
    data_tests:
      - ribbon.expect_grain: {arguments: {columns: [orders]}}
      - {name: same, test_name: expect_grain}
    columns:
      - name: orders
        data_tests:
          - not_null: {config: {meta: {on_unexpected: quarantine}}}
sources:
  - name: shop
    tables: [{name: items, config: {meta: {delivery: append, from: files}}}]
""",
    "models/marts/needs.sql": "{# ribbon.ratio(1, 2) #}\nselect\n  {{ ribbon.ratio('a', 'b') }} as c,\n"
    "  ribbon.color, {{ ratio(1, 2) }}, {{ ref('ribbon') }}\nfrom ribbon\n",
}
PLACES = [
    "models/marts/needs.sql:3: ribbon.ratio",
    "models/marts/needs.sql:4: ratio",
    "models/marts/needs.yml:6: ribbon.expect_grain",
    "models/marts/needs.yml:7: expect_grain",
    "models/marts/needs.yml:11: on_unexpected: quarantine",
    "models/marts/needs.yml:14: delivery: append",
]


def test_what_needs_ribbon_is_listed_and_nothing_is_removed(theirs: Path) -> None:
    init("--existing", "--bare-names", theirs)
    write_files(theirs, NEEDED)
    edit_hooks(theirs)
    before = tree(theirs)

    ended = remove(theirs)

    refused(ended, "the project still needs Ribbon", "needed in 7 places:", "dbt_project.yml:10: ribbon.check_layers")
    assert [line.strip() for line in ended.output.splitlines() if line.startswith("  models")] == PLACES
    assert tree(theirs) == before


def test_yaml_that_dbt_cannot_read_either_is_left_out(theirs: Path) -> None:
    init("--existing", theirs)
    write_files(theirs, {"models/broken.yml": "a: [", "models/endless.yml": "a: &a [*a]\n"})

    assert remove(theirs).exit_code == 0


def test_force_removes_ribbon_all_the_same(theirs: Path) -> None:
    init("--existing", "--bare-names", theirs)
    write_files(theirs, NEEDED)
    mine = "{#- mine -#}\n{% macro own() %}{{ ribbon.ratio(1, 2) }}{% endmacro %}\n"
    write_files(theirs, {"macros/ribbon.sql": mine + (theirs / "macros/ribbon.sql").read_text()})
    write_files(theirs, {"packages/ribbon/own.sql": ""})

    ended = remove(theirs, "--force")

    assert ended.exit_code == 0, ended.output
    assert "These still need it" in ended.output
    assert "  macros/ribbon.sql:2: ribbon.ratio" in ended.output
    assert texts(theirs) == {
        name: text.encode() for name, text in (JAFFLE | NEEDED | {"macros/ribbon.sql": mine}).items()
    }


def test_files_of_the_package_that_were_edited_are_named_first(theirs: Path) -> None:
    init("--existing", theirs)
    write_files(theirs, {"packages/ribbon/gate/gate.sql": "{#- mine -#}\n"})
    before = tree(theirs)

    refused(remove(theirs), "packages/ribbon: gate/gate.sql: edited by hand", "--force")

    assert tree(theirs) == before


def test_the_rule_of_schemas_goes_too(theirs: Path) -> None:
    init("--existing", theirs)
    write_files(theirs, {"macros/generate_schema_name.sql": schema_rule()})

    ended = remove(theirs)

    assert "dbt's own rule of schemas applies from now on" in ended.output
    assert texts(theirs).keys() == JAFFLE.keys()


def test_a_wrapper_of_theirs_is_not_ours(theirs: Path) -> None:
    own = materializations().split("#}", 1)[1]
    write_files(
        theirs, {"macros/own.sql": own, "packages.yml": "packages:\n  - {package: a/ribbon-tools, version: 1.0.0}\n"}
    )
    before = tree(theirs)

    refused(remove(theirs), "Ribbon is not in this project")

    assert tree(theirs) == before


def test_there_is_nothing_to_remove_without_ribbon(theirs: Path) -> None:
    refused(remove(theirs), "Ribbon is not in this project")


def test_plain_dbt_builds_after_ribbon_as_before_it(theirs: Path, tmp_path: Path) -> None:
    """dbt's partial parse still has the hooks of a package that is gone, so it goes too."""
    shop = Workshop(theirs, tmp_path / "data", tmp_path / "target")
    shop.data.mkdir()
    before = texts(theirs)
    assert init("--existing", theirs).exit_code == 0
    quarantined = "data_tests: [{unique: {config: {meta: {on_unexpected: quarantine}}}}]"
    ids = "columns: [{name: customer_id, "
    edit(shop, "models/marts/schema.yml", f"{ids}data_tests: [unique, not_null]", f"{ids}{quarantined}")
    edit(shop, "models/marts/customers.sql", "group by 1", "group by 1 union all select 1, 1, 1")
    assert shop.dbt("build").exit_code == 0
    assert shop.dbt("deps").exit_code == 0
    write_files(theirs, {name: before[name].decode() for name in before if name.startswith("models/marts")})

    ended = shop.ribbon("remove")

    assert ended.exit_code == 0, ended.err
    (theirs / ".user.yml").unlink()
    assert texts(theirs) == before
    assert "main_ribbon: the history of 1 run" in ended.out
    assert "main.customers__quarantine: 2 quarantined rows, in no model" in ended.out
    drop = 'drop schema "main_ribbon" cascade; drop table "main"."customers__quarantine"'
    assert f"To drop them: duckdb {shop.data / 'build.duckdb'} '{drop}'" in ended.out
    built = shop.dbt("build")
    assert built.exit_code == 0, built.out
    assert "ribbon" not in built.out


def edit_hooks(project: Path) -> None:
    path = project / "dbt_project.yml"
    hook = 'on-run-start:\n  - "{{ ribbon.check_layers() }}"\n'
    path.write_text(path.read_text().replace("on-run-end:", f"{hook}on-run-end:"))
