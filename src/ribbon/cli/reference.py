"""Generates the reference pages of the handbook from the code: `make reference`.

`python -m ribbon.cli.reference commands` prints the page of the commands, `… expectations MACROS` the page of the
expectations whose macros are in a folder, `… signatures MACROS` the macro that says what arguments they take.
"""

import sys
from pathlib import Path

import click

__all__ = ["commands_of", "render"]

HEADER = """# Commands

This page is generated from the code by `make reference`; a test checks that it is current.

| exit code | meaning |
|---|---|
| 0 | success |
| 1 | expectations or rules failed |
| 2 | wrong call or configuration |
| 3 | a file, a disk or another process failed |
"""


def render(group: click.Group) -> str:
    """The page in Markdown: each command with its help, arguments and options."""
    return "\n".join([HEADER, *(_section(name, command) for name, command in commands_of(group))])


def commands_of(group: click.Group, prefix: str = "") -> list[tuple[str, click.Command]]:
    """Every command that is not hidden, with its name as it is typed: `group command` for a command of a group."""
    found: list[tuple[str, click.Command]] = []
    for name, command in group.commands.items():
        if command.hidden:
            continue
        if isinstance(command, click.Group):
            found += commands_of(command, f"{prefix}{name} ")
        else:
            found.append((f"{prefix}{name}", command))
    return found


def _section(name: str, command: click.Command) -> str:
    context = click.Context(command)
    records = [option.get_help_record(context) for option in command.params if isinstance(option, click.Option)]
    words = [
        f"{parameter.opts[0]} {parameter.make_metavar(context)}"
        if isinstance(parameter, click.Option)
        else parameter.make_metavar(context)
        for parameter in command.params
        if parameter.required or isinstance(parameter, click.Argument)
    ]
    rows = [f"| `{_cell(record[0])}` | {_cell(record[1])} |" for record in records if record]
    paragraphs = (command.help or "").replace("\n    ", "\n").strip()
    return "\n".join(
        [
            f"## ribbon {name}\n",
            f"    ribbon {' '.join([name, '[OPTIONS]', *words])}\n",
            f"{paragraphs}\n",
            "| option | meaning |",
            "|---|---|",
            *rows,
            "",
        ]
    )


def _cell(text: str) -> str:
    """A text in a table: a bar in it ends no cell."""
    return text.replace("|", "\\|").replace("  [", " [")


if __name__ == "__main__":
    from ribbon.cli.main import main
    from ribbon.cli.vocabulary_page import read_vocabulary, render_signatures, render_vocabulary

    page, *folder = sys.argv[1:]
    pages = {
        "commands": lambda: render(main),
        "expectations": lambda: render_vocabulary(read_vocabulary(Path(*folder))),
        "signatures": lambda: render_signatures(Path(*folder)),
    }
    click.echo(pages[page](), nl=False)
