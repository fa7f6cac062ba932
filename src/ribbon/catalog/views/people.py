"""Uses and the people who are behind them."""

from dataclasses import dataclass
from datetime import datetime

__all__ = ["ExposureView", "PersonView", "UseCaseView"]


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody who asks. queries: how often."""

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
    marts: unique ids. met, warned, broken, unmeasured: how many of its marts' promises were kept last time, how many
    warned.
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
