"""What of a project keeps it from dbt 2, which refuses more than dbt 1 does.

Each rule here failed on dbt-core 2.0.0a4 and on Fusion 2.0.0-preview.196. What they refuse in YAML, dbt 1.11 reports as
deprecated: its own parse is asked, as it knows the schemas. Keys it checks on some adapters alone, not on DuckDB.
The better judge is a dbt 2.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ribbon.config import ProjectPaths
from ribbon.dbt.profiles import DUCKDB, output_of, profiles_file
from ribbon.dbt.runner import DBT_VARIABLE, run_dbt
from ribbon.doctor.section import Section, counted, named
from ribbon.project import Project
from ribbon.settings import read_settings
from ribbon.versions import DBT_2, release

__all__ = ["Obstacle", "check_dbt_2", "deprecated"]

_TITLE = "dbt 2"
# What profiles.yml may name as `type`.
_ADAPTERS = frozenset(
    {
        *("bigquery", "clickhouse", "databricks", "datafusion", "duckdb", "exasol", "fabric"),
        *("fdcs", "postgres", "redshift", "salesforce", "snowflake", "spark", "trino"),
    }
)
# Packages that come with dbt, or with Ribbon, which runs on both.
_SHIPPED = frozenset({"dbt", "dbt_duckdb", "dbt_bigquery", "ribbon"})

_CONFIGS = {
    "indexes": ("indexes, at which dbt 2 ends on DuckDB", "leave them out"),
    "grants": ("grants, at which dbt 2 ends on DuckDB", "leave them out; DuckDB has none"),
}
_CODE = (
    (
        re.compile(r"\bmodules\s*\.\s*itertools\b"),
        "modules.itertools, which dbt 2 does not have",
        "write the loop in Jinja",
    ),
    (
        re.compile(r"\b(?:in|not in)\s+context\b|\bcontext\s*(?:\.\s*(?:get|keys|items|values)\s*\(|\[)"),
        "a look-up in `context`, where dbt 2 takes every name for that of a macro",
        "call the macro by its name, or through `adapter.dispatch`",
    ),
    (
        re.compile(r"\bbuiltins\s*\.\s*(?!ref\b|source\b|config\b)\w+"),
        "a builtin other than ref, source and config, which dbt 2 does not have",
        "give the macro that wraps it another name, and call the builtin by its own",
    ),
)
_DEPRECATED = re.compile(r"\[(\w+)Deprecation\]: Deprecated functionality\s*(.*)", re.DOTALL)
_FILE = re.compile(r"in file `([^`]+)`|\(([^()]+\.ya?ml)\)")
_REFUSED = {
    "MissingArgumentsPropertyInGenericTest": (
        "arguments of a test that are not under `arguments`",
        "put them under `arguments`",
    ),
    "CustomKeyInObject": ("a key that dbt does not know", "move it into `config: meta`, or delete it"),
    "CustomTopLevelKey": ("a key that dbt does not know", "delete it"),
    "CustomKeyInConfig": ("a key of its own in `config`", "move it into `meta` of the `config`"),
    "MissingPlusPrefix": ("a setting without `+` before its name", "write the `+`"),
    "PropertyMovedToConfig": ("a property that belongs into `config`", "move it into `config`"),
    "UnexpectedJinjaBlock": ("a Jinja block where none belongs", "delete it"),
    "DuplicateYAMLKeys": ("a key that is there twice", "delete one of the two"),
    "GenericJSONSchemaValidation": ("a value that dbt's schema does not allow", "correct it"),
}


@dataclass(frozen=True)
class Obstacle:
    """What dbt 2 does not take. where: a file or a package. detail: in dbt's own words, if dbt said so."""

    where: str
    what: str
    remedy: str
    detail: str = ""


def check_dbt_2(project: Project, told: Sequence[Obstacle]) -> Section:
    """told: what dbt 1 calls deprecated. On dbt 1 this is information; on dbt 2 each is a warning."""
    section = Section(_TITLE)
    found = [*told, *_of_profile(project), *_of_packages(project), *_of_nodes(project), *_of_code(project)]
    groups: dict[tuple[str, str], list[str]] = {}
    for each in found:
        groups.setdefault((each.what, each.remedy), []).append(each.where)
    on_dbt_2 = release(project.artifacts.metadata.dbt_version) >= DBT_2
    if on_dbt_2:
        section.facts.append("dbt 2 parses this project")
    else:
        kinds = counted(len(groups), "thing") + (" keeps" if len(groups) == 1 else " keep")
        section.facts.append(f"{kinds if groups else 'nothing known keeps'} this project from dbt 2")
    for (what, remedy), places in groups.items():
        where = named(list(dict.fromkeys(places)))
        if on_dbt_2:
            section.warn(where, f"has {what}", "it fails when it runs", remedy)
        else:
            section.facts += [f"    {len(places):,}: {what}: {where}", f"    Remedy: {remedy}."]
    if not on_dbt_2:
        section.facts.append(f"dbt 2 is the better judge: `{DBT_VARIABLE}=<its program> ribbon doctor`")
    section.document = {"runs_on_dbt_2": on_dbt_2, "obstacles": [vars(each) for each in found]}
    return section


def deprecated(paths: ProjectPaths) -> list[Obstacle]:
    """What dbt 1 reports as deprecated, and dbt 2 refuses; all files are parsed for it."""
    words = ["parse", "--no-partial-parse", "--show-all-deprecations", "--printer-width", "1000000"]
    ran = run_dbt(paths, [*words, "--target-path", str(paths.target_dir / "ribbon/deprecated")])
    return list(obstacles_in(ran.warnings, str(read_settings(paths.project_dir).document.get("name"))))


def obstacles_in(warnings: Iterable[str], project: str) -> Iterator[Obstacle]:
    """Those among dbt 1's warnings that are about the project's own files; of packages dbt 2 only warns."""
    for warning in warnings:
        found = _DEPRECATED.search(warning)
        if not found or found[1] not in _REFUSED:
            continue
        detail = " ".join(found[2].split())
        package, file = re.search(r" in package '(\w+)'", detail), _FILE.search(detail)
        if package is None or package[1] == project:
            yield Obstacle((file[1] or file[2]) if file else "dbt_project.yml", *_REFUSED[found[1]], detail)


def _of_profile(project: Project) -> Iterator[Obstacle]:
    path = str(profiles_file(project.paths))
    kind = project.artifacts.metadata.adapter_type or ""
    if kind not in _ADAPTERS:
        yield Obstacle(path, f"the adapter {kind}, which dbt 2 does not have", "stay on dbt 1")
    elif kind != DUCKDB:
        yield Obstacle(path, f"the adapter {kind}; on dbt 2 the gate is tested on DuckDB alone", "try it on a copy")
    else:
        output = output_of(project.paths)
        if any(isinstance(each, dict) for each in output.get("extensions") or ()):
            yield Obstacle(path, "an extension with its repository; dbt 2 takes names alone", "name it only")
        if output.get("plugins"):
            yield Obstacle(path, "plugins of dbt-duckdb, which dbt 2 does not load", "land their sources as Parquet")


def _of_packages(project: Project) -> Iterator[Obstacle]:
    """The project and packages that say that they are not for dbt 2."""
    own = project.settings
    installed = sorted(own.packages_dir.glob("*/dbt_project.yml"))
    for settings in (own, *(read_settings(path.parent) for path in installed)):
        if not allows_dbt_2(settings.document):
            where = settings.path.relative_to(project.paths.project_dir).as_posix()
            remedy = "widen it, or take a newer release of the package" if settings is not own else "widen it"
            yield Obstacle(where, "a require-dbt-version that leaves dbt 2 out", remedy)


def allows_dbt_2(document: Mapping[str, Any]) -> bool:
    """Whether `require-dbt-version` has room for dbt 2.0."""
    asked = document.get("require-dbt-version") or []
    for bound in ",".join(map(str, asked if isinstance(asked, list) else [asked])).split(","):
        found = re.match(r"\s*(<=|<|=|==)?\s*([\d.]+)\s*$", bound)
        if found and (release(found[2]) <= DBT_2 if found[1] == "<" else release(found[2]) < DBT_2):
            return False
    return True


def _of_nodes(project: Project) -> Iterator[Obstacle]:
    if project.artifacts.metadata.adapter_type != DUCKDB:
        return
    for key, node in project.nodes.items():
        where = node.original_file_path
        if node.language == "python":
            yield Obstacle(where, "a model in Python, which dbt 2 does not run on DuckDB", "write it in SQL")
        if node.config.materialized == "materialized_view":
            yield Obstacle(where, "a materialized view, which DuckDB does not have", "make it a table or a view")
        config = project.record(key).get("config") or {}
        yield from (Obstacle(where, *said) for name, said in _CONFIGS.items() if config.get(name))


def _of_code(project: Project) -> Iterator[Obstacle]:
    """Jinja that means something else on dbt 2, in macros of the project and of packages, and in models."""
    artifacts = project.artifacts
    macros = (each for each in artifacts.written if each.macro_sql and each.package_name not in _SHIPPED)
    own = str(project.settings.document.get("name"))
    texts = [
        *((each.original_file_path, each.package_name, each.macro_sql or "") for each in macros),
        *((each.original_file_path, each.package_name, each.raw_code or "") for each in project.nodes.values()),
    ]
    for path, package, text in texts:
        for pattern, what, remedy in _CODE:
            if pattern.search(text):
                yield Obstacle(path if package == own else f"{package}/{path}", what, remedy)
