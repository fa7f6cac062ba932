"""Branches that were rendered before, kept by content in one file: Jinja takes milliseconds a template."""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2
import msgspec

from ribbon.dbt.macros import MacroLibrary
from ribbon.dbt.nodes import Node
from ribbon.dbt.relations import rendered

__all__ = ["BranchCache", "Known"]

# Said of a node, and no part of what its template gives: times, and places on somebody's disk.
OF_THE_MOMENT = ("created_at", "build_path", "compiled_path", "compiled", "extra_ctes_injected", "patch_path")


class Known(msgspec.Struct, frozen=True, array_like=True):
    """Queries of a model besides the compiled one, None in its place, and why one of them is missing."""

    queries: tuple[str | None, ...]
    reason: str | None


class BranchCache:
    """The file of branches. One that is damaged counts as empty, and one that cannot be written stays as it is."""

    def __init__(self, file: Path, library: MacroLibrary) -> None:
        self._file = file
        self._library = library
        self._used: dict[bytes, Known] = {}

    def get(self, key: bytes) -> Known | None:
        """What is known under a key."""
        found = self._kept.get(key)
        if found:
            self._used[key] = found
        return found

    def put(self, key: bytes, known: Known) -> None:
        """Keep something, from the next `save` on."""
        self._used[key] = known

    def save(self) -> None:
        """Write what was asked for or put, and nothing else."""
        if self._used.keys() == self._kept.keys():
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._file.parent, delete=False) as written:
                written.write(msgspec.msgpack.encode(self._used))
            os.replace(written.name, self._file)  # noqa: PTH105  (a rename that replaces, whatever the system)
        except OSError:
            return

    def key(self, node: Node, sql: str) -> bytes:
        """All that the rendering of a model depends on."""
        record = self._library.artifacts.record(node.unique_id)
        for name in OF_THE_MOMENT:
            record.pop(name, None)
        nodes = self._library.artifacts.nodes
        parents = [rendered(nodes[key], self._library.adapters[0]) for key in node.depends_on.nodes if key in nodes]
        return _digest((self._shared, record, sql, parents, self._library.variables(node.package_name)))

    @cached_property
    def _kept(self) -> Mapping[bytes, Known]:
        try:
            return msgspec.msgpack.decode(self._file.read_bytes(), type=dict[bytes, Known])
        except (OSError, msgspec.DecodeError):
            return {}

    @cached_property
    def _shared(self) -> bytes:
        """What the rendering of every model depends on: macros, where they are looked up, Jinja, and our own code."""
        code = [path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))]
        macros = [(key, self._library.artifacts.macro(key)) for key in self._library.artifacts.macro_ids]
        metadata = self._library.artifacts.metadata
        dispatch = self._library.settings.document.get("dispatch")
        return _digest((code, jinja2.__version__, macros, metadata.adapter_type, metadata.project_name, dispatch))


def _digest(value: Any) -> bytes:
    return hashlib.blake2b(msgspec.msgpack.encode(value, enc_hook=str), digest_size=16).digest()
