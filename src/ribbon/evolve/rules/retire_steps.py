"""The steps in which a relation goes: declare a date, warn its readers, set it aside, delete it.

Each can be taken back by taking back its edit. Which one is next is read off the project as it is.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ribbon.evolve.editing.contract_text import ContractText, declaring_model, declaring_source
from ribbon.evolve.editing.exposures import without_relation
from ribbon.evolve.evidence import Seen
from ribbon.lineage.nodes import ProjectNode
from ribbon.model import Edit, Evidence

__all__ = ["RetireStep", "next_step"]

WARNING = "Deprecated"

Change = Callable[[ContractText], ContractText | None]


@dataclass(frozen=True)
class RetireStep:
    """name: of the step, part of the proposal's meaning. title: what it does, after the relation's name."""

    name: str
    title: str
    evidence: tuple[Evidence, ...] = ()
    edits: tuple[Edit, ...] = ()


def next_step(seen: Seen, node: ProjectNode) -> RetireStep | None:
    """The next step of a relation that is built; None while its readers have been warned and its date is ahead."""
    if node.resource_type == "source":
        return _undeclare(seen, node)
    if node.resource_type != "model":  # dbt knows a deprecation date of models alone
        return RetireStep("ask", f"nobody has asked for this {node.resource_type}")
    declared = seen.declared.node(node.unique_id)
    if not declared.deprecation_date:
        return _declare(seen, node)
    goes_on = date.fromisoformat(declared.deprecation_date[:10])
    if goes_on <= seen.today:
        return _set_aside(seen, node, goes_on)
    return None if WARNING.casefold() in (declared.description or "").casefold() else _warn(seen, node, goes_on)


def _undeclare(seen: Seen, node: ProjectNode) -> RetireStep:
    """A source has no readers to warn; set aside, it is neither landed nor shown, and what has landed stays."""
    path, before = node.file, seen.text(node.file)
    changed = declaring_source(before, str(node.system), node.name).with_config("enabled", "false") if before else None
    edits = (Edit(path, before, changed.text),) if changed else ()
    return RetireStep("set aside", "nobody asks for it, and no model reads it; stop landing it", edits=edits)


def _declare(seen: Seen, node: ProjectNode) -> RetireStep:
    goes_on = seen.today + timedelta(days=seen.thresholds.notice_days)
    edits = _contract_edits(seen, node, lambda contract: contract.with_key("deprecation_date", goes_on.isoformat()))
    return RetireStep("declare", f"nobody asks for it; declare that it goes on {goes_on}", edits=tuple(edits))


def _warn(seen: Seen, node: ProjectNode, goes_on: date) -> RetireStep:
    told = Evidence(node.file, f"its deprecation_date is {goes_on}, and its description does not say so to readers")
    edits = _contract_edits(seen, node, lambda contract: _warned(contract, goes_on))
    return RetireStep("warn", f"it goes on {goes_on}; say so to its readers", (told,), tuple(edits))


def _warned(contract: ContractText, goes_on: date) -> ContractText | None:
    warning = f"{WARNING}, goes on {goes_on}."
    return contract.with_description_start(warning) or contract.with_key("description", warning)


def _set_aside(seen: Seen, node: ProjectNode, goes_on: date) -> RetireStep:
    told = Evidence(node.file, f"its deprecation_date was {goes_on}")
    edits = [
        *_contract_edits(seen, node, lambda contract: contract.with_config("enabled", "false")),
        *_exposure_edits(seen, node),
    ]
    return RetireStep("set aside", f"its date, {goes_on}, has passed; stop building it", (told,), tuple(edits))


def _contract_edits(seen: Seen, node: ProjectNode, change: Change) -> Iterator[Edit]:
    path = seen.declared.node(node.unique_id).contract
    before = seen.text(path) if path else None
    changed = change(declaring_model(before, node.name)) if path and before is not None else None
    if path and changed:
        yield Edit(path, before, changed.text)


def _exposure_edits(seen: Seen, node: ProjectNode) -> Iterator[Edit]:
    """An exposure may not name what is not built."""
    changed: dict[str, str] = {}
    for exposure in seen.nodes.exposures:
        if node.unique_id in exposure.depends_on:
            declared = seen.declared.exposure(exposure.unique_id)
            path = declared.original_file_path
            text = changed.get(path) or seen.text(path)
            after = without_relation(text, declared.name, node.name) if text else None
            if after:
                changed[path] = after
    yield from (Edit(path, seen.text(path), text) for path, text in changed.items())
