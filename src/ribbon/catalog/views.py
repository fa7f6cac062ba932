"""What pages and exports show: plain data, the same for HTML, Markdown, JSON and Parquet.

A new field is named here, filled in `ribbon.catalog.load`, and written by a template of `ribbon.catalog.pages`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ribbon.model import FAILED
from ribbon.verdict.rules import Verdict

__all__ = [
    "Band",
    "ChangeView",
    "ColumnEdge",
    "ColumnView",
    "DayOfHealth",
    "Distribution",
    "DocumentedRelation",
    "EntityView",
    "EvolutionView",
    "ExposureView",
    "FrontView",
    "GroupView",
    "Health",
    "HealthView",
    "InvocationView",
    "KeptView",
    "KeyColumn",
    "Link",
    "ListedView",
    "NavEntry",
    "NodeRunView",
    "PersonView",
    "ProfileView",
    "PromiseView",
    "ProposalLink",
    "ProposalView",
    "RelationView",
    "RelationshipView",
    "RowEdge",
    "Shell",
    "SubjectView",
    "Trouble",
    "UsageView",
    "UseCaseView",
    "VerdictView",
]


@dataclass(frozen=True, slots=True)
class VerdictView:
    """The result of a test. status: pass, warn, fail, error, skipped. unexpected: rows of `elements` that fail it.

    at: UTC. observed, message: as recorded; None where they could show a restricted value.
    """

    status: str
    at: datetime
    run_id: str = ""
    elements: int | None = None
    unexpected: int | None = None
    observed: str | None = None
    message: str | None = None
    quarantined: int = 0


@dataclass(frozen=True, slots=True)
class PromiseView:
    """An expectation: a dbt test, generic or singular.

    column: None where it is about the relation. arguments: as written, without column and model. words: all of it as a
    sentence. gated: whether readers wait for it; None where it was never measured. history: the newest first, at most
    thirty. line: of its YAML or SQL file, None where it is not known. where: SQL that picks the rows it is about;
    empty for all.
    """

    test_id: str
    expectation: str
    words: str
    column: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    severity: str = "error"
    description: str = ""
    file: str = ""
    line: int | None = None
    gated: bool | None = None
    history: tuple[VerdictView, ...] = ()
    where: str = ""

    @property
    def status(self) -> str:
        """The last verdict; `never` where it was never measured."""
        return self.history[0].status if self.history else "never"

    @property
    def of_all_rows(self) -> bool:
        """Whether it is about every row, not about some or most."""
        return not (self.where or self.arguments.get("row_condition")) and self.arguments.get("mostly", 1) == 1


@dataclass(frozen=True, slots=True)
class ColumnEdge:
    """A column one step up or down. relation: its unique id. kind: copied, renamed, computed, aggregated."""

    relation: str
    column: str
    kind: str
    expressions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowEdge:
    """A column that decides which rows there are. role: filtered by, joined on, grouped by, limited by."""

    relation: str
    column: str
    role: str
    expression: str = ""


@dataclass(frozen=True, slots=True)
class Distribution:
    """How often values occur, as bars from left to right. labels and counts have the same length."""

    labels: tuple[str, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ProfileView:
    """What was measured of a column's values when the relation was last built.

    smallest, largest, top: None for a restricted column, of which no value is ever shown. null_rates: of earlier runs
    too, from 0 to 1, the oldest first.
    """

    rows: int
    nulls: int
    distinct: int | None = None
    smallest: str | None = None
    largest: str | None = None
    top: Distribution | None = None
    null_rates: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column of a relation. kind, expression: how its own query makes it; empty for sources and seeds.

    made_from, feeds: one step up and down. decides: relations whose rows it decides, one step down. queried: how often
    queries use it, by role (selected, filtered, joined, grouped, limited).
    """

    name: str
    data_type: str | None = None
    description: str = ""
    restricted: bool = False
    key: bool = False
    kind: str = ""
    expression: str = ""
    made_from: tuple[ColumnEdge, ...] = ()
    feeds: tuple[ColumnEdge, ...] = ()
    decides: tuple[RowEdge, ...] = ()
    promises: tuple[PromiseView, ...] = ()
    profile: ProfileView | None = None
    queried: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class PersonView:
    """Someone who queries a relation. queries: how many."""

    who: str
    queries: int
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExposureView:
    """A dashboard, notebook, application or export. url: only http and https."""

    unique_id: str
    name: str
    label: str
    type: str
    description: str = ""
    owner: str = ""
    email: str = ""
    maturity: str = ""
    url: str = ""
    reads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UseCaseView:
    """A use of the data: its dbt group and what belongs to it.

    decision: what people decide with it. service_level: the promises of `meta.service_level` as name and words.
    marts: unique ids. met, warned, broken, unmeasured: how many of its marts' promises passed, warned and failed
    when they were last measured. verdict: on all of its marts together.
    """

    name: str
    label: str
    description: str = ""
    owner: str = ""
    email: str = ""
    stage: str = ""
    audience: str = ""
    decision: str = ""
    service_level: tuple[tuple[str, str], ...] = ()
    marts: tuple[str, ...] = ()
    exposures: tuple[ExposureView, ...] = ()
    met: int = 0
    broken: int = 0
    unmeasured: int = 0
    warned: int = 0
    verdict: Verdict = field(default_factory=Verdict)


@dataclass(frozen=True, slots=True)
class Link:
    """How pages link to a relation. slug: of its page."""

    unique_id: str
    label: str
    layer: str
    slug: str


@dataclass(frozen=True, slots=True)
class NodeRunView:
    """One run of the node. status: dbt's own."""

    run_id: str
    status: str
    seconds: float
    finished_at: datetime | None
    message: str = ""

    @property
    def built(self) -> bool:
        """Whether it neither failed nor was skipped."""
        return self.status not in FAILED and self.status != "skipped"


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A difference to the last build of the site. at: when it was noticed, UTC."""

    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class ProposalLink:
    """How pages link to a proposal. id: its anchor on the evolution page."""

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
    """What dbt's artifacts say of a relation, but for its columns.

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
    """Everything that its page shows.

    loaded_at: of a source. group_page: of its group, relative to the site's root; empty where it has none. proposals:
    those that are about it or a column of it, the best first. verdict: the one that every page and command gives.
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
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def last_built(self) -> NodeRunView | None:
        """Its last run that neither failed nor was skipped."""
        return next((run for run in self.runs if run.built), None)

    @property
    def all_promises(self) -> tuple[PromiseView, ...]:
        """Its own and those of its columns."""
        return (*self.promises, *(promise for column in self.columns for promise in column.promises))


@dataclass(frozen=True, slots=True)
class Health:
    """Promises by their last verdict, and relations that are late, whose last build failed, or that are behind these.

    short: relations of which rows are missing. kept: marts of which readers have an earlier version. worst: of the
    verdicts on the relations.
    """

    passing: int = 0
    warning: int = 0
    failing: int = 0
    never: int = 0
    late: int = 0
    broken: int = 0
    behind: int = 0
    short: int = 0
    kept: int = 0
    worst: str = "never"

    @property
    def status(self) -> str:
        """The worst: fail, warn, pass, or never where nothing was ever measured."""
        if self.failing or self.broken or self.worst == "fail":
            return "fail"
        if self.warning or self.late or self.worst == "warn":
            return "warn"
        return "pass" if self.passing else "never"


@dataclass(frozen=True, slots=True)
class GroupView:
    """A source system, a subject of the warehouse or a use case. side: source, subject or use.

    page: of the site, relative to its root. relations, columns: how many. queries: of its relations.
    """

    key: str
    label: str
    side: str
    page: str
    description: str = ""
    relations: int = 0
    columns: int = 0
    queries: int = 0
    health: Health = Health()


@dataclass(frozen=True, slots=True)
class Band:
    """The flow from one group into another, by three measures.

    columns: columns of `target` whose values come from a column of `source`, over however many steps for a source and
    a subject, or a subject and a use. rows: of the relations they are in, at the last build; 0 where it is not known.
    queries: of the target's relations that are made from the source.
    """

    source: str
    target: str
    columns: int
    rows: int = 0
    queries: int = 0


@dataclass(frozen=True, slots=True)
class FrontView:
    """The front page. project: the name in dbt_project.yml. built_at: of the artifacts, ISO 8601 in UTC.

    groups: those that are drawn; of very many, one stands for the smallest, which are in `folded`.
    proposals: how many evolution has; None where `ribbon evolve` has not run.
    """

    project: str
    built_at: str
    groups: tuple[GroupView, ...] = ()
    bands: tuple[Band, ...] = ()
    health: Health = Health()
    notes: tuple[str, ...] = ()
    folded: tuple[GroupView, ...] = ()
    proposals: int | None = None


@dataclass(frozen=True, slots=True)
class ListedView:
    """A relation in a list. about: its description, of which the first sentence is shown.

    rows, queries: 0 where it is not known. fresh: when a source last got data, when another relation was last built.
    """

    link: Link
    about: str = ""
    columns: int = 0
    rows: int = 0
    queries: int = 0
    health: Health = field(default_factory=Health)
    fresh: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeyColumn:
    """A column of a key, its own or one of another relation; it may be both."""

    name: str
    data_type: str | None = None
    primary: bool = False
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class EntityView:
    """A relation in the entity diagram. keys: in their order. columns: how many it has in all.

    outside: whether it belongs to another group and is shown because a relation of this one points at it.
    """

    link: Link
    keys: tuple[KeyColumn, ...] = ()
    columns: int = 0
    outside: bool = False


@dataclass(frozen=True, slots=True)
class RelationshipView:
    """Columns of `source` that hold a key of `target`; both are unique ids, of entities in the same diagram.

    declared_by: test, constraint or join. cardinality: `many to one` or `one to one`; empty where unknown.
    optional: whether a row may point at nothing: no promise forbids nulls.
    """

    source: str
    source_columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    declared_by: str = "test"
    cardinality: str = ""
    optional: bool = True

    @property
    def inferred(self) -> bool:
        """Whether only queries say so, by joining this way."""
        return self.declared_by == "join"


@dataclass(frozen=True, slots=True)
class SubjectView:
    """A group's page. side: source or subject. relations: all of them.

    entities, relationships: of the diagram. left_out: relations that the diagram leaves out for its
    size. sources, uses: the groups at the other ends of its bands, as label, page and how many columns flow.
    """

    name: str
    label: str
    side: str = "subject"
    description: str = ""
    relations: tuple[ListedView, ...] = ()
    entities: tuple[EntityView, ...] = ()
    relationships: tuple[RelationshipView, ...] = ()
    left_out: int = 0
    health: Health = field(default_factory=Health)
    sources: tuple[tuple[str, str, int], ...] = ()
    uses: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class InvocationView:
    """A run of dbt. finished_at: None where it was interrupted. failed: nodes."""

    run_id: str
    command: str
    target: str
    started_at: datetime
    finished_at: datetime | None
    status: str
    failed: int = 0


@dataclass(frozen=True, slots=True)
class DayOfHealth:
    """One day, UTC. worst: fail, warn, pass, or none where nothing was measured."""

    day: date
    worst: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is red or amber. what: node, promise, freshness, quarantine.

    since: its first failure without a good run in between, None where it always failed. relation: unique
    id. page: of the relation with the anchor. days: the last thirty. quarantine: the command that shows its rows.
    file, line: of the code or the promise.
    """

    status: str
    what: str
    title: str
    relation: str
    page: str
    since: datetime | None = None
    message: str = ""
    owner: str = ""
    email: str = ""
    file: str = ""
    line: int | None = None
    quarantine: str = ""
    last: VerdictView | None = None
    days: tuple[DayOfHealth, ...] = ()


@dataclass(frozen=True, slots=True)
class HealthView:
    """The health page. ungated: promises that are not part of the gate, as title and reason."""

    runs: tuple[InvocationView, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    passing: int = 0
    measured: int = 0
    days: tuple[DayOfHealth, ...] = ()
    ungated: tuple[tuple[str, str], ...] = ()
    never: int = 0


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal. about: relations. evidence: where something was seen, and what. gain: in words.

    diff: the exact change, as `git diff` shows it; empty where it cannot be applied automatically. provable: whether
    building before and after can prove that nothing else changes.
    """

    id: str
    kind: str
    title: str
    about: tuple[Link, ...] = ()
    evidence: tuple[tuple[str, str], ...] = ()
    gain: str = ""
    risk: str = ""
    ask: tuple[str, ...] = ()
    diff: str = ""
    provable: bool = False


@dataclass(frozen=True, slots=True)
class KeptView:
    """A dismissed proposal. on: the day. past: it would no longer be proposed."""

    id: str
    title: str
    because: str
    on: date
    who: str = ""
    past: bool = False


@dataclass(frozen=True, slots=True)
class EvolutionView:
    """The evolution page. found_at: when `ribbon evolve` ran, UTC; None where it never did, or its file cannot be read.

    behind: whether dbt has written its artifacts since. note: why the file cannot be read. proposals: the best first.
    unknown: what could not be judged, and why.
    """

    found_at: datetime | None = None
    behind: bool = False
    note: str = ""
    proposals: tuple[ProposalView, ...] = ()
    kept: tuple[KeptView, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A link of the header. page: relative to the site's root."""

    label: str
    page: str


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame of a page.

    title: of the site. version: of the assets, so that browsers do not show old ones. depth: how many folders the page
    is below the root: 0 for index.html, 1 for relation/x.html. built_at: when dbt wrote the artifacts, ISO 8601 in
    UTC. artifacts: what the site was made from, in words.
    """

    title: str
    version: str = ""
    depth: int = 0
    built_at: str = ""
    artifacts: str = ""
    nav: tuple[NavEntry, ...] = (
        NavEntry("Overview", "index.html"),
        NavEntry("Health", "health.html"),
        NavEntry("Evolution", "evolution.html"),
    )

    @property
    def root(self) -> str:
        """The prefix of a path of the site, for a link from this page: `../` or nothing."""
        return "../" * self.depth

    def url(self, page: str) -> str:
        """A link from this page to a page or file of the site, given relative to its root."""
        return self.root + page

    def asset(self, name: str) -> str:
        """A link to a script or style."""
        query = f"?v={self.version}" if self.version else ""
        return f"{self.root}assets/{name}{query}"
