"""The view of a relation: all that is known of it, for its page and for exports."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace

from ribbon.catalog.facts.column_lineage import ColumnLineage, ColumnTrace
from ribbon.catalog.facts.documents import Documents
from ribbon.catalog.facts.history import History
from ribbon.catalog.facts.usage import QueryUsage
from ribbon.catalog.views import ChangeView, ColumnView, Link, PromiseView, RelationView
from ribbon.dbt.grain import UNIQUE

__all__ = ["relation_view"]

# A column's lineage has the same names in the trace and in the view.
_TRACED = tuple(field.name for field in fields(ColumnTrace))


def relation_view(
    uid: str,
    documents: Documents,
    lineage: ColumnLineage,
    history: History,
    usage: QueryUsage,
    changes: Sequence[ChangeView] = (),
) -> RelationView:
    """Everything that the page of a relation shows. changes: since earlier builds of the site, the newest first."""
    view = documents.relation(uid)
    promises = tuple(
        replace(promise, history=history.history(promise.test_id), gated=history.gated(promise.test_id))
        for promise in documents.promises(uid)
    )
    of_columns = _by_column(view, promises)
    traces = {name.casefold(): trace for name, trace in lineage.edges(uid).items()}
    profiles, queried = history.profiles(uid), usage.queried(uid)
    row_counts = history.row_counts(uid)
    return replace(
        view,
        columns=tuple(
            replace(
                column,
                **{name: getattr(traces.get(key, ColumnTrace()), name) for name in _TRACED},
                key=_is_key(column, view.grain, of_columns.get(key, ())),
                promises=of_columns.get(key, ()),
                profile=profiles.get(key),
                queried=queried.get(key, ()),
            )
            for column in view.columns
            for key in (column.name.casefold(),)
        ),
        promises=tuple(promise for promise in promises if _column_key(promise) not in of_columns),
        rows_by=lineage.rows_by(uid),
        unresolved=lineage.unresolved(uid),
        upstream=_links(lineage.upstream(uid), documents),
        downstream=_links(lineage.downstream(uid), documents),
        row_count=row_counts[-1] if row_counts else None,
        row_counts=row_counts,
        loaded_at=history.loaded_at(uid),
        quarantined=history.quarantined(uid),
        runs=history.runs(uid),
        usage=usage.usage(uid),
        changes=tuple(changes),
    )


def _by_column(view: RelationView, promises: Sequence[PromiseView]) -> Mapping[str, tuple[PromiseView, ...]]:
    """The promises of each column that has any, by its name in lower case; what names no column is the relation's."""
    found: dict[str, tuple[PromiseView, ...]] = {}
    names = {column.name.casefold() for column in view.columns}
    for promise in promises:
        if (key := _column_key(promise)) in names:
            found[key] = (*found.get(key, ()), promise)
    return found


def _is_key(column: ColumnView, grain: Iterable[str], promises: Iterable[PromiseView]) -> bool:
    """Whether it is part of the grain, or promised to be unique in all rows."""
    unique = any(promise.expectation in UNIQUE and promise.of_all_rows for promise in promises)
    return unique or column.name.casefold() in {name.casefold() for name in grain}


def _links(uids: Iterable[str], documents: Documents) -> tuple[Link, ...]:
    return tuple(sorted((documents.link(uid) for uid in uids), key=lambda link: link.label))


def _column_key(promise: PromiseView) -> str:
    return (promise.column or "").casefold()
