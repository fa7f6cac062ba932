"""dbt's errors as Ribbon's errors."""

import re
from collections.abc import Sequence

from ribbon.config import ProjectPaths
from ribbon.dbt.messages import place_of, plain_lines
from ribbon.errors import DAMAGED, BrokenPromiseError, BusyError, ConfigError, DbtError, RibbonError, WorldError
from ribbon.settings import PATHS, read_settings
from ribbon.yaml_file import read_yaml

__all__ = ["NO_DRIVER", "explain", "is_damage"]

# dbt 2 without the library by which it opens a database. It says so of each node, and ends as if these had failed.
NO_DRIVER = "driver from name, then failed to load it from the CDN"

# Characters of dbt's words in a message.
_MOST = 2000

_ENCOUNTERED = re.compile(r"^Encountered an error(?: while [\w ]+)?:\s*")

# How dbt 2 begins an error; dbt 1 puts all of them into one text.
_OF_DBT_2 = "[error] ["

# What the system says where nothing more can be written.
_FULL = ("No space left on device", "File too large", "Disk quota exceeded")

# What DuckDB says of a file that is damaged.
_DAMAGED = ("not a valid DuckDB database file", "Corrupt database file", "Could not read enough bytes from file")

# What dbt says of a file that is no YAML.
_READING = re.compile(r"Error reading [\w-]+: (\S+\.ya?ml)\b")

# What dbt says where an adapter has no connection that it could close.
_NOT_CONNECTED = "'NoneType' object has no attribute 'close'"

# How the messages of the rules in hooks begin.
RULES = ("Layer rule broken", "Ungated in ")


def explain(project: ProjectPaths, errors: Sequence[str]) -> RibbonError:
    """The error for `errors`, dbt's own lines."""
    text = "\n".join(errors)
    for rule in RULES:
        if rule not in text:
            continue
        message = text[text.index(rule) :]
        return BrokenPromiseError(re.split(r"\n\s*(?:> |\n)", message)[0].strip())
    if "Could not set lock" in text:
        holder = re.search(r"PID (\d+)", text)
        who = f"process {holder[1]}" if holder else "another process"
        return BusyError(f"{project.build_file}: {who} holds this file. Wait until it ends, or stop it.")
    return _of_the_database(project, text) or _of_the_project(project, text, errors)


def _of_the_database(project: ProjectPaths, text: str) -> RibbonError | None:
    if any(words in text for words in _FULL):
        return WorldError(f"{project.project_dir}: dbt cannot write: the disk is full. Make room, and run it again.")
    if is_damage(text):
        return WorldError(f"{project.build_file}: cannot be opened as a DuckDB file: {_brief(text)[:_MOST]} {DAMAGED}")
    if _NOT_CONNECTED in text:
        return ConfigError(
            f"{project.project_dir}: dbt cannot connect to the database of this target. See why with `dbt debug"
            f"{f' --target {project.target}' if project.target else ''}`, and correct the credentials in profiles.yml."
        )
    if NO_DRIVER in text:
        return ConfigError(
            f"{project.project_dir}: dbt 2 has no driver for this database, and could not download it. Name a folder"
            " that holds one in ADBC_DRIVER_PATH."
        )
    return None


def _of_the_project(project: ProjectPaths, text: str, errors: Sequence[str]) -> RibbonError:
    if "profile" in text and ("Could not find" in text or "No profiles" in text or "does not exist" in text):
        return ConfigError(
            f"{project.project_dir}: dbt finds no profile for this project: {_brief(text)[:_MOST]}"
            " Add it to profiles.yml, or set DBT_PROFILES_DIR to the folder of that file."
        )
    if invalid := _invalid_yaml(project, text):
        return invalid
    problems = [_problem(project, error) for error in errors]
    said = " ".join(filter(None, problems))[:_MOST] or "no reason given"
    each = (problem for problem, error in zip(problems, errors, strict=True) if error.startswith(_OF_DBT_2))
    return DbtError(f"{project.project_dir}: dbt cannot run this project: {said}", tuple(each))


def _invalid_yaml(project: ProjectPaths, text: str) -> ConfigError | None:
    """The error in a YAML file that dbt names relative to one of its folders, in the words of every other such file."""
    named = _READING.search(text)
    if named is None:
        return None
    settings = read_settings(project.project_dir)
    for folder in (folder for key, default in PATHS.items() for folder in settings.listed(key, default)):
        file = project.project_dir / str(folder) / named[1]
        try:
            read_yaml(file)
        except FileNotFoundError:
            continue
        except ConfigError as error:
            return error
    return None


def is_damage(text: str) -> bool:
    """Whether DuckDB says that its file is damaged."""
    return any(words in text for words in _DAMAGED)


def _problem(project: ProjectPaths, error: str) -> str:
    """An error in short, after its place where that is a file of the project."""
    place = place_of(error)
    known = place and (project.project_dir / place.partition(":")[0]).is_file()
    return f"{place}: {_brief(error)}" if known else _brief(error)


def _brief(text: str) -> str:
    said = text.partition("Traceback (most recent call last)")[0]
    lines = (_ENCOUNTERED.sub("", line.strip()) for line in plain_lines(said if said.strip() else text))
    return " ".join(line for line in lines if line and not line.startswith(">"))
