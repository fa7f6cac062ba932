"""Results of the nodes of dbt's last invocation, from target/run_results.json."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ribbon.config import ProjectPaths
from ribbon.dbt.explain import is_damage
from ribbon.dbt.messages import plain_lines
from ribbon.errors import DAMAGED
from ribbon.model import FAILED, Finding, Severity

__all__ = ["REFUSED", "NodeResult", "brief", "findings_of", "read_results", "results_in", "why_of"]

# How the gate's message begins after the name of the relation.
REFUSED = " was not replaced: "

# What dbt says of a test whose macro does not exist, of a package and of the project.
_UNKNOWN_TEST = re.compile(r"(?:has no attribute 'test_(?=\w+')|'test_(?=\w+' is undefined))(\w+)'")


@dataclass(frozen=True)
class NodeResult:
    """A node of the invocation, with dbt's status and message, and its duration in seconds."""

    unique_id: str
    status: str
    message: str
    seconds: float

    @property
    def kind(self) -> str:
        """model, test, unit_test, seed, snapshot or operation."""
        return self.unique_id.split(".", 1)[0]


def read_results(project: ProjectPaths) -> tuple[NodeResult, ...]:
    """The nodes of the last invocation, without hooks."""
    return results_in(project.target_dir)


def results_in(target_dir: Path) -> tuple[NodeResult, ...]:
    """The nodes of the invocation that wrote to a folder, without hooks."""
    document = json.loads((target_dir / "run_results.json").read_text(encoding="utf-8"))
    results = (
        NodeResult(row["unique_id"], row["status"], row.get("message") or "", row["execution_time"])
        for row in document["results"]
    )
    return tuple(result for result in results if result.kind != "operation")


def findings_of(
    results: Iterable[NodeResult], record: Callable[[str], Mapping[str, Any]], macros: Iterable[str] = ()
) -> list[Finding]:
    """A finding for each node that failed or warned.

    record: what the manifest says of a node, by unique id. macros: unique ids, to find what a misspelt test meant.
    """
    known = {name.rpartition(".test_")[2] for name in macros if ".test_" in name}
    found = []
    for result in results:
        if result.status not in FAILED | {"warn"}:
            continue
        node = record(result.unique_id)
        found.append(
            Finding(
                where=str(node.get("original_file_path", result.unique_id)),
                what=f"{result.kind.replace('_', ' ')} {node.get('name', result.unique_id)}: {result.status}",
                why=why_of(result.message) or "dbt gave no message",
                remedy=_remedy_of_rows_aside(result, node) or _remedy(result, str(node.get("name")), known),
                severity=Severity.WARN if result.status == "warn" else Severity.ERROR,
            )
        )
    return found


def why_of(message: str) -> str:
    """What a node's message says, in one line; empty where dbt gave none."""
    unknown = _UNKNOWN_TEST.search(message)
    return f"there is no test named {unknown[1]}" if unknown else brief(message)


def _remedy(result: NodeResult, name: str, tests: Collection[str]) -> str:
    if is_damage(result.message):
        return DAMAGED
    if result.kind in {"test", "unit_test"}:
        return _remedy_of_test(result, name, tests)
    if REFUSED in result.message:
        return "correct the data, the model or the expectation; until then readers keep what they have"
    if result.status == "partial success":
        return "fix the model, then build the batches that failed with `dbt retry`; until then it is not published"
    return "fix the model; readers keep the last good table"


def _remedy_of_rows_aside(result: NodeResult, node: Mapping[str, Any]) -> str | None:
    """For rows that a test had set aside, which are not where the test looks."""
    meta = (node.get("config") or {}).get("meta") or {}
    model = str(node.get("attached_node") or "").split(".", 2)[-1]
    if not model or result.kind != "test" or result.status != "warn" or meta.get("on_unexpected") != "quarantine":
        return None
    return f"see the rows with `ribbon quarantine ls {model}`, then fix the data or the contract"


def _remedy_of_test(result: NodeResult, name: str, tests: Collection[str]) -> str:
    if unknown := _UNKNOWN_TEST.search(result.message):
        meant = get_close_matches(unknown[1], tests, n=1)
        return f"correct its name{f'; {meant[0]} is close' if meant else ', or install the package that has it'}"
    if result.kind == "test" and result.status == "error":
        return "correct the test; it is not known whether the data keeps the promise"
    return f"look at the rows with `dbt show --select {name}`, then fix the data or the contract"


def brief(message: str) -> str:
    """A node's message in one line, without the call stack of macros; of the gate's message, without rows."""
    lines = plain_lines(message)
    refused = next((place for place, line in enumerate(lines) if REFUSED in line), None)
    if refused is None:
        return " ".join(" ".join(lines).split())
    headline, details = lines[refused], lines[refused + 1 :]
    indent = len(headline) - len(headline.lstrip()) + 2
    seen = [line.strip() for line in details if len(line) - len(line.lstrip()) == indent]
    return f"{headline.strip()} {'; '.join(seen)}".strip()
