"""Whom to ask about a relation."""

from ribbon.dbt.nodes import Owner
from ribbon.evolve.evidence import Seen

__all__ = ["owners_of"]

ASKERS = 3


def owners_of(seen: Seen, relation: str) -> tuple[str, ...]:
    """Who answers for a relation, for the uses that read it, and those who asked for it most; each once."""
    node = seen.nodes.nodes[relation]
    group = seen.declared.groups.get(node.group or "")
    named = [_told(group.owner)] if group else []
    named.append(_said(seen.declared.node(relation).metadata.get("owner")))
    named += [exposure.owner for exposure in seen.nodes.exposures if relation in exposure.depends_on]
    named += [person.who for person in seen.usage.by_person(relation)[:ASKERS]] if not seen.cover.is_empty else []
    return tuple(dict.fromkeys(name for name in named if name))


def _said(owner: object) -> str:
    """An owner of `meta`, which people write as a name, or with a name and an email as dbt does elsewhere."""
    if not isinstance(owner, dict):
        return str(owner or "")
    return _told(Owner(name=str(owner.get("name") or ""), email=str(owner.get("email") or "")))


def _told(owner: Owner | None) -> str:
    if owner is None:
        return ""
    email = owner.email if isinstance(owner.email, str) else ", ".join(owner.email or ())
    return f"{owner.name} <{email}>" if owner.name and email else owner.name or email
