"""The front page: sources, subjects and use cases, tied by bands."""

from dataclasses import dataclass

__all__ = ["Band", "FrontView", "GroupView", "Health"]


@dataclass(frozen=True, slots=True)
class Health:
    """Promises by how they stand, and relations that are late or whose last build failed."""

    passing: int = 0
    warning: int = 0
    failing: int = 0
    never: int = 0
    late: int = 0
    broken: int = 0

    @property
    def status(self) -> str:
        """The worst of it: fail, warn, pass, or never where nothing was ever measured."""
        if self.failing or self.broken:
            return "fail"
        if self.warning or self.late:
            return "warn"
        return "pass" if self.passing else "never"


@dataclass(frozen=True, slots=True)
class GroupView:
    """A source system, a subject of the warehouse or a use case. side: source, subject or use.

    page: of the site, relative to its root. relations, columns: how many. queries: how often its relations were asked.
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
    """What flows from one group into another, by three measures.

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
    """The ribbon. project: the name in dbt_project.yml. built_at: of the artifacts, ISO 8601 in UTC.

    groups: what is drawn, on a crowded side with one that stands for the smallest; folded: those that it stands for.
    proposals: how many evolution has; None where nobody looked for any.
    """

    project: str
    built_at: str
    groups: tuple[GroupView, ...] = ()
    bands: tuple[Band, ...] = ()
    health: Health = Health()
    notes: tuple[str, ...] = ()
    folded: tuple[GroupView, ...] = ()
    proposals: int | None = None
