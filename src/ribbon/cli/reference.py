"""Writing the reference page of the commands from the commands themselves: `make reference`."""

import click

__all__ = ["render"]

HEADER = """# Commands

This page is written from the code by `make reference`; a test holds the two together.

| exit code | means |
|---|---|
| 0 | fine |
| 1 | expectations or rules failed |
| 2 | the call or the configuration is wrong |
| 3 | the outside world failed: a file, a disk, another process |
"""


def render(group: click.Group) -> str:
    """The page, in Markdown: each command with its help, arguments and options."""
    return "\n".join([HEADER, *(_section(name, group.commands[name]) for name in group.commands)])


def _section(name: str, command: click.Command) -> str:
    context = click.Context(command)
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    words = [parameter.make_metavar(context) for parameter in command.params if isinstance(parameter, click.Argument)]
    rows = [f"| `{', '.join(option.opts)}` | {option.help} |" for option in options]
    paragraphs = (command.help or "").replace("\n    ", "\n")
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


if __name__ == "__main__":
    from ribbon.cli.main import main

    click.echo(render(main), nl=False)
