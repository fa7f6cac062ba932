"""The commands, programs and outputs that the README shows."""

import re
from dataclasses import dataclass

from tests.conftest import REPOSITORY

README = (REPOSITORY / "README.md").read_text()


@dataclass(frozen=True)
class Shown:
    """A command, and the output shown under it; empty where none is."""

    command: str
    output: str


def shown_commands() -> list[Shown]:
    """Every `$ command` of the console blocks, in order."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append(Shown(command, output.strip("\n")))
    return found


def shown_program() -> str:
    """The Python program."""
    (program,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    return str(program)


def shown_url() -> str:
    """The address for BI tools."""
    (url,) = re.findall(r"^duckdb:////.*$", README, re.MULTILINE)
    return str(url)
