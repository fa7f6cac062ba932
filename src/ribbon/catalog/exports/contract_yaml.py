"""YAML that people read: long texts as blocks, nothing said by reference."""

from typing import Any

import yaml

__all__ = ["as_yaml"]

_WIDTH = 120

# libyaml's is ten times as fast, where PyYAML was built with it.
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Readable(_Dumper):  # type: ignore[misc]
    """Writes each value where it stands."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        """A list that is there twice is written twice."""
        return True


def _text(dumper: Any, text: str) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Readable.add_representer(str, _text)


def as_yaml(said: dict[str, Any]) -> str:
    """A document with its keys in their order."""
    return str(yaml.dump(said, Dumper=_Readable, sort_keys=False, allow_unicode=True, width=_WIDTH))
