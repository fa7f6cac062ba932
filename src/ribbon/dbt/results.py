"""Results of the nodes of dbt's last invocation, from target/run_results.json."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ribbon.config import ProjectPaths
from ribbon.dbt.explain import is_damage
from ribbon.dbt.messages import plain_lines
from ribbon.errors import DAMAGED
from ribbon.model import FAILED, Finding, Severity

__all__ = ["REFUSED", "NodeResult", "brief", "findings_of", "read_results", "results_in"]

# How the gate's message begins after the name of the relation.
REFUSED = " was not replaced: "


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


def findings_of(results: Iterable[NodeResult], record: Callable[[str], Mapping[str, Any]]) -> list[Finding]:
    """A finding for each node that failed or warned. record: what the manifest says of a node, by unique id."""
    found = []
    for result in results:
        if result.status not in FAILED | {"warn"}:
            continue
        node = record(result.unique_id)
        found.append(
            Finding(
                where=str(node.get("original_file_path", result.unique_id)),
                what=f"{result.kind.replace('_', ' ')} {node.get('name', result.unique_id)}: {result.status}",
                why=brief(result.message) or "dbt gave no message",
                remedy=_remedy(result, str(node.get("name"))),
                severity=Severity.WARN if result.status == "warn" else Severity.ERROR,
            )
        )
    return found


def _remedy(result: NodeResult, name: str) -> str:
    if is_damage(result.message):
        return DAMAGED
    if result.kind in {"test", "unit_test"}:
        return f"look at the rows with `dbt show --select {name}`, then fix the data or the contract"
    if result.status == "partial success":
        return "fix the model, then build the batches that failed with `dbt retry`; until then it is not published"
    return "fix the model; readers keep the last good table"


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
