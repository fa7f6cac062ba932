"""Mend the layers: a use case that is on trial, and that people rely on."""

from collections.abc import Iterable
from datetime import timedelta

from ribbon.evolve.declared import DeclaredGroup
from ribbon.evolve.editing.yaml_text import YamlText
from ribbon.evolve.evidence import Seen
from ribbon.model import Edit, Evidence, Gain, Layer, Proposal, ProposalKind

__all__ = ["find_outgrown_stages"]

TRIAL, NEXT = "exploring", "growing"

# Who asks so often, with so many, and for so long, does not try any more.
QUERIES, PEOPLE, DAYS = 100, 3, 60


def find_outgrown_stages(seen: Seen) -> Iterable[Proposal]:
    """A proposal for each use case in the stage `exploring` that many ask, often and since long."""
    if seen.cover.is_empty:
        return
    for group in seen.declared.groups.values():
        marts = [
            key
            for key, node in seen.own.items()
            if node.project.layer is Layer.MART and group.name in {node.project.group, node.project.use_case}
        ]
        if group.metadata.get("stage") == TRIAL and marts:
            yield from _of_group(seen, group, marts)


def _of_group(seen: Seen, group: DeclaredGroup, marts: list[str]) -> Iterable[Proposal]:
    asked = [each for each in seen.usage.by_relation() if each.relation in marts and seen.cover.is_asked(each.relation)]
    people = {person.who for each in asked for person in seen.usage.by_person(each.relation)}
    queries = sum(each.queries for each in asked)
    days = [instant.date() for each in asked for instant in (each.first, each.last) if instant]
    if queries < QUERIES or len(people) < PEOPLE or max(days) - min(days) < timedelta(days=DAYS):
        return
    exposures = [use.label for use in seen.nodes.exposures if set(use.depends_on) & set(marts)]
    told = f"{queries:,} queries of {len(people):,} people from {min(days)} to {max(days)}"
    uses = (Evidence("exposures", f"read by {', '.join(exposures)}"),) if exposures else ()
    owner = group.owner.name if group.owner and group.owner.name else ""
    yield Proposal(
        kind=ProposalKind.MEND,
        subject=(group.unique_id, *sorted(marts)),
        meaning=f"outgrew {TRIAL}",
        title=f"{group.name} is {TRIAL}, and people rely on it: call it {NEXT}",
        evidence=(Evidence("the query logs", told), *uses, Evidence(group.original_file_path, f"stage: {TRIAL}")),
        gain=Gain(use_cases=1, queries=queries),
        risk="Each of its marts that reads the lake is warned of from then on.",
        edits=_edits(seen, group),
        ask=(owner,) if owner else (),
    )


def _edits(seen: Seen, group: DeclaredGroup) -> tuple[Edit, ...]:
    path = group.original_file_path
    before = seen.text(path)
    yaml = YamlText(before or "")
    for place in (("config", "meta", "stage"), ("meta", "stage")):
        steps = ("groups", ("name", group.name), *place)
        if before and yaml.has(*steps):
            return (Edit(path, before, yaml.with_value(*steps, to=NEXT).text),)
    return ()
