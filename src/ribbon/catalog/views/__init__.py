"""What the pages show: plain data, the same for HTML, JSON, Parquet and Markdown."""

from ribbon.catalog.views.columns import ColumnEdge, ColumnView, Distribution, ProfileView, RowEdge
from ribbon.catalog.views.evolution import EvolutionView, KeptView, ProposalView
from ribbon.catalog.views.front import Band, FrontView, GroupView, Health
from ribbon.catalog.views.health import DayOfHealth, HealthView, InvocationView, Trouble
from ribbon.catalog.views.listed import ListedView
from ribbon.catalog.views.people import ExposureView, PersonView, UseCaseView
from ribbon.catalog.views.promises import PromiseView, VerdictView
from ribbon.catalog.views.relation import (
    ChangeView,
    DocumentedRelation,
    Link,
    NodeRunView,
    ProposalLink,
    RelationView,
    UsageView,
)
from ribbon.catalog.views.subject import EntityView, KeyColumn, RelationshipView, SubjectView

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
    "NodeRunView",
    "PersonView",
    "ProfileView",
    "PromiseView",
    "ProposalLink",
    "ProposalView",
    "RelationView",
    "RelationshipView",
    "RowEdge",
    "SubjectView",
    "Trouble",
    "UsageView",
    "UseCaseView",
    "VerdictView",
]
