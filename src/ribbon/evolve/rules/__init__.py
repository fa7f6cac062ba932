"""What makes proposals: each rule looks at what is seen, and proposes what it asks for.

The order of RULES says nothing; proposals are ranked by what they gain.
"""

from collections.abc import Callable, Iterable

from ribbon.evolve.evidence import Seen
from ribbon.evolve.rules.add_mart import find_missing_marts
from ribbon.evolve.rules.agree import find_one_name_for_two, find_two_names_for_one
from ribbon.evolve.rules.extract import find_recurring_logic
from ribbon.evolve.rules.follow_columns import find_changed_columns
from ribbon.evolve.rules.follow_drift import find_drift
from ribbon.evolve.rules.follow_tables import find_new_tables
from ribbon.evolve.rules.follow_unused import find_unused_sources
from ribbon.evolve.rules.mend_layers import find_breaches
from ribbon.evolve.rules.mend_stage import find_outgrown_stages
from ribbon.evolve.rules.promise_history import find_idle_promises
from ribbon.evolve.rules.promise_missing import find_missing_promises
from ribbon.evolve.rules.retire_columns import find_unused_columns
from ribbon.evolve.rules.retire_files import find_set_aside
from ribbon.evolve.rules.retire_relations import find_unused_relations
from ribbon.evolve.rules.simplify_models import find_idle_models
from ribbon.evolve.rules.simplify_views import find_busy_views
from ribbon.model import Proposal

__all__ = ["RULES", "Rule"]

Rule = Callable[[Seen], Iterable[Proposal]]

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
    find_missing_promises,
    find_idle_promises,
    find_breaches,
    find_outgrown_stages,
    find_unused_relations,
    find_unused_columns,
    find_set_aside,
)
