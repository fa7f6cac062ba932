"""The cache of rendered branches: Jinja takes milliseconds a template."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from ribbon.dbt.macros import MacroLibrary
from ribbon.dbt.nodes import Node
from ribbon.dbt.relations import rendered
from ribbon.store import Cache, Entry, New, code_version

__all__ = ["BranchCache", "Known"]

# In a node's record, but no part of what its template renders to: times, and paths of one machine.
OF_THE_MOMENT = ("created_at", "build_path", "compiled_path", "compiled", "extra_ctes_injected", "patch_path")


class Known(msgspec.Struct, frozen=True, array_like=True):
    """Queries of a model besides the compiled one, None in its place, and why one of them is missing."""

    queries: tuple[str | None, ...]
    reason: str | None


_decoder = msgspec.msgpack.Decoder(Known)


class BranchCache:
    """Branches by all that their rendering depends on, in the cache in `folder`."""

    def __init__(self, folder: Path, library: MacroLibrary) -> None:
        self._cache = Cache(folder, "branches", code_version(("dbt",), "jinja2"))
        self._library = library
        self._used: list[int] = []
        self._new: dict[bytes, Known] = {}

    @property
    def notes(self) -> list[str]:
        """What went wrong with the cache, as sentences for users."""
        return self._cache.notes

    def get(self, key: bytes) -> Known | None:
        """What is known under a key."""
        for entry in self._entries.get(key, ()):
            try:
                known = _decoder.decode(entry.head)
            except msgspec.DecodeError:
                continue
            self._used.append(entry.id)
            return known
        return None

    def put(self, key: bytes, known: Known) -> None:
        """Cache a value, from the next `save` on."""
        self._new[key] = known

    def save(self) -> None:
        """Write what was put."""
        self._cache.save([New(key, msgspec.msgpack.encode(known)) for key, known in self._new.items()], self._used)

    def key(self, node: Node, sql: str, what: str = "", *also: Node) -> bytes:
        """All that the rendering of a model depends on. what: is asked. also: models that are rendered into it."""
        records = [self._library.artifacts.record(each.unique_id) for each in (node, *also)]
        for record in records:
            for name in OF_THE_MOMENT:
                record.pop(name, None)
        nodes = self._library.artifacts.nodes
        read = (key for each in (node, *also) for key in each.depends_on.nodes if key in nodes)
        parents = [rendered(nodes[key], self._library.adapters[0]) for key in read]
        variables = [self._library.variables(each.package_name) for each in (node, *also)]
        return _digest((self._shared, what, records, sql, parents, variables))

    @cached_property
    def _entries(self) -> Mapping[bytes, Sequence[Entry]]:
        return self._cache.entries()

    @cached_property
    def _shared(self) -> bytes:
        """What the rendering of every model depends on: macros, and where they are looked up."""
        macros = [(key, self._library.artifacts.macro(key)) for key in self._library.artifacts.macro_ids]
        metadata = self._library.artifacts.metadata
        dispatch = self._library.settings.document.get("dispatch")
        return _digest((macros, metadata.adapter_type, metadata.project_name, dispatch))


def _digest(value: Any) -> bytes:
    return hashlib.blake2b(msgspec.msgpack.encode(value, enc_hook=str), digest_size=16).digest()
