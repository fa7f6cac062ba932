"""What the catalog holds beyond relations, as rows: runs, groups of relations, uses."""

from datetime import datetime

import msgspec

__all__ = [
    "ExposureReadRow",
    "ExposureRow",
    "ExposureUseRow",
    "RunRow",
    "ServiceLevelRow",
    "SourceRow",
    "SubjectRow",
    "UseCaseRow",
]


class RunRow(msgspec.Struct, frozen=True):
    """A run of dbt, of the last thirty. Key: run. finished_at: null where it never came to its end. failed: nodes."""

    run: str
    command: str
    target: str
    started_at: datetime
    finished_at: datetime | None
    status: str
    failed: int


class SourceRow(msgspec.Struct, frozen=True):
    """A source system. Key: source."""

    source: str
    description: str


class SubjectRow(msgspec.Struct, frozen=True):
    """A subject of the warehouse. Key: subject."""

    subject: str
    label: str


class UseCaseRow(msgspec.Struct, frozen=True):
    """A use of the data. Key: use_case. met, broken, unmeasured: how many promises of its marts were kept last time."""

    use_case: str
    label: str
    description: str
    owner: str
    email: str
    stage: str
    audience: str
    decision: str
    met: int
    broken: int
    unmeasured: int


class ServiceLevelRow(msgspec.Struct, frozen=True):
    """What a use case was promised. Key: use_case, name."""

    use_case: str
    name: str
    words: str


class ExposureRow(msgspec.Struct, frozen=True):
    """A dashboard, notebook, application or export. Key: exposure."""

    exposure: str
    name: str
    label: str
    type: str
    description: str
    owner: str
    email: str
    maturity: str
    url: str


class ExposureReadRow(msgspec.Struct, frozen=True):
    """A relation that an exposure reads. Key: exposure, relation."""

    exposure: str
    relation: str


class ExposureUseRow(msgspec.Struct, frozen=True):
    """A use case that an exposure serves. Key: exposure, use_case."""

    exposure: str
    use_case: str
