"""The functions that dbt gives to templates and that depend on their arguments alone (dbt/context/base.py)."""

import hashlib
import json
from collections.abc import Callable
from typing import Any, NoReturn

import yaml

from ribbon.dbt.rendering import CannotRenderError, Returned
from ribbon.dbt.template_objects import Known

__all__ = ["template_functions"]


def template_functions() -> dict[str, Any]:
    """Functions that depend on their arguments alone."""
    return {
        "return": _return,
        "log": _nothing,
        "print": _nothing,
        "exceptions": Known("exceptions", raise_compiler_error=_raise, warn=_nothing),
        "fromjson": lambda text, default=None: _or(default, ValueError, json.loads, text),
        "tojson": lambda value, default=None, sort_keys=False: _or(
            default, ValueError, lambda: json.dumps(value, sort_keys=sort_keys)
        ),
        "fromyaml": lambda text, default=None: _or(default, yaml.YAMLError, yaml.safe_load, text),
        "toyaml": lambda value, default=None, sort_keys=False: _or(
            default, yaml.YAMLError, lambda: yaml.safe_dump(value, sort_keys=sort_keys)
        ),
        "set": lambda value, default=None: _or(default, TypeError, set, value),
        "set_strict": set,
        "zip": lambda *values, default=None: _or(default, TypeError, zip, *values),
        "zip_strict": zip,
        "local_md5": lambda text: hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(),
    }


def _or(default: Any, wrong: type[Exception], function: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except wrong:
        return default


def _return(value: Any = None) -> NoReturn:
    raise Returned(value)


def _nothing(*_: Any, **__: Any) -> str:
    return ""


def _raise(message: str, *_: Any) -> NoReturn:
    raise CannotRenderError(f"it stops with the error: {message}")
