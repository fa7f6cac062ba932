"""The rules: functions from the evidence about a project to proposals, and all of them run together.

The order of RULES does not matter; proposals are ranked by what they gain.
"""

from collections.abc import Callable, Iterable, Sequence

from ribbon.evolve.dismissed import read_dismissed
from ribbon.evolve.evidence.project import ProjectEvidence
from ribbon.evolve.proposals import Proposals
from ribbon.evolve.rules.add_mart import find_missing_marts
from ribbon.evolve.rules.agree import find_one_name_for_two, find_two_names_for_one
from ribbon.evolve.rules.extract import find_recurring_logic
from ribbon.evolve.rules.follow_columns import find_changed_columns
from ribbon.evolve.rules.follow_sources import find_drift, find_new_tables, find_unused_sources
from ribbon.evolve.rules.mend import find_layer_breaches, find_outgrown_use_cases
from ribbon.evolve.rules.promise import find_idle_expectations, find_missing_expectations
from ribbon.evolve.rules.retire import find_disabled_models, find_unused_columns, find_unused_relations
from ribbon.evolve.rules.simplify import find_busy_views, find_idle_models
from ribbon.model import Proposal

__all__ = ["RULES", "Rule", "propose"]

Rule = Callable[[ProjectEvidence], Iterable[Proposal]]

RULES: tuple[Rule, ...] = (
    find_recurring_logic,
    find_one_name_for_two,
    find_two_names_for_one,
    find_missing_marts,
    find_idle_models,
    find_busy_views,
    find_changed_columns,
    find_new_tables,
    find_unused_sources,
    find_drift,
    find_missing_expectations,
    find_idle_expectations,
    find_layer_breaches,
    find_outgrown_use_cases,
    find_unused_relations,
    find_unused_columns,
    find_disabled_models,
)


def propose(seen: ProjectEvidence, rules: Sequence[Rule] = RULES) -> Proposals:
    """What the rules propose, without what is dismissed. Raises ConfigError where a file they need cannot be read."""
    found = tuple(proposal for rule in rules for proposal in rule(seen))
    proposals = Proposals(found, unknown=seen.unknown, project=seen.project.name)
    return proposals.without(read_dismissed(seen.paths.project_dir))
