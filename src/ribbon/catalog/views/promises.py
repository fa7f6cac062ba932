"""What a relation or a column promises, and whether it kept it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

__all__ = ["PromiseView", "VerdictView"]


@dataclass(frozen=True, slots=True)
class VerdictView:
    """What a measurement said. status: pass, warn, fail, error, skipped. unexpected: rows of `elements` that break it.

    at: UTC. observed, message: as recorded, None where nothing is or where a restricted value could be told.
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

    column: None where it is about the relation. arguments: as written, without column and model. words: the whole as a
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
