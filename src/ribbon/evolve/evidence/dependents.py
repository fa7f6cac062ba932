"""Who relies on a relation or a column: relations downstream, use cases, owners; and what nobody uses."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ribbon.dbt.nodes import Owner
from ribbon.evolve.evidence.project import ProjectEvidence
from ribbon.lineage.impact import impact
from ribbon.model import ColumnName, Evidence, Layer

__all__ = ["QUERYING", "Dependents", "declared_owner", "dependents_of", "goes_with", "owners_of", "unused_relations"]

NAMED = 6


@dataclass(frozen=True)
class Dependents:
    """What depends on some columns, in the order found.

    columns: computed from them. relations: with such a column, or with rows that they decide.
    """

    columns: tuple[ColumnName, ...]
    relations: tuple[str, ...]
    use_cases: tuple[str, ...]
    exposures: tuple[str, ...]
    owners: tuple[str, ...]

    def evidence(self, seen: ProjectEvidence) -> Iterator[Evidence]:
        """What depends on the columns, as one line."""
        if not self.relations:
            yield Evidence("lineage", "nothing depends on it")
            return
        nodes = seen.nodes.nodes
        groups = [_listed((nodes[key].label for key in self.relations if key in nodes), "relation")]
        if self.use_cases:
            groups.append(_listed(self.use_cases, "use case"))
        if self.exposures:
            groups.append(_listed(self.exposures, "exposure"))
        yield Evidence("lineage", f"depending on it: {'; '.join(groups)}")


def dependents_of(seen: ProjectEvidence, columns: Iterable[ColumnName]) -> Dependents:
    """What depends on any of the columns."""
    found = [impact(seen.graph, column) for column in columns]
    below = dict.fromkeys(step.column for each in found for step in each.values)
    relations = dict.fromkeys(
        [
            *(column.relation for column in below),
            *(step.relation for each in found for step in each.rows),
            *(key for each in found for key in each.following),
        ]
    )
    uses = dict.fromkeys(use.exposure for each in found for use in each.uses)
    marts = [seen.nodes.nodes[key] for key in relations if key in seen.nodes.nodes]
    use_cases = [node.use_case for node in marts if node.layer is Layer.MART and node.use_case]
    return Dependents(
        tuple(below),
        tuple(relations),
        tuple(dict.fromkeys([*use_cases, *(use.use_case for use in uses if use.use_case)])),
        tuple(use.label for use in uses),
        tuple(dict.fromkeys(use.owner for use in uses if use.owner)),
    )


def _listed(names: Iterable[str], noun: str) -> str:
    each = list(names)
    more = f" and {len(each) - NAMED:,} more" if len(each) > NAMED else ""
    return f"{len(each):,} {noun}{'' if len(each) == 1 else 's'}: {', '.join(each[:NAMED])}{more}"


ASKERS = 3


def declared_owner(seen: ProjectEvidence, relation: str) -> tuple[str, ...]:
    """The owner that the `meta` of a relation names, if any."""
    owner = _owner_in_meta(seen.declared.node(relation).metadata.get("owner"))
    return (owner,) if owner else ()


def owners_of(seen: ProjectEvidence, relation: str) -> tuple[str, ...]:
    """The owners of a relation and of its exposures, and the people who query it most; each once."""
    node = seen.nodes.nodes[relation]
    group = seen.declared.groups.get(node.group or "")
    named = [_named(group.owner)] if group else []
    named += declared_owner(seen, relation)
    named += [exposure.owner for exposure in seen.nodes.exposures if relation in exposure.depends_on]
    named += [person.who for person in seen.usage.by_person(relation)[:ASKERS]] if not seen.coverage.is_empty else []
    return tuple(dict.fromkeys(name for name in named if name))


def _owner_in_meta(owner: object) -> str:
    """An owner in `meta`: a text, or a mapping with a name and an email."""
    if not isinstance(owner, dict):
        return str(owner or "")
    return _named(Owner(name=str(owner.get("name") or ""), email=str(owner.get("email") or "")))


def _named(owner: Owner | None) -> str:
    if owner is None:
        return ""
    email = owner.email if isinstance(owner.email, str) else ", ".join(owner.email or ())
    return f"{owner.name} <{email}>" if owner.name and email else owner.name or email


# Exposures of these types send SQL, so query logs show them. A notebook or an ML model may read files or an export.
QUERYING = frozenset({"dashboard", "analysis"})


def unused_relations(seen: ProjectEvidence) -> frozenset[str]:
    """The relations that nobody has queried since the cutoff, nor anything that is built from them.

    Empty where the logs are not sufficient.
    """
    if seen.coverage.insufficient:
        return frozenset()
    used = _with_parents(seen, [key for key in seen.nodes.nodes if _is_used_itself(seen, key)])
    return frozenset(seen.nodes.nodes) - used


def goes_with(seen: ProjectEvidence, relation: str) -> tuple[str, ...]:
    """What nothing else reads and nobody queries once a relation is gone; nearest first."""
    gone = [relation]
    for going in gone:  # grows while it is iterated
        for parent in seen.nodes.nodes[going].parents:
            readers = seen.project.children(parent)
            if parent not in gone and set(readers) <= set(gone) and not _is_used_itself(seen, parent):
                gone.append(parent)
    return tuple(gone[1:])


def _is_used_itself(seen: ProjectEvidence, key: str) -> bool:
    """Whether it is queried, too young to tell, or read by an exposure that sends no SQL."""
    cutoff = seen.coverage.cutoff
    return (
        seen.coverage.is_queried(key)
        or cutoff is None
        or not seen.ages.was_there(key, cutoff)
        or any(key in use.depends_on for use in seen.nodes.exposures if use.type not in QUERYING)
    )


def _with_parents(seen: ProjectEvidence, keys: Iterable[str]) -> set[str]:
    found = set(keys)
    ahead = list(found)
    while ahead:
        for parent in seen.nodes.nodes[ahead.pop()].parents:
            if parent in seen.nodes.nodes and parent not in found:
                found.add(parent)
                ahead.append(parent)
    return found
