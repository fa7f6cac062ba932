"""Who answers for something, however the project writes it."""

from typing import Any

from ribbon.dbt.nodes import Owner

__all__ = ["NOBODY", "Answerable", "owner_in_meta", "owner_of"]

Answerable = tuple[str, str]
"""Name and email, each empty where it is not known."""

NOBODY: Answerable = ("", "")


def owner_of(owner: Owner | None) -> Answerable:
    """Of a group or an exposure. Of several emails the first."""
    if owner is None:
        return NOBODY
    email = owner.email if isinstance(owner.email, str) else next(iter(owner.email or ()), "")
    return owner.name or email, email


def owner_in_meta(meta: dict[str, Any] | None) -> Answerable:
    """`meta.owner`: a name, an email, a list of either, or a mapping of name and email."""
    said = (meta or {}).get("owner")
    if isinstance(said, list):
        said = next(iter(said), None)
    if isinstance(said, dict):
        name, email = (str(said.get(key) or "") for key in ("name", "email"))
        return name or email, email
    text = str(said or "")
    return text, text if "@" in text else ""
