"""A small project that grows, for the tests of evolution: YAML and SQL as people write them, a manifest that says the
same, and the logs, batches and runs that a test gives it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from difflib import unified_diff
from pathlib import Path
from typing import Any

import yaml

from ribbon.config import ProjectPaths
from ribbon.evolve.evidence.project import ProjectEvidence
from ribbon.lineage import TracedProject
from ribbon.model import Proposal
from ribbon.usage import Options, import_usage, known_project, read_logs
from tests.conftest import write_files, write_parquet
from tests.manifests import column, data_test, model, source, write_manifest

TODAY = date(2026, 6, 30)
OLD = datetime(2024, 1, 1, tzinfo=UTC).timestamp()


class Grown:
    """A project in a folder. Relations are added, then `seen` looks at all there is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project = ProjectPaths(folder, folder / "data")
        self._nodes: list[dict[str, Any]] = []
        self._exposures: list[dict[str, Any]] = []
        self._groups: list[dict[str, Any]] = []
        self._disabled: list[dict[str, Any]] = []
        self._logs = 0
        write_files(folder, {"dbt_project.yml": "name: shop\n"})

    def settle(self, settings: str) -> None:
        """What dbt_project.yml says of evolution."""
        write_files(self.folder, {"dbt_project.yml": f"name: shop\nvars: {{ribbon: {{evolve: {settings}}}}}\n"})

    def model(self, name: str, sql: str, yml: str | None = None, **fields: Any) -> str:
        """A model: its SQL compiled and raw, and its contract. fields: as for `manifests.model`. Returns its id."""
        folder = fields.setdefault("folder", "warehouse/core")
        raw = fields.pop("raw", sql)
        contract = f"expectations/{folder}/{name}.yml"
        written = f"models:\n  - name: {name}\n    description: One row.\n" if yml is None else yml
        write_files(self.folder, {f"models/{folder}/{name}.sql": raw, contract: written})
        made = model(
            name,
            sql,
            raw=raw,
            patch_path=f"shop://{contract}",
            **{"created_at": OLD, **_placed(folder, name), **fields},
        )
        declared = yaml.safe_load(written)["models"][0]
        made["description"] = declared.get("description", "")
        made["deprecation_date"] = str(declared["deprecation_date"]) if "deprecation_date" in declared else None
        made["columns"] = _columns(declared)
        self._nodes += [made, *_tests(declared, name)]
        return str(made["unique_id"])

    def set_aside(self, name: str) -> None:
        """Stop building a model."""
        (made,) = [node for node in self._nodes if node["unique_id"] == f"model.shop.{name}"]
        self._nodes.remove(made)
        self._disabled.append(made)

    def source(self, yml: str, **fields: Any) -> None:
        """Sources, as a contract declares them."""
        system = yaml.safe_load(yml)["sources"][0]
        path = f"expectations/lake/{system['name']}.yml"
        write_files(self.folder, {path: yml})
        shared = system.get("config", {}).get("meta", {})
        for table in system["tables"]:
            meta = shared | table.get("config", {}).get("meta", {})
            said = {"columns": _columns(table), "config": {"meta": meta}, "original_file_path": path, "created_at": OLD}
            self._nodes.append(source(system["name"], table["name"], **said | fields))

    def read_by_tests(self, name: str, reads: str) -> None:
        """Have all tests of a model read another relation too."""
        for node in self._nodes:
            if node["resource_type"] == "test" and node["attached_node"] == f"model.shop.{name}":
                node["depends_on"]["nodes"].append(reads)

    def exposure(self, name: str, *reads: str, kind: str = "dashboard") -> None:
        """A use of relations."""
        path = f"expectations/{name}.yml"
        named = ", ".join(f"ref('{each.rpartition('.')[2]}')" for each in reads)
        write_files(self.folder, {path: f"exposures:\n  - name: {name}\n    type: {kind}\n    depends_on: [{named}]\n"})
        self._exposures.append(
            {
                "unique_id": f"exposure.shop.{name}",
                "name": name,
                "type": kind,
                "fqn": ["shop", name],
                "original_file_path": path,
                "owner": {"name": "Ann", "email": "ann@example.com"},
                "depends_on": {"nodes": list(reads)},
            }
        )

    def group(self, name: str, yml: str) -> None:
        """A group, as a _use_case.yml declares it."""
        path = f"expectations/mart/{name}/_use_case.yml"
        write_files(self.folder, {path: yml})
        said = next(each for each in yaml.safe_load(yml)["groups"] if each["name"] == name)
        self._groups.append(said | {"unique_id": f"group.shop.{name}", "original_file_path": path})

    def ask(self, sql: str, *, days: Iterable[date], who: Sequence[str] = ("ann",), seconds: float = 0) -> None:
        """A query that people ask once on each of these days. seconds: that each took."""
        self._logs += 1
        rows = [
            {
                "who": person,
                "when": f"{day}T08:00:00Z",
                "sql": sql,
                "seconds": seconds,
                "id": f"{self._logs}-{place}-{person}",
            }
            for place, day in enumerate(days)
            for person in who
        ]
        path = self.folder / f"log{self._logs}.jsonl"
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
        known, options = known_project(self.folder, self.write(), None), Options()
        import_usage(self.project, known, read_logs([path], options), options, lambda _done, _total: None)

    def batch(self, table: str, id: str, rows: str, landed: date, *, where: str = "lake") -> None:  # noqa: A002
        """A batch as landing leaves it. table: system/table. where: lake or quarantine."""
        folder = self.project.data_dir / where / table / f"batch={id}"
        folder.mkdir(parents=True)
        write_parquet(folder / "data_0.parquet", rows)
        record = {"landed_at": f"{landed}T06:00:00+00:00", "expectations": [], "rows": 1}
        (folder / "batch.json").write_text(json.dumps(record))

    def offer(self, name: str, rows: str) -> None:
        """A file on offer, in the folder `files`."""
        (self.folder / "files").mkdir(exist_ok=True)
        write_parquet(self.folder / "files" / name, rows)

    def write(self) -> Path:
        """The manifest of what was added."""
        return write_manifest(
            self.folder / "target",
            self._nodes,
            exposures=self._exposures,
            groups=self._groups,
            disabled=self._disabled,
        )

    @property
    def seen(self) -> ProjectEvidence:
        """All that is there now."""
        return self.seen_on(TODAY)

    def seen_on(self, today: date) -> ProjectEvidence:
        """The same, on another day."""
        return ProjectEvidence(TracedProject(self.project, self.write()), today)


def days_before(first: int, last: int = 0, *, step: int = 1) -> list[date]:
    """Days, so many before today, the oldest first."""
    return [TODAY - timedelta(days=each) for each in range(first, last - 1, -step)]


def applied(proposal: Proposal) -> dict[str, str | None]:
    """The files of a proposal as they would be."""
    return {edit.path: edit.after for edit in proposal.edits}


def changes(proposal: Proposal) -> list[str]:
    """The lines that a proposal adds and takes away, of all its files."""
    found: list[str] = []
    for edit in proposal.edits:
        lines = unified_diff((edit.before or "").splitlines(), (edit.after or "").splitlines(), n=0, lineterm="")
        found += [f"{line[0]}{line[1:].strip()}" for line in lines if not line.startswith(("---", "+++", "@@"))]
    return found


def _placed(folder: str, name: str) -> dict[str, Any]:
    layer, _, rest = folder.partition("/")
    schema = f"mart_{rest}" if layer == "mart" else layer
    config = {"group": rest} if layer == "mart" else {}
    return {"schema": schema, "relation_name": f'"db"."{schema}"."{name}"', "config": config}


def _columns(declared: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in declared.get("columns", []):
        meta = each.get("config", {}).get("meta", {})
        found |= column(each["name"], each.get("data_type"), config={"meta": meta})
    return found


def _tests(declared: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = [_test(test, name, None) for test in declared.get("data_tests", [])]
    for each in declared.get("columns", []):
        found += [_test(test, name, each["name"]) for test in each.get("data_tests", [])]
    return found


def _test(said: Any, name: str, of: str | None) -> dict[str, Any]:
    if isinstance(said, str):
        return data_test(said, name, of)
    ((kind, body),) = said.items()
    return data_test(kind, name, of, arguments=body.get("arguments", {}))


__all__ = ["TODAY", "Grown", "applied", "changes", "days_before"]
