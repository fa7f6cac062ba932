"""What a source's contract asks of each batch, as SQL that the package's macros wrote (macros/ribbon/gate/door.sql).

dbt renders it once, for all contracts that changed together; it is kept in Ribbon's cache by the content of all that
it was made of.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import blake2b
from typing import Any

import msgspec

from ribbon.errors import ConfigError
from ribbon.model import Column
from ribbon.project import Project, read_inputs, run_operation
from ribbon.store import Cache, New, code_version

__all__ = ["ByPython", "Check", "CheckBook", "Checks"]

_CODE = ("quality",)

# What the manifest says of a node that changes without its contract.
_VOLATILE = frozenset({"created_at", "compiled", "compiled_code", "compiled_path", "build_path", "relation_name"})

# Macros of these packages belong to dbt's version.
_DBTS = frozenset({"dbt", "dbt_duckdb"})


class ByPython(msgspec.Struct, frozen=True):
    """An expectation that SQL cannot say. values: a query of the values to look at and the numbers of their rows."""

    arguments: dict[str, Any]
    values: str
    warn_if: str
    error_if: str
    limit: int | None = None


class Check(msgspec.Struct, frozen=True):
    """How an expectation is measured; macros/ribbon/gate/door.sql says what the fields are."""

    test: str
    name: str
    said: str
    position: int | None
    fails: bool
    asks: bool
    hides: bool
    alone: str | None = None
    values: str | None = None
    reasons: str | None = None
    by_python: ByPython | None = None


class Checks(msgspec.Struct, frozen=True):
    """All that is measured on a batch of one source."""

    source: str
    columns: tuple[dict[str, str], ...]
    settings: dict[str, Any]
    statement: str | None
    row: str
    grouped: str
    restricts: bool
    has_shape: bool
    expectations: tuple[Check, ...]


class CheckBook:
    """The checks of a project's sources: from the cache, or rendered by dbt when they are first asked for."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._cache = Cache(project.paths.cache_dir(project.target_dir), "checks", code_version(_CODE))
        self._known: dict[str, Checks] = {}
        self._kept: dict[bytes, bytes] | None = None

    def of(self, source: str, columns: Sequence[Column] = ()) -> Checks:
        """The checks of a source, by its unique id. columns: of a batch, where it matters which it has.

        Raises ConfigError where an expectation of the source is wrong.
        """
        if columns:
            return self._rendered([source], {source: columns})[source]
        if source not in self._known:
            self._known |= self._all_known()
        if source not in self._known:
            others = [each for each in self._project.sources_by_id if each not in self._known]
            try:
                self._known |= self._rendered(others, {})
            except ConfigError:  # of one of them: each by itself, so that the others can land
                self._known |= self._rendered([source], {})
        return self._known[source]

    def _all_known(self) -> dict[str, Checks]:
        keys = {source: self._key(source, ()) for source in self._project.sources_by_id}
        return {source: _decoded(self._entries[key]) for source, key in keys.items() if key in self._entries}

    def _rendered(self, sources: Sequence[str], columns: Mapping[str, Sequence[Column]]) -> dict[str, Checks]:
        keys = {source: self._key(source, columns.get(source, ())) for source in sources}
        found = {source: _decoded(self._entries[key]) for source, key in keys.items() if key in self._entries}
        asked = [source for source in sources if source not in found]
        if asked:
            new = dict(_print_checks(self._project, asked, columns))
            missing = [source for source in asked if source not in new]
            if missing:
                raise ConfigError(
                    f"{missing[0]}: dbt printed no checks. Upgrade the package with `ribbon init --upgrade`."
                )
            self._entries.update({keys[source]: body for source, body in new.items()})
            self._cache.save([New(keys[source], head=body) for source, body in new.items()])
            found |= {source: _decoded(body) for source, body in new.items()}
        return found

    @property
    def _entries(self) -> dict[bytes, bytes]:
        if self._kept is None:
            self._kept = {key: entries[0].head for key, entries in self._cache.entries().items()}
        return self._kept

    def _key(self, source: str, columns: Sequence[Column]) -> bytes:
        """A digest of the contract and all that renders it."""
        digest = self._rendering.copy()
        for unique_id in (source, *self._project.tests.ids(source)):
            record = self._project.record(unique_id)
            digest.update(repr({name: value for name, value in record.items() if name not in _VOLATILE}).encode())
        digest.update(repr([(column.name, column.data_type) for column in columns]).encode())
        return bytes(digest.digest())

    @cached_property
    def _rendering(self) -> Any:
        """A digest of the macros, the variables and the version of dbt."""
        digest = blake2b(digest_size=16)
        artifacts, inputs = self._project.artifacts, read_inputs(self._project.paths)
        for unique_id in sorted(artifacts.macro_ids):
            if unique_id.split(".")[1] not in _DBTS:
                macro = artifacts.macro(unique_id)
                digest.update(f"{unique_id} {macro.macro_sql if macro else ''}".encode())
        files = {
            name: each for name, each in inputs.files.items() if name.endswith(("dbt_project.yml", "profiles.yml"))
        }
        digest.update(repr((sorted(files.items()), sorted(inputs.settings.items()))).encode())
        return digest


def _print_checks(
    project: Project, sources: Sequence[str], columns: Mapping[str, Sequence[Column]]
) -> Iterator[tuple[str, bytes]]:
    arguments = {
        "sources": list(sources),
        "columns": {
            source: [{"name": column.name, "type": column.data_type} for column in of_batch]
            for source, of_batch in columns.items()
        },
    }
    for line in run_operation(project.paths, "ribbon.door_checks", arguments).printed:
        if line.startswith("{"):
            body = line.encode()
            yield _decoded(body).source, body


def _decoded(body: bytes) -> Checks:
    return msgspec.json.decode(body, type=Checks)
