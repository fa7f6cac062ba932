"""What is cached of an analysis: a small part that says whether it still holds, and the lineage itself.

An entry is found by the SQL that was analysed. It holds as long as every lookup that the analysis made, of a
relation's columns, gives the same today.
"""

import zlib
from collections.abc import Callable, Iterable
from hashlib import blake2b

import msgspec

from ribbon.lineage.nodes import ProjectNode
from ribbon.lineage.schemas import UNKNOWN_RELATION, Schema, declared_schema, digest_of_names
from ribbon.model import QueryLineage, Unresolved
from ribbon.store import code_version

__all__ = [
    "ITSELF",
    "Found",
    "Lookup",
    "Summary",
    "analysis_version",
    "decode_lineage",
    "decode_summary",
    "digest_of_lineage",
    "encode_lineage",
    "encode_summary",
    "look_up",
    "schema_found",
    "types_of",
]

# In the place of a relation: the query looked up the names of its own columns, which its node may know.
ITSELF = ""

# The analysis, the values it gives, and what is made of them before they are cached.
_CODE = ("sql", "model/lineage.py", "lineage")

# Finds what is known of a relation; None where it is none of the project's.
SchemaOf = Callable[[str], Schema | None]


def analysis_version() -> str:
    """A short digest of the code that lineage depends on."""
    return code_version(_CODE, "sqlglot")


class Lookup(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """Columns that an analysis looked up in a relation, and a digest of what it learned. None: the whole list.

    schema: the digest of all that was known of the relation. Where that is still the same, so is the rest.
    """

    relation: str
    columns: tuple[str, ...] | None
    digest: bytes
    schema: bytes = b""

    def holds(self, node: ProjectNode, schema_of: SchemaOf) -> bool:
        """Whether the node's queries would learn the same today."""
        if self.relation == ITSELF:
            return self.digest == digest_of_names(node.columns)
        schema = schema_of(self.relation)
        if schema is None:
            return self.digest == UNKNOWN_RELATION
        return self.schema == schema.digest or self.digest == schema.digest_for(self.columns)


class Found(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A column of a result. relation and column: what it is a plain copy of, where it is one."""

    name: str
    relation: str | None = None
    column: str | None = None


class Summary(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What the analysis of a node found that other nodes need, and the lookups on which all of it rests.

    types: of the columns. declared: a digest of what was known of the node without its SQL, on which the types rest
    too. schema: the digest of the node's schema. lineage: the digest of the lineage itself.
    """

    columns: tuple[Found, ...]
    complete: bool
    unresolved: tuple[Unresolved, ...]
    lookups: tuple[Lookup, ...]
    types: tuple[str | None, ...]
    declared: bytes
    schema: bytes
    lineage: bytes

    def holds(self, node: ProjectNode, schema_of: SchemaOf) -> bool:
        """Whether an analysis today would learn the same."""
        return all(lookup.holds(node, schema_of) for lookup in self.lookups)

    def reads(self) -> tuple[str, ...]:
        """The relations that the node takes columns from."""
        return tuple(lookup.relation for lookup in self.lookups if lookup.relation != ITSELF)

    def listed(self) -> dict[str, str | None]:
        """The columns that the analysis found, with their types."""
        return {found.name: data_type for found, data_type in zip(self.columns, self.types, strict=True)}

    def schema_for(self, node: ProjectNode, schema_of: SchemaOf) -> Schema:
        """The schema that readers of the node see: what was found if that is complete, else what is declared."""
        declared = declared_schema(node)
        if not self.complete:
            return declared
        if declared.digest == self.declared:
            return Schema(node.path, self.listed, digest=self.schema)
        types = types_of(self.columns, declared, schema_of)
        return schema_found(declared, self.columns, types, self.complete)


def types_of(columns: Iterable[Found], declared: Schema, schema_of: SchemaOf) -> tuple[str | None, ...]:
    """The columns' types: the declared one of each, else that of the column it is a copy of."""
    return tuple(declared.type_of(found.name) or _copied_type(found, schema_of) for found in columns)


def schema_found(declared: Schema, columns: Iterable[Found], types: Iterable[str | None], complete: bool) -> Schema:
    """The schema of a node whose analysis found these columns."""
    if not complete:
        return declared
    return Schema.of(declared.path, {found.name: data_type for found, data_type in zip(columns, types, strict=True)})


def _copied_type(found: Found, schema_of: SchemaOf) -> str | None:
    origin = schema_of(found.relation) if found.relation is not None else None
    return origin.type_of(found.column or "") if origin is not None else None


def look_up(relation: str, columns: tuple[str, ...] | None, node: ProjectNode, schema_of: SchemaOf) -> Lookup:
    """A lookup of the node's queries, with what they learn today."""
    if relation == ITSELF:
        return Lookup(relation, columns, digest_of_names(node.columns))
    schema = schema_of(relation)
    if schema is None:
        return Lookup(relation, columns, UNKNOWN_RELATION)
    return Lookup(relation, columns, schema.digest_for(columns), schema.digest)


_summaries = msgspec.msgpack.Decoder(Summary)
_lineages = msgspec.msgpack.Decoder(QueryLineage)


def encode_summary(summary: Summary) -> bytes:
    """As it is cached."""
    return msgspec.msgpack.encode(summary)


def decode_summary(data: bytes) -> Summary:
    """As it was encoded. Raises msgspec.DecodeError where the bytes are damaged."""
    return _summaries.decode(data)


def encode_lineage(lineage: QueryLineage) -> bytes:
    """As it is cached; the names in it repeat, so compressing leaves a tenth of its size."""
    return zlib.compress(msgspec.msgpack.encode(lineage), level=1)


def digest_of_lineage(data: bytes) -> bytes:
    """Differs where the encoded lineage does."""
    return blake2b(data, digest_size=16).digest()


def decode_lineage(data: bytes) -> QueryLineage:
    """As it was encoded. Raises zlib.error or msgspec.DecodeError where the bytes are damaged."""
    return _lineages.decode(zlib.decompress(data))
