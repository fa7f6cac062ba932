"""Whether the gate is in the project's materializations, and the hooks of the package run once."""

import re
from collections import Counter
from pathlib import Path

from ribbon.doctor.section import Section, counted
from ribbon.evolve.git import ignored
from ribbon.project import Project
from ribbon.scaffold.adopting import ours_among
from ribbon.scaffold.project_file import PLACE
from ribbon.scaffold.removing import wrapper_files
from ribbon.scaffold.shipped import shipped_package
from ribbon.scaffold.stamp import is_as_written, read_stamp
from ribbon.scaffold.wrappers import defined_in, without_gate, wrapper_text
from ribbon.settings import read_settings

__all__ = ["check_wrappers"]

# Hooks that the package brings itself. Releases before 0.2 wrote them into dbt_project.yml.
_HOOKS = re.compile(r"\b(create_lake_views|record_run_start|record_run_end|start_run|end_run)\s*\(")
_RULES = re.compile(r"\b(check_layers|check_gate)\s*\(")
_UPGRADE = "run `ribbon init --upgrade`"


def check_wrappers(project_dir: Path, project: Project | None) -> Section:
    """project: as dbt has parsed it, None where it was not asked yet."""
    section = Section("Wrappers and hooks")
    settings = read_settings(project_dir)
    files = wrapper_files(project_dir, settings)
    theirs = defined_in(project_dir, settings, files)
    taken = defined_in(project_dir, settings)
    if not ours_among(taken):
        why = (
            "dbt takes materializations from the project itself, so no model has a gate: its tests run after the build"
        )
        section.fail("macros/ribbon.sql", "is missing", why, "run `ribbon init --existing`")
    stamp, package = read_stamp(project_dir / PLACE), shipped_package()
    for path in files:
        name = path.relative_to(project_dir).as_posix()
        digest = stamp.wrappers.get(name) if stamp else None
        text = path.read_text(encoding="utf-8", errors="replace")
        if text.split() == wrapper_text(path.stem, package, theirs).split():
            section.facts.append(f"{name} is as Ribbon writes it")
        elif digest and is_as_written(path, digest):
            section.warn(name, "is not what the installed Ribbon writes", "it is of another version", _UPGRADE)
        else:
            why = "an upgrade leaves it as it is"
            section.warn(name, "was edited by hand", why, f"keep it; for Ribbon's own, delete it and {_UPGRADE}")
    for place, rule in ignored(project_dir, [each.relative_to(project_dir).as_posix() for each in files]).items():
        why = "a clone of the repository lacks it, and with it the gate"
        section.warn(place, f"git ignores it, by {rule}", why, f"narrow that rule, or run `git add --force {place}`")
    _check_own(section, project_dir, theirs, defined_in_wrappers(files), project)
    _check_hooks(section, project_dir, project)
    section.document |= {
        "files": [path.relative_to(project_dir).as_posix() for path in files],
        "own_materializations": {name: path.relative_to(project_dir).as_posix() for name, path in without_gate(theirs)},
    }
    return section


def defined_in_wrappers(files: list[Path]) -> set[str]:
    """The materializations that wrappers define."""
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in files]
    return {name for text in texts for name in re.findall(r"\{%-?\s*materialization\s+(\w+)", text)}


def _check_own(
    section: Section, project_dir: Path, theirs: dict[str, Path], wrapped: set[str], project: Project | None
) -> None:
    """The materializations that a project has of its own, with the models that they build."""
    nodes = project.nodes.values() if project else ()
    built = Counter(node.config.materialized for node in nodes)
    for name, path in without_gate(theirs):
        place = path.relative_to(project_dir).as_posix()
        if name in wrapped:
            why = "Ribbon's wrapper defines it too, and dbt refuses two of one name or takes the narrower one"
            section.fail(place, f"defines the materialization {name}", why, f"{_UPGRADE}, which leaves yours alone")
            continue
        models = f" ({counted(built[name], 'model')})" if built[name] else ""
        why = (
            f"what it builds{models} has no gate: its tests run after the build"
            if name != "test"
            else ("each test runs as a query of its own, also one that the gate has measured")
        )
        remedy = f"delete it and {_UPGRADE}, or hand over to `ribbon.materialization_{name}_<adapter>()` in it"
        section.warn(
            place, f"is the project's own materialization {name}", why, remedy if name != "test" else "keep it"
        )


def _check_hooks(section: Section, project_dir: Path, project: Project | None) -> None:
    settings = read_settings(project_dir)
    hooks = [str(hook) for key in ("on-run-start", "on-run-end") for hook in _as_list(settings.document.get(key))]
    twice = sorted({found[1] for hook in hooks for found in _HOOKS.finditer(hook)})
    if twice:
        why = "the package brings this hook itself, so it runs twice, or calls what is gone"
        section.warn(settings.path.name, f"calls {', '.join(twice)}", why, "delete it from on-run-start and on-run-end")
    rules = sorted({found[1] for hook in hooks for found in _RULES.finditer(hook)})
    section.facts.append(f"rules that stop a run: {', '.join(rules) or 'none'}")
    section.document |= {"rules": rules, "hooks_twice": twice}
    if project:
        ours = [key for key in project.artifacts.hook_ids if key.startswith("operation.ribbon.")]
        section.facts.append(f"hooks of the package: {len(ours)}")
        section.document["hooks"] = ours
        if not ours:
            why = "no run is recorded, and the lake has no views"
            section.fail(PLACE, "brings no hooks", why, _UPGRADE)


def _as_list(value: object) -> list[object]:
    return [] if value is None else list(value) if isinstance(value, list) else [value]
