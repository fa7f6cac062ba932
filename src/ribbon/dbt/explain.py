"""dbt's errors as Ribbon's errors."""

import re
from collections.abc import Sequence

from ribbon.config import ProjectPaths
from ribbon.dbt.messages import place_of, plain_lines
from ribbon.errors import BrokenPromiseError, BusyError, ConfigError, DbtError, RibbonError

__all__ = ["NO_DRIVER", "explain"]

# dbt 2 without the library by which it opens a database. It says so of each node, and ends as if these had failed.
NO_DRIVER = "driver from name, then failed to load it from the CDN"

# Characters of dbt's words in a message.
_MOST = 2000

_ENCOUNTERED = re.compile(r"^Encountered an error(?: while [\w ]+)?:\s*")

# How dbt 2 begins an error; dbt 1 puts all of them into one text.
_OF_DBT_2 = "[error] ["

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
    if NO_DRIVER in text:
        return ConfigError(
            f"{project.project_dir}: dbt 2 has no driver for this database, and could not download it. Name a folder"
            " that holds one in ADBC_DRIVER_PATH."
        )
    if "profile" in text and ("Could not find" in text or "No profiles" in text or "does not exist" in text):
        return ConfigError(
            f"{project.project_dir}: dbt finds no profile for this project: {_brief(text)[:_MOST]}"
            " Add it to profiles.yml, or set DBT_PROFILES_DIR to the folder of that file."
        )
    problems = [_problem(project, error) for error in errors]
    said = " ".join(filter(None, problems))[:_MOST] or "no reason given"
    each = (problem for problem, error in zip(problems, errors, strict=True) if error.startswith(_OF_DBT_2))
    return DbtError(f"{project.project_dir}: dbt cannot run this project: {said}", tuple(each))


def _problem(project: ProjectPaths, error: str) -> str:
    """An error in short, after its place where that is a file of the project."""
    place = place_of(error)
    known = place and (project.project_dir / place.partition(":")[0]).is_file()
    return f"{place}: {_brief(error)}" if known else _brief(error)


def _brief(text: str) -> str:
    lines = (_ENCOUNTERED.sub("", line.strip()) for line in plain_lines(text))
    return " ".join(line for line in lines if line and not line.startswith(">"))
