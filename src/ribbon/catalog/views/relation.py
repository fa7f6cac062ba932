"""A relation: source, seed, snapshot or model."""

from dataclasses import dataclass
from datetime import datetime

from ribbon.catalog.views.columns import ColumnView, RowEdge
from ribbon.catalog.views.people import ExposureView, PersonView
from ribbon.catalog.views.promises import PromiseView
from ribbon.model import FAILED

__all__ = ["ChangeView", "DocumentedRelation", "Link", "NodeRunView", "ProposalLink", "RelationView", "UsageView"]


@dataclass(frozen=True, slots=True)
class Link:
    """Another relation, as it is named where it is pointed at. slug: of its page."""

    unique_id: str
    label: str
    layer: str
    slug: str


@dataclass(frozen=True, slots=True)
class NodeRunView:
    """One run of the node. status: as dbt says it."""

    run_id: str
    status: str
    seconds: float
    finished_at: datetime | None
    message: str = ""

    @property
    def built(self) -> bool:
        """Whether it came to a good end: it neither failed nor was skipped."""
        return self.status not in FAILED and self.status != "skipped"


@dataclass(frozen=True, slots=True)
class ChangeView:
    """Something that was another when the site was built before. at: when that was noticed, UTC."""

    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class ProposalLink:
    """A proposal of evolution, where it is pointed at. id: its anchor on the page of evolution."""

    id: str
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class UsageView:
    """Who queries it. days: the queries of each day, the oldest first, as ISO date and number."""

    queries: int
    failed: int
    people: tuple[PersonView, ...] = ()
    days: tuple[tuple[str, int], ...] = ()
    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class DocumentedRelation:
    """What the project says of a relation, but for its columns.

    label: `mart.store_daily`. slug: the name of its page, without folder and ending. group: the folder of a warehouse
    subject, the use case of a mart, the system of a source. grain: the columns of which there is one row each. sql:
    as written; compiled: as dbt sent it. complete: whether all columns are known. freshness: what a source promises,
    as a sentence.
    """

    unique_id: str
    slug: str
    label: str
    name: str
    layer: str
    resource_type: str
    group: str
    materialized: str = ""
    database_name: str = ""
    file: str = ""
    patch_file: str = ""
    description: str = ""
    owner: str = ""
    email: str = ""
    tags: tuple[str, ...] = ()
    grain: tuple[str, ...] = ()
    complete: bool = True
    exposures: tuple[ExposureView, ...] = ()
    sql: str = ""
    compiled: str = ""
    freshness: str = ""


@dataclass(frozen=True, slots=True)
class RelationView(DocumentedRelation):
    """Everything that its page says.

    loaded_at: of a source. group_page: of its group, relative to the site's root; empty where it has none. proposals:
    those that are about it or a column of it, the best first.
    """

    columns: tuple[ColumnView, ...] = ()
    promises: tuple[PromiseView, ...] = ()
    rows_by: tuple[RowEdge, ...] = ()
    unresolved: tuple[str, ...] = ()
    upstream: tuple[Link, ...] = ()
    downstream: tuple[Link, ...] = ()
    row_count: int | None = None
    row_counts: tuple[int, ...] = ()
    loaded_at: datetime | None = None
    quarantined: int = 0
    runs: tuple[NodeRunView, ...] = ()
    usage: UsageView | None = None
    changes: tuple[ChangeView, ...] = ()
    group_page: str = ""
    proposals: tuple[ProposalLink, ...] = ()

    @property
    def last_built(self) -> NodeRunView | None:
        """Its last run that came to a good end."""
        return next((run for run in self.runs if run.built), None)

    @property
    def all_promises(self) -> tuple[PromiseView, ...]:
        """Its own and those of its columns."""
        return (*self.promises, *(promise for column in self.columns for promise in column.promises))
