"""The layers that Ribbon finds, which rule says so, and what its own rules would say."""

from collections import Counter

from ribbon.doctor.described import Breach, Described
from ribbon.doctor.section import Section
from ribbon.project import Project

__all__ = ["check_layers"]

# How many models a line names; --json names all.
NAMED = 5


def check_layers(project: Project, described: Described, *, rule_is_on: bool) -> Section:
    """rule_is_on: whether the project has opted into the layer rule. A breach is information here, no finding."""
    section = Section("Layers")
    section.notes += project.notes
    placed = Counter(
        (str(project.placements[key].layer), project.layers.rule_of(node)) for key, node in project.nodes.items()
    )
    for (layer, rule), count in sorted(placed.items()):
        section.facts.append(f"{layer:<9} {count:>5,}  {rule}")
    section.document["found"] = [
        {"layer": layer, "rule": rule, "count": count} for (layer, rule), count in placed.items()
    ]
    if project.folders_decide:
        section.facts.append("Schemas follow from layers, by Ribbon's rule.")
    else:
        _say_schemas(section, project)
    _say_breaches(section, described.breaches, rule_is_on)
    return section


def _say_schemas(section: Section, project: Project) -> None:
    """What Ribbon's rule of schemas would do."""
    moves = {
        relation.unique_id: schema
        for relation in project.relations
        if (schema := _schema_by_rule(project, relation.unique_id)) != relation.schema
    }
    targets = Counter(moves.values())
    said = ", ".join(f"{count:,} to {schema}" for schema, count in targets.most_common(NAMED))
    more = f" and {len(targets) - NAMED:,} more schemas" if len(targets) > NAMED else ""
    what = (
        f"{len(moves):,} of {len(project.relations):,} relations would move: {said}{more}"
        if moves
        else "nothing would move"
    )
    section.facts.append(f"With Ribbon's rule of schemas, which is off, {what}.")
    section.document["schemas_by_rule"] = moves


def _schema_by_rule(project: Project, unique_id: str) -> str:
    """The schema on a production target: a schema that is set by hand wins, then the use case of a mart."""
    placement = project.placements[unique_id]
    by_hand = project.nodes[unique_id].config.schema
    return by_hand or (f"mart_{placement.use_case}" if placement.use_case else "warehouse")


def _say_breaches(section: Section, breaches: tuple[Breach, ...], rule_is_on: bool) -> None:
    state = "on" if rule_is_on else "off"
    if not breaches:
        section.facts.append(f"The layer rule, which is {state}, finds no breach.")
    else:
        section.facts.append(f"The layer rule, which is {state}, finds {len(breaches):,}:")
    for why, count in Counter(breach.why for breach in breaches).most_common():
        of_this = [breach for breach in breaches if breach.why == why]
        names = ", ".join(f"{each.model} reads {each.reads}" if each.reads else each.model for each in of_this[:NAMED])
        more = f" and {count - NAMED:,} more" if count > NAMED else ""
        section.facts.append(f"    {count:,}: {why}: {names}{more}")
        section.facts.append(f"    Remedy: {of_this[0].remedy}.")
    section.document |= {"rule_is_on": rule_is_on, "breaches": [vars(breach) for breach in breaches]}
