"""Following a page of the handbook to the letter: its commands, on the files that it shows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import REPOSITORY, Ended, Workshop

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)

# In a shown output: lines that are left out.
SOME = "…"


@dataclass(frozen=True)
class Followed:
    """The project at the end, and each command that ran with the output that the page shows for it."""

    desk: Workshop
    ran: list[tuple[str, str, Ended]]

    @property
    def failed(self) -> list[int]:
        """The places of the commands that did not end with 0."""
        return [place for place, (_, _, ended) in enumerate(self.ran) if ended.exit_code]


def follow(page: str, home: Path, project: str) -> Followed:
    """Do what a page says. home: an empty folder, where commands run until `cd`. project: the folder that is made."""
    folder = home / project
    desk = Workshop(folder, folder / "data", folder / "target")
    ran: list[tuple[str, str, Ended]] = []
    inside = False
    for intro, language, text in blocks((REPOSITORY / "docs/handbook" / page).read_text()):
        if language == "console":
            for command, output in commands(text):
                inside = inside or command == f"cd {project}"
                if not command.startswith(("pip ", "cd ")):
                    ran.append((command, output, desk.shell(command, folder=None if inside else home)))
        else:
            write(folder, intro, text)
    return Followed(desk, ran)


def is_shown(shown: str, actual: str) -> bool:
    """Whether an output is what a page shows of it."""
    if SOME not in shown.splitlines():
        return shown == actual
    lines = iter(actual.splitlines())
    return all(line in lines for line in shown.splitlines() if line != SOME)


def blocks(page: str) -> Iterator[tuple[str, str, str]]:
    """Every block with the line that introduces it."""
    for found in BLOCK.finditer(page):
        yield page[: found.start()].rstrip().rsplit("\n", 1)[-1], found[1], found[2]


def commands(text: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output.strip()


def write(folder: Path, intro: str, text: str) -> None:
    """Do what the line before a block says with it."""
    first, *others = re.findall(r"`([^`]+)`", intro)
    if intro.startswith("Save as"):
        file = folder / first
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    elif intro.startswith("Add below the line"):
        file = folder / others[0]
        assert file.read_text().count(first) == 1
        file.write_text(re.sub(rf"^( *{re.escape(first)}\n)", rf"\1{text}", file.read_text(), flags=re.MULTILINE))
    else:
        assert intro.startswith("Replace the last line"), intro
        file = folder / first
        *before, _ = file.read_text().splitlines(keepends=True)
        file.write_text("".join([*before, text]))
