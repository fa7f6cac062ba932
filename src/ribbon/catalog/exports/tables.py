"""The catalog as rows: what every table of an export holds."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import get_args, get_type_hints

import msgspec

from ribbon.catalog.exports.catalog import Catalog
from ribbon.catalog.exports.rows import (
    ColumnEdgeRow,
    ColumnRow,
    ColumnUseRow,
    DayUseRow,
    Document,
    ExposureReadRow,
    ExposureRow,
    ExposureUseRow,
    FrequentValueRow,
    Head,
    PersonUseRow,
    PromiseRow,
    ReadRow,
    RelationRow,
    RelationRunRow,
    RowEdgeRow,
    RunRow,
    ServiceLevelRow,
    SourceRow,
    SubjectRow,
    UnresolvedRow,
    UsageRow,
    UseCaseRow,
    VerdictRow,
)
from ribbon.catalog.facts.groups import NO_USE, SOURCE, SUBJECT, USE, Group, title_of
from ribbon.catalog.load.groups import by_group
from ribbon.catalog.views import (
    ColumnView,
    ExposureView,
    InvocationView,
    PromiseView,
    RelationView,
    UsageView,
    UseCaseView,
)

__all__ = ["head_of", "rows_of", "tables"]


def rows_of_relation(view: RelationView, group: Group) -> Iterator[msgspec.Struct]:
    """Every row about a relation. group: that it belongs to."""
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
        use_case=group.name if group.side == USE and group.name != NO_USE else None,
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
        status=view.verdict.status,
        state=view.verdict.words,
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
    yield from (ColumnUseRow(uid, name, role, queries) for role, queries in column.queried)


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
    for place, verdict in enumerate(promise.history):
        counts = (verdict.elements, verdict.unexpected, verdict.quarantined)
        yield VerdictRow(
            promise.test_id,
            place,
            verdict.run_id,
            verdict.at,
            verdict.status,
            *counts,
            verdict.observed,
            verdict.message,
        )


def _usage(uid: str, usage: UsageView) -> Iterator[msgspec.Struct]:
    yield UsageRow(uid, usage.queries, usage.failed, usage.first, usage.last)
    yield from (PersonUseRow(uid, person.who, person.queries, person.last) for person in usage.people)
    yield from (DayUseRow(uid, date.fromisoformat(day), queries) for day, queries in usage.days)


@cache
def tables() -> Mapping[type[msgspec.Struct], str]:
    """The tables by what their rows are, in the order of the document."""
    hints = {name: get_args(hint) for name, hint in get_type_hints(Document).items()}
    return {args[0]: name for name, args in hints.items() if args and issubclass(args[0], msgspec.Struct)}


def head_of(catalog: Catalog) -> Head:
    """The head of the document."""
    documents = catalog.facts.documents
    built_at, notes = documents.built_at, tuple(documents.notes)
    return Head(project=catalog.name, adapter=catalog.adapter, built_at=built_at, notes=notes)


def rows_of(catalog: Catalog) -> Iterator[msgspec.Struct]:
    """All rows of all tables, those of a relation together; each table's are in the order of its key."""
    measured: set[str] = set()
    for view in catalog.relations():
        for row in rows_of_relation(view, catalog.group(view.unique_id)):
            # A singular test belongs to several relations, and was measured once.
            if not isinstance(row, VerdictRow) or row.promise not in measured:
                yield row
        measured.update(promise.test_id for promise in view.all_promises)
    yield from map(_run, catalog.facts.history.invocations())
    yield from _groups(catalog)
    cases = catalog.use_cases()
    yield from (row for case in cases if case.name != NO_USE for row in _use_case(case))
    yield from _exposures(cases)


def _run(run: InvocationView) -> RunRow:
    return RunRow(run.run_id, run.command, run.target, run.started_at, run.finished_at, run.status, run.failed)


def _groups(catalog: Catalog) -> Iterator[msgspec.Struct]:
    for group, relations in sorted(by_group(catalog.facts.groups, ()).items()):
        if group.side == SOURCE:
            yield SourceRow(group.name, catalog.facts.documents.system_description(relations[0]))
        elif group.side == SUBJECT:
            yield SubjectRow(group.name, title_of(group.name))


def _use_case(case: UseCaseView) -> Iterator[msgspec.Struct]:
    yield UseCaseRow(
        use_case=case.name,
        label=case.label,
        description=case.description,
        owner=case.owner,
        email=case.email,
        stage=case.stage,
        audience=case.audience,
        decision=case.decision,
        met=case.met,
        broken=case.broken,
        unmeasured=case.unmeasured,
        status=case.verdict.status,
        state=case.verdict.words,
    )
    yield from (ServiceLevelRow(case.name, name, words) for name, words in case.service_level)


def _exposures(cases: tuple[UseCaseView, ...]) -> Iterator[msgspec.Struct]:
    served: dict[str, list[str]] = {}
    views: dict[str, ExposureView] = {}
    for case in cases:
        for exposure in case.exposures:
            views[exposure.unique_id] = exposure
            served.setdefault(exposure.unique_id, []).append(case.name)
    for uid in sorted(views):
        view = views[uid]
        texts = (view.label, view.type, view.description, view.owner, view.email, view.maturity, view.url)
        yield ExposureRow(uid, view.name, *texts)
        yield from (ExposureReadRow(uid, relation) for relation in sorted(set(view.reads)))
        yield from (ExposureUseRow(uid, name) for name in served[uid] if name != NO_USE)
