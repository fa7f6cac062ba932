"""All that is known of a relation, put together for its page."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace

from ribbon.catalog.composing.judging import judged
from ribbon.catalog.composing.keys import UNIQUE, of_all_rows
from ribbon.catalog.facts.interfaces import ColumnTrace, Documents, Measured, Traced, Used
from ribbon.catalog.facts.records import ColumnRecord, RelationRecord
from ribbon.catalog.views import (
    ChangeView,
    ColumnView,
    DocumentedRelation,
    Link,
    ProfileView,
    PromiseView,
    RelationView,
)

__all__ = ["compose_relation"]

_NOTHING = ColumnTrace()
_DOCUMENTED = tuple(field.name for field in fields(DocumentedRelation))


def compose_relation(
    uid: str, documented: Documents, traced: Traced, measured: Measured, used: Used, changes: Sequence[ChangeView]
) -> RelationView:
    """What the page of a relation shows. changes: since earlier builds of the site, the newest first."""
    record = documented.relation(uid)
    promises = judged(documented.promises(uid), measured)
    of_columns = _by_column(record, promises)
    columns = _columns(record, of_columns, traced.edges(uid))
    row_counts = measured.row_counts(uid)
    return RelationView(
        **{name: getattr(record, name) for name in _DOCUMENTED},
        columns=tuple(_seen(columns, measured.profiles(uid), used.asked(uid))),
        promises=tuple(promise for promise in promises if _key(promise) not in of_columns),
        rows_by=traced.rows_by(uid),
        unresolved=traced.unresolved(uid),
        upstream=_links(traced.upstream(uid), documented),
        downstream=_links(traced.downstream(uid), documented),
        row_count=row_counts[-1] if row_counts else None,
        row_counts=row_counts,
        loaded_at=measured.loaded_at(uid),
        quarantined=measured.quarantined(uid),
        runs=measured.runs(uid),
        usage=used.usage(uid),
        changes=tuple(changes),
    )


def _by_column(record: RelationRecord, promises: Sequence[PromiseView]) -> Mapping[str, tuple[PromiseView, ...]]:
    """The promises of each column that has any, by its name in lower case; what names no column is the relation's."""
    found: dict[str, tuple[PromiseView, ...]] = {}
    names = {column.name.casefold() for column in record.columns}
    for promise in promises:
        if (key := _key(promise)) in names:
            found[key] = (*found.get(key, ()), promise)
    return found


def _columns(
    record: RelationRecord, promises: Mapping[str, tuple[PromiseView, ...]], edges: Mapping[str, ColumnTrace]
) -> Iterator[ColumnView]:
    traces = {name.casefold(): trace for name, trace in edges.items()}
    grain = {name.casefold() for name in record.grain}
    for column in record.columns:
        key = column.name.casefold()
        said = promises.get(key, ())
        is_key = key in grain or any(promise.expectation in UNIQUE and of_all_rows(promise) for promise in said)
        yield _column(column, said, traces.get(key, _NOTHING), is_key)


def _column(column: ColumnRecord, promises: tuple[PromiseView, ...], trace: ColumnTrace, is_key: bool) -> ColumnView:
    return ColumnView(
        name=column.name,
        data_type=column.data_type,
        description=column.description,
        restricted=column.restricted,
        key=is_key,
        kind=trace.kind,
        expression=trace.expression,
        made_from=trace.made_from,
        feeds=trace.feeds,
        decides=trace.decides,
        promises=promises,
    )


def _seen(
    columns: Iterable[ColumnView],
    profiles: Mapping[str, ProfileView],
    asked: Mapping[str, tuple[tuple[str, int], ...]],
) -> Iterator[ColumnView]:
    """With what was measured of their values and what people ask of them."""
    for column in columns:
        key = column.name.casefold()
        yield replace(column, profile=profiles.get(key), asked=asked.get(key, ()))


def _links(uids: Iterable[str], documented: Documents) -> tuple[Link, ...]:
    return tuple(sorted((documented.link(uid) for uid in uids), key=lambda link: link.label))


def _key(promise: PromiseView) -> str:
    return (promise.column or "").casefold()
