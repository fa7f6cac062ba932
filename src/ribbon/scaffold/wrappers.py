"""The files of one-line macros in a project that hand over to the package: dbt takes these from no package.

Materializations are taken from the project itself only, and so is `generate_schema_name`. A macro of a package is known
by the package's name; a project that wants the bare names defines each of them again.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from ribbon.scaffold.shipped import Files
from ribbon.settings import Settings

__all__ = [
    "bare_names",
    "defined_in",
    "is_written_by_us",
    "materializations",
    "names_written",
    "schema_rule",
    "without_gate",
    "without_written",
    "wrapper_text",
]

# What a name stands for in dbt: a materialization ends in its adapter.
DEFINED = re.compile(
    r"\{%-?\s*(macro|test|data_test|materialization)\s+(\w+)(?:[^%]*?(?:adapter\s*=\s*['\"](\w+)['\"]|,\s*(default)))?",
    re.DOTALL,
)

# A comment, or a macro, a test or a materialization with its body; and the ends of lines after it.
PART = re.compile(
    r"(?P<part>\{#.*?#\}|\{%-?\s*(?P<kind>macro|test|data_test|materialization)\s+(?P<name>\w+).*?"
    r"\{%-?\s*end(?P=kind)\s*-?%\})[ \t]*(?:\r?\n)*",
    re.DOTALL,
)
KINDS_OF_CALLS = frozenset({"macro", "test", "data_test"})

# Macros that say what a project's wrappers are, and differ from project to project.
LISTS = re.compile(r"\w+__gated_materializations|default__expectations_without_prefix")

ADAPTERS = ("duckdb", "bigquery")
GATED = ("table", "view", "incremental", "snapshot", "seed")
OF_PYTHON = {"table", "incremental"}

# Folders of the package whose macros models call.
FOR_MODELS = ("sql/", "lake/")

# dbt refuses a macro that submits Python where a materialization of the project calls it.
SUBMIT = """\
  {%- if model.language == 'python' -%}
    {%- call statement('main', language='python') -%}{{ ribbon.python_code() }}{%- endcall -%}
  {%- endif -%}
"""
HEAD = """\
{#- Written by ribbon init. dbt takes materializations from the project itself and from no package, so each of these
    hands over to the package `ribbon`. -#}
"""
HEAD_OF_NAMES = """\
{#- Written by ribbon init. Expectations and macros of the package `ribbon` under their bare names, without `ribbon.`
    before them. -#}
"""
TEST = """\
{% materialization test, default -%}
  {{ return(ribbon.materialize_test()) }}
{%- endmaterialization %}
"""
SCHEMA_RULE = """\
{#- Where nodes are written: Ribbon's rule, a schema per layer and per use case. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
  {{ return(ribbon.schema_of_folder(custom_schema_name, node)) }}
{%- endmacro %}

{#- Tells Ribbon that its own schema is placed by this rule, too. -#}
{% macro default__schemas_by_folder() -%}{{ return(true) }}{%- endmacro %}
"""


def materializations(taken: Iterable[str] = ()) -> str:
    """The file that puts the gate into the materializations of a project. taken: names that the project defines."""
    taken = set(taken)
    parts = [HEAD]
    for adapter in ADAPTERS:
        gated = [name for name in GATED if not taken & _names_of(name, adapter)]
        parts += [_materialization(name, adapter) for name in gated]
        parts.append(_list_of_gated(adapter, gated))
    if "materialization_test_default" not in taken:
        parts.append(TEST)
    return "\n".join(parts)


def without_gate(taken: Mapping[str, Path]) -> list[tuple[str, Path]]:
    """The materializations that a project has of its own, and where: the gate is not in them."""
    ours = {key: name for name in GATED for adapter in ADAPTERS for key in _names_of(name, adapter)}
    ours["materialization_test_default"] = "test"
    return [(ours[name], path) for name, path in taken.items() if name in ours]


def schema_rule() -> str:
    """The file that makes Ribbon's rule of schemas that of the project."""
    return SCHEMA_RULE


def bare_names(package: Files, taken: Iterable[str] = ()) -> str:
    """The file that gives a project the expectations of the package, and its macros for models, without prefix."""
    taken = set(taken)
    defined = [(path, *found) for path, text in package.items() for found in DEFINED.findall(text)]
    tests = sorted(name for _, kind, name, *_ in defined if kind == "test" and f"test_{name}" not in taken)
    macros = sorted(
        name
        for path, kind, name, *_ in defined
        if kind == "macro" and path.startswith(FOR_MODELS) and "__" not in name and name[0] != "_" and name not in taken
    )
    parts = [HEAD_OF_NAMES]
    parts += [
        f"{{% test {name}(model) -%}}{{{{ ribbon.test_{name}(model, **kwargs) }}}}{{%- endtest %}}" for name in tests
    ]
    parts += ["", "{#- Tells Ribbon that these are its own. -#}", "{% macro default__expectations_without_prefix() -%}"]
    parts += ["  {{ return(["]
    parts += [f"    '{name}'," for name in tests]
    parts += ["  ]) }}", "{%- endmacro %}", ""]
    parts += [
        f"{{% macro {name}() -%}}{{{{ return(ribbon.{name}(*varargs, **kwargs)) }}}}{{%- endmacro %}}"
        for name in macros
    ]
    return "\n".join(parts) + "\n"


def wrapper_text(stem: str, package: Files, taken: Iterable[str]) -> str:
    """The file that Ribbon writes under a name. taken: names that the project defines."""
    if stem == "ribbon_names":
        return bare_names(package, taken)
    return SCHEMA_RULE if stem == "generate_schema_name" else materializations(taken)


def is_written_by_us(text: str) -> bool:
    """Whether a file of macros is one that Ribbon wrote, edited or not."""
    plain = _plain(text)
    return any(_plain(head) in plain for head in (HEAD, HEAD_OF_NAMES)) or plain == _plain(SCHEMA_RULE)


def without_written(text: str, package: Files) -> str:
    """What people wrote into a file of Ribbon's: the text without the macros and comments that are as Ribbon's."""
    ours = _ours(package)
    return PART.sub(lambda found: "" if _is_ours(found, ours) else found[0], text)


def names_written(text: str, package: Files) -> set[str]:
    """The names of the macros and tests in a file that are as Ribbon writes them, and stand for no others."""
    ours = _ours(package)
    found = (part for part in PART.finditer(text) if part["kind"] in KINDS_OF_CALLS and _is_ours(part, ours))
    return {part["name"] for part in found if "__" not in part["name"] and part["name"] != "generate_schema_name"}


def _ours(package: Files) -> set[str]:
    whole = (materializations(), bare_names(package), SCHEMA_RULE)
    return {_plain(found["part"]) for text in whole for found in PART.finditer(text)}


def _is_ours(found: re.Match[str], ours: Collection[str]) -> bool:
    return _plain(found["part"]) in ours or bool(LISTS.fullmatch(found["name"] or ""))


def _plain(part: str) -> str:
    """A macro or a comment, whatever ends its lines."""
    return " ".join(part.split())


def defined_in(project_dir: Path, settings: Settings, but: Iterable[Path] = ()) -> dict[str, Path]:
    """The macros that a project defines, by dbt's names, and where. but: files and folders that do not count."""
    folders = [project_dir / folder for folder in settings.macro_paths]
    folders += [project_dir / folder / "generic" for folder in settings.listed("test-paths", ["tests"])]
    left_out = set(but)
    found: dict[str, Path] = {}
    for path in (path for folder in folders for path in sorted(folder.rglob("*.sql"))):
        if not left_out & {path, *path.parents}:
            text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8", errors="replace"), flags=re.DOTALL)
            found |= dict.fromkeys(map(_name, DEFINED.findall(text)), path)
    return found


def _name(found: tuple[str, str, str, str]) -> str:
    kind, name, adapter, default = found
    if kind == "materialization":
        return f"materialization_{name}_{adapter or default or 'default'}"
    return name if kind == "macro" else f"test_{name}"


def _names_of(name: str, adapter: str) -> set[str]:
    """One for the adapter comes before one for all in dbt; a wrapper must not stand before the project's own."""
    return {f"materialization_{name}_{adapter}", f"materialization_{name}_default"}


def _materialization(name: str, adapter: str) -> str:
    languages, first = (", supported_languages=['sql', 'python']", SUBMIT) if name in OF_PYTHON else ("", "")
    return (
        f"{{% materialization {name}, adapter='{adapter}'{languages} -%}}\n{first}"
        f"  {{{{ return(ribbon.materialize_{name}()) }}}}\n"
        "{%- endmaterialization %}\n"
    )


def _list_of_gated(adapter: str, gated: Iterable[str]) -> str:
    names = ", ".join(f"'{name}'" for name in gated)
    return (
        f"{{#- Tells the gate which of them it is in on {adapter}. -#}}\n"
        f"{{% macro {adapter}__gated_materializations() -%}}{{{{ return([{names}]) }}}}{{%- endmacro %}}\n"
    )
