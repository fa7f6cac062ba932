"""Turning what dbt says when it cannot run into one of Ribbon's errors."""

import re
from collections.abc import Sequence

from ribbon.config import ProjectPaths
from ribbon.errors import BrokenPromiseError, BusyError, ConfigError, RibbonError

__all__ = ["explain"]

# How the rules that hooks hold begin what they say.
RULES = ("Layer rule broken", "Ungated in ")


def explain(project: ProjectPaths, errors: Sequence[str]) -> RibbonError:
    """The error that `errors`, dbt's own lines, amount to."""
    text = "\n".join(errors)
    for rule in RULES:
        if rule not in text:
            continue
        told = text[text.index(rule) :]
        return BrokenPromiseError(re.split(r"\n\s*(?:> |\n)", told)[0].strip())
    if "Could not set lock" in text:
        holder = re.search(r"PID (\d+)", text)
        who = f"process {holder[1]}" if holder else "another process"
        return BusyError(f"{project.build_file}: {who} holds this file. Wait until it is done, or stop it.")
    if "profile" in text and ("Could not find" in text or "No profiles" in text or "does not exist" in text):
        return ConfigError(
            f"{project.project_dir}: dbt finds no profile for this project: {_brief(text)}"
            " Add it to profiles.yml, or say where that file is with DBT_PROFILES_DIR."
        )
    return ConfigError(f"{project.project_dir}: dbt cannot run this project: {_brief(text) or 'it gave no reason'}")


def _brief(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return " ".join(line for line in lines if line and not line.startswith(("Encountered an error", ">")))[:2000]
