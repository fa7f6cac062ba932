"""What is kept of an analysis: a small part that says whether it still holds, and the lineage itself."""

import zlib
from collections.abc import Callable, Iterable
from hashlib import blake2b

import msgspec

from ribbon.lineage.nodes import ProjectNode
from ribbon.lineage.schemas import UNKNOWN_RELATION, Schema, told_names
from ribbon.model import QueryLineage, Unresolved

__all__ = [
    "ITSELF",
    "Answer",
    "Found",
    "Trace",
    "answer",
    "decode_body",
    "decode_trace",
    "digest_of_body",
    "encode_body",
    "encode_trace",
    "given_schema",
    "schema_found",
    "types_of",
]

# In the place of a relation: what the query asked of its own result, whose columns its node may know.
ITSELF = ""


# Finds what is known of a relation; None where it is none of the project's.
SchemaOf = Callable[[str], Schema | None]


class Answer(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What an analysis asked of a relation, and a digest of what it was told.

    schema: the digest of all that was known of the relation. Where that is still the same, nobody need look closer.
    """

    relation: str
    columns: tuple[str, ...] | None
    told: bytes
    schema: bytes = b""

    def holds(self, node: ProjectNode, schema_of: SchemaOf) -> bool:
        """Whether the node's queries would be told the same today."""
        if self.relation == ITSELF:
            return self.told == told_names(node.columns)
        schema = schema_of(self.relation)
        if schema is None:
            return self.told == UNKNOWN_RELATION
        return self.schema == schema.digest or self.told == schema.told(self.columns)


class Found(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A column of a result. relation and column: what it is a plain copy of, where it is one."""

    name: str
    relation: str | None = None
    column: str | None = None


class Trace(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What a node's analysis found that others need, and the answers on which all of it rests.

    types: of the columns. given: a digest of what was known of the node without its SQL, on which the types rest too.
    schema: the digest of the node's schema. body: the digest of the lineage itself.
    """

    columns: tuple[Found, ...]
    complete: bool
    unresolved: tuple[Unresolved, ...]
    answers: tuple[Answer, ...]
    types: tuple[str | None, ...]
    given: bytes
    schema: bytes
    body: bytes

    def holds(self, node: ProjectNode, schema_of: SchemaOf) -> bool:
        """Whether an analysis today would be told the same."""
        return all(answer.holds(node, schema_of) for answer in self.answers)

    def reads(self) -> tuple[str, ...]:
        """The relations that the node takes columns from."""
        return tuple(answer.relation for answer in self.answers if answer.relation != ITSELF)

    def listed(self) -> dict[str, str | None]:
        """The columns that the analysis found, with their types."""
        return {found.name: data_type for found, data_type in zip(self.columns, self.types, strict=True)}

    def schema_for(self, node: ProjectNode, schema_of: SchemaOf) -> Schema:
        """What readers of the node are told: what was found, if that is all there is, else what is known anyway."""
        given = given_schema(node)
        if not self.complete:
            return given
        if given.digest == self.given:
            return Schema(node.path, self.listed, digest=self.schema)
        types = types_of(self.columns, given, schema_of)
        return schema_found(given, self.columns, types, self.complete)


def given_schema(node: ProjectNode) -> Schema:
    """What is known of the node without its SQL."""
    return Schema.of(node.path, node.columns, node.columns_from.complete)


def types_of(columns: Iterable[Found], given: Schema, schema_of: SchemaOf) -> tuple[str | None, ...]:
    """The columns' types: the node's own word for each, else that of the column it is a copy of."""
    return tuple(given.type_of(found.name) or _copied_type(found, schema_of) for found in columns)


def schema_found(given: Schema, columns: Iterable[Found], types: Iterable[str | None], complete: bool) -> Schema:
    """The schema of a node whose analysis found these columns."""
    if not complete:
        return given
    return Schema.of(given.path, {found.name: data_type for found, data_type in zip(columns, types, strict=True)})


def _copied_type(found: Found, schema_of: SchemaOf) -> str | None:
    origin = schema_of(found.relation) if found.relation is not None else None
    return origin.type_of(found.column or "") if origin is not None else None


def answer(relation: str, columns: tuple[str, ...] | None, node: ProjectNode, schema_of: SchemaOf) -> Answer:
    """What a query of the node's is told today."""
    if relation == ITSELF:
        return Answer(relation, columns, told_names(node.columns))
    schema = schema_of(relation)
    if schema is None:
        return Answer(relation, columns, UNKNOWN_RELATION)
    return Answer(relation, columns, schema.told(columns), schema.digest)


_traces = msgspec.msgpack.Decoder(Trace)
_bodies = msgspec.msgpack.Decoder(QueryLineage)


def encode_trace(trace: Trace) -> bytes:
    """As it is kept."""
    return msgspec.msgpack.encode(trace)


def decode_trace(data: bytes) -> Trace:
    """As it was encoded. Raises msgspec.DecodeError where the bytes are damaged."""
    return _traces.decode(data)


def encode_body(lineage: QueryLineage) -> bytes:
    """As it is kept; the names in it repeat, so it is a tenth of its size."""
    return zlib.compress(msgspec.msgpack.encode(lineage), level=1)


def digest_of_body(data: bytes) -> bytes:
    """Differs where the encoded lineage does."""
    return blake2b(data, digest_size=16).digest()


def decode_body(data: bytes) -> QueryLineage:
    """As it was encoded. Raises zlib.error or msgspec.DecodeError where the bytes are damaged."""
    return _bodies.decode(zlib.decompress(data))
