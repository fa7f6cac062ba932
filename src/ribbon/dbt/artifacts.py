"""Reading dbt's artifacts of any project: target/manifest.json and target/catalog.json.

A manifest of a large project has hundreds of megabytes, most of which is not needed here: tests, documentation,
macros. So the file is cut into its records first, and of those that are wanted the fields in nodes.py are decoded.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from ribbon.dbt.nodes import CatalogNode, Exposure, Macro, Node, Seed, Snapshot, Written
from ribbon.errors import ConfigError

__all__ = ["Artifacts", "Metadata", "read_artifacts", "read_catalog", "read_metadata"]

OLDEST = 9  # dbt 1.5
KINDS: dict[str, type[Node]] = {"model": Node, "seed": Seed, "snapshot": Snapshot}

Decoded = TypeVar("Decoded")


class Metadata(msgspec.Struct, frozen=True):
    """What a manifest says about itself."""

    dbt_schema_version: str = ""
    generated_at: str = ""
    adapter_type: str | None = None
    project_name: str | None = None
    invocation_id: str | None = None
    dbt_version: str = ""


class _MetadataAlone(msgspec.Struct, frozen=True):
    metadata: Metadata = Metadata()


class _Manifest(msgspec.Struct, frozen=True):
    metadata: Metadata
    nodes: dict[str, msgspec.Raw]
    sources: dict[str, msgspec.Raw] = {}
    macros: dict[str, msgspec.Raw] = {}
    docs: dict[str, msgspec.Raw] = {}
    exposures: dict[str, msgspec.Raw] = {}
    groups: dict[str, msgspec.Raw] = {}
    disabled: dict[str, tuple[msgspec.Raw, ...]] | None = None
    unit_tests: dict[str, msgspec.Raw] = {}


class _Hook(msgspec.Struct, frozen=True):
    schema: str = ""


class _TestConfig(msgspec.Struct, frozen=True):
    enabled: bool = True


class _Test(msgspec.Struct, frozen=True):
    config: _TestConfig = _TestConfig()


class _Catalog(msgspec.Struct, frozen=True):
    nodes: dict[str, CatalogNode]
    sources: dict[str, CatalogNode] = {}


class Artifacts:
    """A manifest, decoded as far as it is asked for. Whatever does not decode raises a ConfigError."""

    def __init__(self, path: Path, manifest: _Manifest) -> None:
        self._path = path
        self._manifest = manifest
        self._decoders: dict[type, msgspec.json.Decoder[Any]] = {}

    @property
    def metadata(self) -> Metadata:
        """What the manifest says about itself."""
        return self._manifest.metadata

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """Sources, seeds, snapshots and models by unique id, sources first, then in dbt's order."""
        decoders = {kind: msgspec.json.Decoder(struct) for kind, struct in KINDS.items()}
        found = self._decode(msgspec.json.Decoder(Node), self._manifest.sources)
        for key, raw in self._manifest.nodes.items():
            decoder = decoders.get(key.partition(".")[0])
            if decoder:
                found[key] = self._decode_one(decoder, key, raw)
        return found

    @property
    def compiled(self) -> bool:
        """Whether it has the SQL of all snapshots and models; a command that selects some compiles no others."""
        queries = (node for node in self.nodes.values() if node.resource_type in {"model", "snapshot"})
        return all(node.compiled_code is not None or node.language == "python" for node in queries)

    @cached_property
    def exposures(self) -> tuple[Exposure, ...]:
        """The uses that the project declares."""
        return tuple(self._decode(msgspec.json.Decoder(Exposure), self._manifest.exposures).values())

    @property
    def macro_ids(self) -> Iterator[str]:
        """Unique ids of all macros: macro.<package>.<name>."""
        return iter(self._manifest.macros)

    def macro(self, unique_id: str) -> Macro | None:
        """A macro, decoded now; None where there is none of that id."""
        raw = self._manifest.macros.get(unique_id)
        return self._decode_one(msgspec.json.Decoder(Macro), unique_id, raw) if raw else None

    def record(self, unique_id: str) -> dict[str, Any]:
        """All that the manifest says about a seed, snapshot or model, decoded now."""
        return self._decode_one(msgspec.json.Decoder(dict[str, Any]), unique_id, self._manifest.nodes[unique_id])

    @property
    def test_ids(self) -> Iterator[str]:
        """Unique ids of all data tests that dbt may run.

        A test that reads a relation that the project lacks or has disabled stays among the nodes, disabled.
        """
        tests = (key for key in self._manifest.nodes if key.startswith("test."))
        return (key for key in tests if self.decoded(_Test, key).config.enabled)

    @property
    def hook_ids(self) -> Iterator[str]:
        """Unique ids of all hooks, of the project and of its packages: operation.<package>.<package>-on-run-start-0."""
        return (key for key in self._manifest.nodes if key.startswith("operation."))

    @property
    def group_ids(self) -> Iterator[str]:
        """Unique ids of all groups."""
        return iter(self._manifest.groups)

    @property
    def schemas_of_hooks(self) -> Iterator[str]:
        """The schema of the target, as each hook of the project has it."""
        return (self.decoded(_Hook, key).schema for key in self._manifest.nodes if key.startswith("operation."))

    @property
    def written(self) -> Iterator[Written]:
        """All that the manifest has from files, decoded now."""
        every = self._manifest
        for records in (
            every.nodes,
            every.sources,
            every.macros,
            every.docs,
            every.exposures,
            every.groups,
            every.unit_tests,
        ):
            yield from self._decode(msgspec.json.Decoder(Written), records).values()
        yield from self.disabled(Written)

    @property
    def target_schema(self) -> str | None:
        """The schema of the target, of a hook or of a node that nothing places elsewhere; None where none tells it."""
        name = self.metadata.project_name
        own = (node for node in self.nodes.values() if node.package_name == name and node.resource_type in KINDS)
        plain = [] if f"macro.{name}.generate_schema_name" in self._manifest.macros else own
        placed_nowhere = (node.schema for node in plain if not node.config.schema and node.schema)
        return next(self.schemas_of_hooks, None) or next(placed_nowhere, None)

    def disabled(self, kind: type[Decoded]) -> Iterator[Decoded]:
        """What the project has set aside with `enabled: false`, decoded now."""
        decoder = msgspec.json.Decoder(kind)
        for key, raws in (self._manifest.disabled or {}).items():
            yield from (self._decode_one(decoder, key, raw) for raw in raws)

    def raw(self, unique_id: str) -> msgspec.Raw:
        """A node, source, exposure or group as the manifest writes it. Raises KeyError where it has none of that id."""
        manifest = self._manifest
        others = {
            "source": manifest.sources,
            "exposure": manifest.exposures,
            "group": manifest.groups,
            "unit_test": manifest.unit_tests,
        }
        return others.get(unique_id.partition(".")[0], manifest.nodes)[unique_id]

    def decoded(self, kind: type[Decoded], unique_id: str) -> Decoded:
        """A node, source, exposure or group with the fields of a struct, decoded now. Raises KeyError as `raw` does."""
        decoder: msgspec.json.Decoder[Decoded] | None = self._decoders.get(kind)
        if decoder is None:
            decoder = self._decoders[kind] = msgspec.json.Decoder(kind)
        return self._decode_one(decoder, unique_id, self.raw(unique_id))

    def _decode(self, decoder: msgspec.json.Decoder[Decoded], records: Mapping[str, msgspec.Raw]) -> dict[str, Decoded]:
        return {key: self._decode_one(decoder, key, raw) for key, raw in records.items()}

    def _decode_one(self, decoder: msgspec.json.Decoder[Decoded], key: str, raw: msgspec.Raw) -> Decoded:
        try:
            return decoder.decode(raw)
        except msgspec.DecodeError as error:
            raise ConfigError(f"{self._path}: {key}: {error}. Write it again with `dbt compile`.") from error


def read_artifacts(target_dir: Path) -> Artifacts:
    """The manifest that dbt left in `target_dir`; a ConfigError says what is missing, broken or too old."""
    path = target_dir / "manifest.json"
    manifest = _read(path, _Manifest, "dbt compile")
    version = re.search(r"/manifest/v(\d+)", manifest.metadata.dbt_schema_version)
    if not version or int(version[1]) < OLDEST:
        raise ConfigError(
            f"{path}: has format {version[1] if version else manifest.metadata.dbt_schema_version!r}, and the oldest"
            f" that can be read is {OLDEST}. Write it again with `dbt compile` of dbt 1.5 or later."
        )
    return Artifacts(path, manifest)


def read_metadata(target_dir: Path) -> Metadata | None:
    """What the manifest in `target_dir` says about itself; None where there is none or it cannot be read."""
    try:
        return msgspec.json.decode((target_dir / "manifest.json").read_bytes(), type=_MetadataAlone).metadata
    except (OSError, msgspec.DecodeError):
        return None


def read_catalog(target_dir: Path) -> dict[str, CatalogNode]:
    """What the database has by unique id, as `dbt docs generate` saw it; empty where that has not run."""
    path = target_dir / "catalog.json"
    if not path.is_file():
        return {}
    catalog = _read(path, _Catalog, "dbt docs generate")
    return catalog.sources | catalog.nodes


def _read(path: Path, kind: type[Decoded], remedy: str) -> Decoded:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file. Write it with `{remedy}`.") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}. Write it again with `{remedy}`.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path}: is corrupt or not a dbt {path.stem}: {error}. Write it again with `{remedy}`."
        ) from error
