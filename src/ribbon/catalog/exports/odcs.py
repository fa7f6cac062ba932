"""Data contracts of the marts in the Open Data Contract Standard, a YAML file each."""

import re
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ribbon.catalog.exports.catalog import Catalog
from ribbon.catalog.exports.contract_yaml import as_yaml
from ribbon.catalog.exports.odcs_schema import table_of
from ribbon.catalog.exports.odcs_server import server_of
from ribbon.catalog.views import RelationView, UseCaseView

__all__ = ["write_odcs"]

API_VERSION = "v3.2.0"
"""The newest version of the standard that open-data-contract-standard on PyPI knows."""

Contract = dict[str, Any]

# What a use case says of its stage, as the standard's examples of a status have it. A mart is in use unless it is said.
_STATUS = {"exploring": "draft", "growing": "active", "stable": "active"}
_STANDARD = frozenset({"proposed", "draft", "active", "deprecated", "retired"})
_IN_USE = "active"

_VERSION = re.compile(r"\.v(\d+)$")


def write_odcs(catalog: Catalog, draft: Path) -> Mapping[str, int]:
    """Write a file for each mart to the folder `draft`. Returns how many contracts, properties and rules there are."""
    counted = {"contracts": 0, "properties": 0, "rules": 0}
    cases = {mart: case for case in catalog.use_cases() for mart in case.marts}
    for view in catalog.marts():
        contract = contract_of(catalog, view, cases[view.unique_id])
        (draft / f"{view.slug}.odcs.yaml").write_text(as_yaml(contract), encoding="utf-8")
        counted["contracts"] += 1
        counted["properties"] += len(view.columns)
        counted["rules"] += len(view.all_promises)
    return counted


def contract_of(catalog: Catalog, view: RelationView, case: UseCaseView) -> Contract:
    """The contract of a mart. Its version changes where anything in it does."""
    said = {
        "name": view.label,
        "status": _STATUS.get(case.stage, case.stage if case.stage in _STANDARD else _IN_USE),
        "domain": case.name,
        "dataProduct": case.label,
        "tags": list(view.tags),
        "description": _purpose(view, case),
        "servers": [server_of(catalog, view)],
        "schema": [table_of(view)],
        "slaProperties": [_promised(name, words) for name, words in case.service_level],
        "team": _team(view, case),
        "support": _support(view, case),
        "customProperties": _custom(view, case),
    }
    kept = {key: value for key, value in said.items() if value}
    head = {"apiVersion": API_VERSION, "kind": "DataContract", "id": view.unique_id}
    return {**head, "version": _version(view.unique_id, kept), **kept}


def _version(uid: str, said: Contract) -> str:
    """`1.0.0+` and a digest: dbt's version of the model, 1 without one. Semantic versions may end so."""
    found = _VERSION.search(uid)
    digest = blake2b(as_yaml(said).encode(), digest_size=4).hexdigest()
    return f"{found[1] if found else 1}.0.0+{digest}"


def _purpose(view: RelationView, case: UseCaseView) -> dict[str, str]:
    purpose = case.decision or case.description or view.description
    said = {"purpose": purpose, "usage": f"For {case.audience}" if case.audience else ""}
    return {key: words for key, words in said.items() if words}


def _promised(name: str, words: str) -> dict[str, str]:
    """`Fresh by` is the property freshBy."""
    first, *others = re.findall(r"\w+", name.lower()) or ["serviceLevel"]
    return {"property": first + "".join(word.capitalize() for word in others), "value": words, "description": name}


def _owner(view: RelationView, case: UseCaseView) -> tuple[str, str]:
    return (view.owner, view.email) if view.owner or view.email else (case.owner, case.email)


def _team(view: RelationView, case: UseCaseView) -> Contract:
    name, email = _owner(view, case)
    if not name and not email:
        return {}
    member = {"username": email or name, **({"name": name} if name else {}), "role": "owner"}
    return {"name": name or email, "members": [member]}


def _support(view: RelationView, case: UseCaseView) -> list[dict[str, str]]:
    email = _owner(view, case)[1]
    return [{"channel": "email", "tool": "email", "url": f"mailto:{email}"}] if email else []


def _custom(view: RelationView, case: UseCaseView) -> list[dict[str, Any]]:
    """What the standard has no word for. Exposures are named by their labels."""
    read_by = [exposure.label for exposure in view.exposures]
    said = {"stage": case.stage, "dbtUniqueId": view.unique_id, "exposures": read_by}
    return [{"property": name, "value": value} for name, value in said.items() if value]
