"""The tutorial, followed to the letter: the commands of docs/handbook/starting.md, on the files that it shows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, Ended, Workshop

pytestmark = pytest.mark.slow

TUTORIAL = (REPOSITORY / "docs/handbook/starting.md").read_text()
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
BAD = "files/tickets_2.parquet"


@dataclass(frozen=True)
class Followed:
    """The project at the end, and each command that ran with the output that the page shows for it."""

    desk: Workshop
    ran: list[tuple[str, str, Ended]]


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Followed:
    home = tmp_path_factory.mktemp("first_hour")
    folder = home / "desk"
    desk = Workshop(folder, folder / "data", folder / "target")
    ran: list[tuple[str, str, Ended]] = []
    for intro, language, text in blocks():
        if language == "console":
            for command, output in commands(text):
                if not command.startswith(("pip ", "cd ")):
                    started = command.startswith("ribbon init")
                    ran.append((command, output, desk.shell(command, folder=home if started else None)))
        else:
            write(folder, intro, text)
    return Followed(desk, ran)


def blocks() -> Iterator[tuple[str, str, str]]:
    """Every block with the line that introduces it."""
    for found in BLOCK.finditer(TUTORIAL):
        yield TUTORIAL[: found.start()].rstrip().rsplit("\n", 1)[-1], found[1], found[2]


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


def test_only_the_bad_row_makes_a_command_fail(followed: Followed) -> None:
    place = [command for command, _, _ in followed.ran].index
    (delivered,) = [command for command, _, _ in followed.ran if BAD in command]
    failed = [number for number, (_, _, ended) in enumerate(followed.ran) if ended.exit_code]

    assert failed == [place(delivered) + 1]
    command, _, ended = followed.ran[failed[0]]
    assert (command, ended.exit_code) == ("ribbon run", 1)
    assert "fct_ticket was not replaced" in ended.err


def test_the_shown_output_is_what_comes(followed: Followed) -> None:
    shown = [(output, ended.out.strip()) for _, output, ended in followed.ran if output]

    assert shown
    for expected, actual in shown:
        assert actual == expected


def test_the_good_rows_are_published_and_the_bad_one_is_set_aside(followed: Followed) -> None:
    days = "select opened_date::varchar, ticket_count, minute_count from mart_support.ticket_daily order by 1"

    assert followed.desk.query(days, "marts.duckdb") == [("2026-03-02", 3, 65), ("2026-03-03", 2, 55)]
    assert followed.desk.query("select ticket_id from warehouse.fct_ticket__quarantine") == [(6,)]
