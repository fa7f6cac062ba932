"""What a project declares about its evolution: `vars: {ribbon: {evolve: …}}` in dbt_project.yml."""

from dataclasses import dataclass, fields

from ribbon.dbt.settings import Settings
from ribbon.errors import ConfigError

__all__ = ["Thresholds", "read_thresholds"]


@dataclass(frozen=True)
class Thresholds:
    """unused_after_days: so long nobody has to ask for something before it is proposed to go.

    understood_share: the part of the log's queries that has to be understood whole, 0 to 1, before it is grounds for
    that. asked_weeks, asking_people: in so many weeks so many people have to ask before a mart is proposed for what
    they ask. view_queries, view_seconds: a month, from which on a view on views is better a table. notice_days: from
    the day that a deprecation is declared to its date, and again until files are deleted.
    """

    unused_after_days: int = 180
    understood_share: float = 0.9
    notice_days: int = 30
    asked_weeks: int = 8
    asking_people: int = 2
    view_queries: int = 60
    view_seconds: int = 300


def read_thresholds(settings: Settings) -> Thresholds:
    """What dbt_project.yml says; defaults for what it does not. Raises ConfigError where a value is no number."""
    ours = settings.variables.get("ribbon")
    said = (ours.get("evolve") if isinstance(ours, dict) else None) or {}
    where = f"{settings.path}: vars: ribbon: evolve"
    known = {field.name for field in fields(Thresholds)}
    if not isinstance(said, dict) or said.keys() - known:
        raise ConfigError(f"{where}: gives {said!r}. It takes {', '.join(sorted(known))}.")
    for name, value in said.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise ConfigError(f"{where}: {name} must be a number of 0 or more, got {value!r}.")
    return Thresholds(**said)
