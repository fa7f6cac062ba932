"""What a test asks, as a text that is equal for equal questions alone: a test that was edited keeps its id.

As `definition_of` in macros/ribbon/history/test_definitions.sql, which records it with each verdict.
"""

import hashlib
import json
import re
from collections.abc import Iterator

from ribbon.dbt.artifacts import Artifacts
from ribbon.dbt.nodes import Macro
from ribbon.project.project import Project

__all__ = ["definition_of"]

_ASKED = ("where", "limit", "fail_calc", "warn_if", "error_if")
_VARIABLE = re.compile(r"""\bvar\(\s*["']([^"']+)["']""")


def definition_of(project: Project, test_id: str) -> str:
    """A test's arguments, the configs that decide on its verdict, its SQL, and the variables that these name."""
    test = project.record(test_id)
    metadata, config = test.get("test_metadata"), test["config"]
    asks = [_arguments(metadata["kwargs"], config.get("where")) if metadata else test["raw_code"]]
    asks.extend(str(config.get(name)) for name in _ASKED)
    asks.append(str((config.get("meta") or {}).get("on_unexpected")))
    run = [macro for macro in test["depends_on"]["macros"] if macro]  # one that dbt does not find stands there as null
    if metadata:
        run.extend(f"macro.{project.name}.{it}__measure_{metadata['name']}" for it in ("default", project.adapter))
    macros = _beneath(project.artifacts, run, project.adapter)
    asks.extend(sorted(f"{unique_id} {macro.macro_sql}" for unique_id, macro in macros))
    variables = project.settings.variables_for(project.name)
    named = sorted(set(_VARIABLE.findall("\n".join(asks))))
    asks.extend(f"{name} {variables.get(name)}" for name in named)
    return "test " + hashlib.md5("\n".join(asks).encode(), usedforsecurity=False).hexdigest()


def _arguments(kwargs: dict[str, object], where: str | None) -> str:
    arguments = {name: value for name, value in kwargs.items() if name != "model"}
    return json.dumps(arguments | ({"where": where} if where else {}), sort_keys=True)


def _beneath(artifacts: Artifacts, ahead: list[str], adapter: str) -> Iterator[tuple[str, Macro]]:
    """Those of the macros, and of all that they call, that the project or a package of it brings."""
    for unique_id in ahead:
        brought = unique_id.split(".")[1] in {"dbt", f"dbt_{adapter}", "ribbon"}
        macro = None if brought else artifacts.macro(unique_id)
        if macro:
            ahead.extend(other for other in macro.depends_on.macros if other not in ahead)
            yield unique_id, macro
