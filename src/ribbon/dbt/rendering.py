"""Rendering a project's templates without dbt.

Nothing but Jinja runs, in its sandbox, with no file, no environment variable and no database at hand.
"""

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.sandbox import SandboxedEnvironment

from ribbon.dbt.nodes import Macro

__all__ = ["CannotRenderError", "Returned", "environment", "macro_function", "out_of_reach"]

# A macro of this name in its own template, so that it calls itself, and others do, through dbt's rules of lookup.
OWN = "ribbon_macro__"


class CannotRenderError(Exception):
    """A template needs what only a run of dbt has. inside: the macro in which it came up."""

    inside: str | None = None

    def __str__(self) -> str:
        """The reason, as a clause."""
        reason = " ".join(super().__str__().split())
        return f"{reason} (in the macro {self.inside})" if self.inside else reason


class Returned(Exception):  # noqa: N818  (it is how dbt's `return` leaves a macro, not an error)
    """What a macro gives back by `return`."""

    def __init__(self, value: Any = None) -> None:
        super().__init__()
        self.value = value


class _Unknown(jinja2.StrictUndefined):
    """A name that a template uses and that nobody here knows."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        self._fail_with_undefined_error()


def environment() -> SandboxedEnvironment:
    """Jinja as dbt sets it up."""
    made = SandboxedEnvironment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"], undefined=_Unknown)
    unchanged = dict.fromkeys(("as_text", "as_bool", "as_native", "as_number"), lambda value: value)
    made.filters |= {**unchanged, "is_list": lambda value: isinstance(value, list)}
    return made


def macro_function(made: SandboxedEnvironment, macro: Macro) -> Callable[[Mapping[str, Any]], Callable[..., Any]]:
    """A macro, compiled. What comes back makes the function for a context."""
    tree = made.parse(macro.macro_sql)
    for found in tree.find_all(nodes.Macro):
        found.name = OWN + found.name
    template = made.from_string(tree)

    def bind(context: Mapping[str, Any]) -> Callable[..., Any]:
        held = template.new_context(dict(context))
        list(template.root_render_func(held))
        function: Callable[..., Any] = held.vars[OWN + macro.name]
        return function

    return bind


def out_of_reach(what: str) -> Callable[..., NoReturn]:
    """A function that a template may name and must not call."""

    def call(*_: Any, **__: Any) -> NoReturn:
        raise CannotRenderError(what)

    return call
