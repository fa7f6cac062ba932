"""A relation as rows."""

from collections.abc import Iterator
from datetime import date

import msgspec

from ribbon.catalog.exports.rows import (
    ColumnEdgeRow,
    ColumnRow,
    ColumnUseRow,
    DayUseRow,
    FrequentValueRow,
    PersonUseRow,
    PromiseRow,
    ReadRow,
    RelationRow,
    RelationRunRow,
    RowEdgeRow,
    UnresolvedRow,
    UsageRow,
    VerdictRow,
)
from ribbon.catalog.facts.sides import SOURCE, SUBJECT, USE, Group
from ribbon.catalog.views import ColumnView, PromiseView, RelationView, UsageView

__all__ = ["rows_of_relation"]


def rows_of_relation(view: RelationView, group: Group) -> Iterator[msgspec.Struct]:
    """Every row that tells of it. group: that it belongs to."""
    uid = view.unique_id
    yield _relation(view, group)
    for position, column in enumerate(view.columns, start=1):
        yield from _column(uid, position, column)
    for promise in sorted(view.all_promises, key=lambda each: each.test_id):
        yield _promise(uid, promise)
        yield from _verdicts(promise)
    yield from (ReadRow(uid, reads) for reads in sorted(link.unique_id for link in view.upstream))
    yield from (RowEdgeRow(uid, row.relation, row.column, row.role, row.expression) for row in view.rows_by)
    yield from (UnresolvedRow(uid, reason) for reason in view.unresolved)
    for run in view.runs:
        yield RelationRunRow(uid, run.run_id, run.status, run.seconds, run.finished_at, run.message)
    yield from _usage(uid, view.usage) if view.usage else ()


def _relation(view: RelationView, group: Group) -> RelationRow:
    return RelationRow(
        relation=view.unique_id,
        label=view.label,
        name=view.name,
        layer=view.layer,
        resource_type=view.resource_type,
        source=group.name if group.side == SOURCE else None,
        subject=group.name if group.side == SUBJECT else None,
        use_case=group.name if group.side == USE else None,
        materialized=view.materialized,
        database_name=view.database_name,
        file=view.file,
        description=view.description,
        owner=view.owner,
        email=view.email,
        tags=view.tags,
        grain=view.grain,
        complete=view.complete,
        row_count=view.row_count,
        quarantined=view.quarantined,
        loaded_at=view.loaded_at,
        freshness=view.freshness,
        sql=view.sql,
        compiled_sql=view.compiled,
    )


def _column(uid: str, position: int, column: ColumnView) -> Iterator[msgspec.Struct]:
    profile, name = column.profile, column.name
    yield ColumnRow(
        relation=uid,
        column=name,
        position=position,
        data_type=column.data_type,
        description=column.description,
        restricted=column.restricted,
        key=column.key,
        kind=column.kind,
        expression=column.expression,
        rows=profile.rows if profile else None,
        nulls=profile.nulls if profile else None,
        distinct=profile.distinct if profile else None,
        smallest=profile.smallest if profile else None,
        largest=profile.largest if profile else None,
    )
    if profile and profile.top:
        values = zip(profile.top.labels, profile.top.counts, strict=True)
        yield from (FrequentValueRow(uid, name, place, *each) for place, each in enumerate(values, start=1))
    for edge in column.made_from:
        yield ColumnEdgeRow(uid, name, edge.relation, edge.column, edge.kind, edge.expressions)
    yield from (ColumnUseRow(uid, name, role, queries) for role, queries in column.asked)


def _promise(uid: str, promise: PromiseView) -> PromiseRow:
    last = promise.history[0] if promise.history else None
    return PromiseRow(
        promise=promise.test_id,
        relation=uid,
        column=promise.column,
        expectation=promise.expectation,
        arguments=msgspec.Raw(msgspec.json.encode(promise.arguments)),
        words=promise.words,
        where=promise.where,
        severity=promise.severity,
        description=promise.description,
        file=promise.file,
        line=promise.line,
        gated=promise.gated,
        status=promise.status,
        judged_at=last.at if last else None,
        elements=last.elements if last else None,
        unexpected=last.unexpected if last else None,
        observed=last.observed if last else None,
        message=last.message if last else None,
    )


def _verdicts(promise: PromiseView) -> Iterator[VerdictRow]:
    for place, said in enumerate(promise.history):
        counts = (said.elements, said.unexpected, said.quarantined)
        yield VerdictRow(
            promise.test_id, place, said.run_id, said.at, said.status, *counts, said.observed, said.message
        )


def _usage(uid: str, usage: UsageView) -> Iterator[msgspec.Struct]:
    yield UsageRow(uid, usage.queries, usage.failed, usage.first, usage.last)
    yield from (PersonUseRow(uid, person.who, person.queries, person.last) for person in usage.people)
    yield from (DayUseRow(uid, date.fromisoformat(day), queries) for day, queries in usage.days)
