"""The names that a model's template may use: those whose values the artifacts tell, and reasons for the others.

What each gives is defined in dbt/context/{base,providers}.py of dbt-core 1.11.
"""

import datetime
import itertools
import re
from typing import Any, NoReturn

from ribbon.dbt.macros import MacroLibrary, Macros
from ribbon.dbt.nodes import Node
from ribbon.dbt.rendering import CannotRenderError, out_of_reach
from ribbon.dbt.template_functions import template_functions
from ribbon.dbt.template_objects import ASKS, Adapter, ColumnTypes, Config, Known, Relation, Variables

__all__ = ["model_context"]

ASKING = ("run_query", "statement", "load_result", "load_relation", "submit_python_job")
# What dbt lets templates have of these modules, as far as no name leads out of the sandbox.
MODULES = {
    "datetime": {name: getattr(datetime, name) for name in ("date", "datetime", "time", "timedelta", "tzinfo")},
    "re": {name: getattr(re, name) for name in re.__all__},
    "itertools": {name: getattr(itertools, name) for name in ("chain", "product", "islice", "zip_longest", "repeat")},
}


def model_context(node: Node, library: MacroLibrary, macros: Macros) -> dict[str, Any]:
    """All names for a model's template. Macros come over dbt's own names, as in dbt."""
    adapter = library.adapters[0]
    record = library.artifacts.record(node.unique_id)
    context: dict[str, Any] = {
        **template_functions(),
        **_of_this_run(library),
        **_reading(node, library),
        "this": Relation(node, adapter),
        "model": record,
        "config": Config(record["config"]),
        "adapter": Adapter(adapter, macros),
        "api": Known("api", Column=ColumnTypes(adapter)),
        "modules": MODULES,
    }
    variables = library.variables(node.package_name)
    context["var"] = Variables(variables, lambda text: library.environment.from_string(text).render(context))
    context["builtins"] = {name: context[name] for name in ("ref", "source", "config")}
    context |= macros.names | {name: out_of_reach(ASKS.format(name)) for name in ASKING}
    return context | {"context": context}


def _of_this_run(library: MacroLibrary) -> dict[str, Any]:
    """What the artifacts tell of dbt's run."""
    return {
        "execute": True,
        "target": Known("target", type=library.adapters[0]),
        "flags": Known("flags", FULL_REFRESH=False),
        "project_name": library.project,
        "env_var": _environment_variable,
    }


def _reading(node: Node, library: MacroLibrary) -> dict[str, Any]:
    """`ref` and `source`, which find what the model is known to depend on."""
    adapter = library.adapters[0]
    parents = [library.artifacts.nodes[key] for key in node.depends_on.nodes if key in library.artifacts.nodes]

    def ref(*names: str, version: Any = None, v: Any = None) -> Relation:
        name, package = names[-1], names[0] if len(names) > 1 else None
        found = [parent for parent in parents if _is_meant(parent, name, package, version or v)]
        return Relation(_one(found, f"ref('{name}')", node.package_name, library.project), adapter)

    def source(system: str, table: str) -> Relation:
        found = [parent for parent in parents if parent.source_name == system and parent.name == table]
        return Relation(_one(found, f"source('{system}', '{table}')", node.package_name, library.project), adapter)

    return {"ref": ref, "source": source}


def _is_meant(node: Node, name: str, package: str | None, version: Any) -> bool:
    wanted = version if version is not None else node.latest_version
    of_version = node.version is None or str(node.version) == str(wanted)
    return node.source_name is None and node.name == name and package in {None, node.package_name} and of_version


def _one(found: list[Node], called: str, *packages: str) -> Node:
    """The one of the model's package, else of the project, else of any."""
    if not found:
        raise CannotRenderError(f"{called} is none of what the model depends on")
    ranked = {package: place for place, package in reversed(list(enumerate(packages)))}
    return min(found, key=lambda node: ranked.get(node.package_name, len(packages)))


def _environment_variable(name: str, _: Any = None) -> NoReturn:
    raise CannotRenderError(f"env_var('{name}') was the business of dbt's run")
