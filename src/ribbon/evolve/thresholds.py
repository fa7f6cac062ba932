"""The settings of evolution: `vars: {ribbon: {evolve: …}}` in dbt_project.yml."""

from dataclasses import dataclass, fields

from ribbon.errors import ConfigError
from ribbon.settings import Settings
from ribbon.yaml_file import shown

__all__ = ["Thresholds", "read_thresholds"]


@dataclass(frozen=True)
class Thresholds:
    """From when on something is proposed.

    unused_after_days: something is unused if nobody has queried it for so long. understood_share: the share of logged
    queries, 0 to 1, that has to be fully understood before anything is called unused. asked_weeks, asking_people: a
    mart is proposed for a question that so many people ask in so many weeks. view_queries, view_seconds: per month;
    from both on, a view on views becomes a table. notice_days: from declaring a deprecation to its date, and from there
    to deleting files.
    """

    unused_after_days: int = 180
    understood_share: float = 0.9
    notice_days: int = 30
    asked_weeks: int = 8
    asking_people: int = 2
    view_queries: int = 60
    view_seconds: int = 300


def read_thresholds(settings: Settings) -> Thresholds:
    """The settings in dbt_project.yml, or the defaults. Raises ConfigError where a value is not a number."""
    declared = settings.of_ribbon.get("evolve") or {}
    where = f"{settings.path}: vars: ribbon: evolve"
    known = {field.name for field in fields(Thresholds)}
    if not isinstance(declared, dict) or declared.keys() - known:
        raise ConfigError(f"{where}: got {shown(declared)}. It takes {', '.join(sorted(known))}.")
    for name, value in declared.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise ConfigError(f"{where}: {name} must be a number of 0 or more, got {shown(value)}.")
    return Thresholds(**declared)
