"""The layers that Ribbon finds, which rule says so, and what its own rules would say."""

from collections import Counter

from ribbon.doctor.described import Breach, Described
from ribbon.doctor.section import Section, named
from ribbon.model import Layer
from ribbon.project import Project

__all__ = ["check_layers"]


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
    said = named([f"{count:,} to {schema}" for schema, count in Counter(moves.values()).most_common()])
    what = (
        f"{len(moves):,} of {len(project.relations):,} relations would move: {said}" if moves else "nothing would move"
    )
    section.facts.append(f"With Ribbon's rule of schemas, which is off, {what}.")
    section.document["schemas_by_rule"] = moves


def _schema_by_rule(project: Project, unique_id: str) -> str:
    """The schema on a production target: a schema that is set by hand wins, then the use case of a mart."""
    placement = project.placements[unique_id]
    by_rule = f"mart_{placement.use_case or '<no use case>'}" if placement.layer is Layer.MART else "warehouse"
    return project.nodes[unique_id].config.schema or by_rule


def _say_breaches(section: Section, breaches: tuple[Breach, ...], rule_is_on: bool) -> None:
    state = "on" if rule_is_on else "off"
    if not breaches:
        section.facts.append(f"The layer rule, which is {state}, finds no breach.")
    else:
        section.facts.append(f"The layer rule, which is {state}, finds {len(breaches):,}:")
    for why, count in Counter(breach.why for breach in breaches).most_common():
        of_this = [breach for breach in breaches if breach.why == why]
        names = named([f"{each.model} reads {each.reads}" if each.reads else each.model for each in of_this])
        section.facts.append(f"    {count:,}: {why}: {names}")
        section.facts.append(f"    Remedy: {of_this[0].remedy}.")
    section.document |= {"rule_is_on": rule_is_on, "breaches": [vars(breach) for breach in breaches]}
