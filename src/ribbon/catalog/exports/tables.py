"""The catalog as rows: what every table holds."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import get_args, get_type_hints

import msgspec

from ribbon.catalog.composing.groups import by_group
from ribbon.catalog.exports.catalog import Catalog
from ribbon.catalog.exports.document import Document, Head
from ribbon.catalog.exports.project_rows import (
    ExposureReadRow,
    ExposureRow,
    ExposureUseRow,
    RunRow,
    ServiceLevelRow,
    SourceRow,
    SubjectRow,
    UseCaseRow,
)
from ribbon.catalog.exports.relation_rows import rows_of_relation
from ribbon.catalog.exports.rows import VerdictRow
from ribbon.catalog.facts.groups import title_of
from ribbon.catalog.facts.sides import SOURCE, SUBJECT
from ribbon.catalog.views import ExposureView, InvocationView, UseCaseView

__all__ = ["head_of", "rows_of", "tables"]


@cache
def tables() -> Mapping[type[msgspec.Struct], str]:
    """The tables by what their rows are, in the order of the document."""
    hints = {name: get_args(hint) for name, hint in get_type_hints(Document).items()}
    return {args[0]: name for name, args in hints.items() if args and issubclass(args[0], msgspec.Struct)}


def head_of(catalog: Catalog) -> Head:
    """What the document says before its tables."""
    documented = catalog.facts.documented
    built_at, notes = documented.built_at, tuple(documented.notes)
    return Head(project=catalog.name, adapter=catalog.adapter, built_at=built_at, notes=notes)


def rows_of(catalog: Catalog) -> Iterator[msgspec.Struct]:
    """All rows of all tables, those of a relation together; each table's are in the order of its key."""
    told: set[str] = set()
    for view in catalog.relations():
        for row in rows_of_relation(view, catalog.group(view.unique_id)):
            # A singular test belongs to several relations, and was measured once.
            if not isinstance(row, VerdictRow) or row.promise not in told:
                yield row
        told.update(promise.test_id for promise in view.all_promises)
    yield from map(_run, catalog.facts.measured.invocations())
    yield from _groups(catalog)
    cases = catalog.use_cases()
    yield from (row for case in cases for row in _use_case(case))
    yield from _exposures(cases)


def _run(run: InvocationView) -> RunRow:
    return RunRow(run.run_id, run.command, run.target, run.started_at, run.finished_at, run.status, run.failed)


def _groups(catalog: Catalog) -> Iterator[msgspec.Struct]:
    for group, relations in sorted(by_group(catalog.facts.groups, ()).items()):
        if group.side == SOURCE:
            yield SourceRow(group.name, catalog.facts.documented.system_description(relations[0]))
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
        said = (view.label, view.type, view.description, view.owner, view.email, view.maturity, view.url)
        yield ExposureRow(uid, view.name, *said)
        yield from (ExposureReadRow(uid, relation) for relation in sorted(set(view.reads)))
        yield from (ExposureUseRow(uid, name) for name in served[uid])
