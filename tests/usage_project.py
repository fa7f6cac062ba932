"""A project of two marts for the tests of usage, and logs of what is asked of it."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ribbon.config import ProjectPaths
from ribbon.engines.parquet import parquet_records
from ribbon.usage import Imported, KnownProject, Options, Usage, import_usage, known_project, load_usage, read_logs
from tests.manifests import column, model, write_manifest

SALES, CARE = "model.shop.store_daily", "model.shop.patient"


class Shop:
    """A project in a folder: `mart_sales.store_daily`, and `mart_care.patient` with the restricted column email."""

    def __init__(self, folder: Path) -> None:
        self.project = ProjectPaths(folder, folder / "data")
        target = write_manifest(
            folder / "target",
            [
                _mart(
                    "sales",
                    "store_daily",
                    column("store_id", "int"),
                    column("day", "date"),
                    column("net_usd", "decimal"),
                ),
                _mart("care", "patient", column("id", "int"), column("email", "varchar", meta={"restricted": True})),
            ],
        )
        (folder / "dbt_project.yml").write_text("name: shop\n")
        self.known: KnownProject = known_project(folder, target, None)
        self._folder, self._files = folder, 0

    @property
    def usage(self) -> Usage:
        return load_usage(self.project)

    def file(self, name: str, content: str | bytes) -> Path:
        path = self._folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def lines(self, rows: Sequence[Mapping[str, Any]]) -> Path:
        """Rows as JSON lines, in a file of their own."""
        self._files += 1
        return self.file(f"log{self._files}.jsonl", "".join(f"{json.dumps(row)}\n" for row in rows))

    def take(self, *files: Path, **options: Any) -> Imported:
        """Import files."""
        chosen = Options(**options)
        return import_usage(self.project, self.known, read_logs(files, chosen), chosen, lambda _done, _total: None)

    def ask(self, *texts: str, **options: Any) -> Imported:
        """Import a plain log of these texts, a second apart."""
        rows = [
            {"who": "ann", "when": f"2026-01-02T03:04:{second:02}Z", "sql": sql, "seconds": 1}
            for second, sql in enumerate(texts)
        ]
        return self.take(self.lines(rows), **options)

    def uses(self, relation: str = SALES) -> set[tuple[str, str]]:
        """The columns of a relation that were asked, with their roles."""
        return {(use.column, use.role.value) for use in self.usage.by_column(relation)}

    def rows(self, table: str) -> list[dict[str, Any]]:
        """What is kept, as it lies in the files."""
        files = sorted(self.project.usage_dir.glob(f"import=*/{table}.parquet"))
        return [row for file in files for row in parquet_records(file)]


def _mart(use_case: str, name: str, *columns: Mapping[str, Any]) -> dict[str, Any]:
    return model(
        name,
        compiled=f"select {', '.join(next(iter(each)) for each in columns)} from raw.{name}",
        folder=f"mart/{use_case}",
        schema=f"mart_{use_case}",
        relation_name=f'"db"."mart_{use_case}"."{name}"',
        config={"contract": {"enforced": True}},
        columns={key: value for each in columns for key, value in each.items()},
    )
