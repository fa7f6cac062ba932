"""Who owns a relation, and what nobody uses."""

from collections.abc import Iterable

from ribbon.dbt.nodes import Owner
from ribbon.evolve.evidence.project import ProjectEvidence

__all__ = ["QUERYING", "declared_owner", "goes_with", "owners_of", "unused_relations"]

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
