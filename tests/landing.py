"""A source of one table in a folder of its own, to deliver files to and land them, without dbt."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from ribbon.config import ProjectPaths
from ribbon.engines.duckdb_file import Connection
from ribbon.engines.misfits import Misfit, read_misfits
from ribbon.engines.parquet import open_bench
from ribbon.land import DeliveryOutcome, TableOutcome, land_table, opened_table, release
from ribbon.model import SourceTable, Verdict
from ribbon.project.delivered_sources import source_table

USUAL = {"from": "files", "file": "*.parquet", "delivery": "append"}
OWN = ("_batch_id", "_loaded_at", "_source_file")


class OpenDoor:
    """A door that asks for nothing, as that of a contract without expectations."""

    def check(self, _source: SourceTable, _files: Sequence[Path]) -> tuple[list[Verdict], None]:
        """Let everything in."""
        return [], None


def contract(columns: Mapping[str, Any], **meta: Any) -> SourceTable:
    """The contract of shop.orders. columns: data types by name, or mappings with it and meta.

    meta: of the table, without what is None.
    """
    nodes = {}
    for name, given in columns.items():
        column = {"data_type": given} if isinstance(given, str) else dict(given)
        nodes[name] = {"name": name, "data_type": column.pop("data_type"), "config": {"meta": column}}
    node = {
        "source_name": "shop",
        "name": "orders",
        "original_file_path": "expectations/lake/shop.yml",
        "config": {"meta": {key: value for key, value in (USUAL | meta).items() if value is not None}},
        "columns": nodes,
    }
    return source_table(node, ())


@dataclass
class Landing:
    """Delivers files to shop.orders and lands them as its contract says."""

    project: ProjectPaths
    bench: Connection
    source: SourceTable
    door: Any = field(default_factory=OpenDoor)

    @property
    def files(self) -> Path:
        """The folder that the source reads."""
        return self.project.project_dir / "files"

    def deliver(self, name: str, content: bytes | str) -> Path:
        """Put a file there. Text is UTF-8."""
        path = self.files / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def deliver_rows(self, name: str, select: str) -> Path:
        """Put the rows of a query there, as Parquet."""
        path = self.files / name
        path.parent.mkdir(parents=True, exist_ok=True)
        duckdb.sql(f"copy ({select}) to '{path}' (format parquet)")
        return path

    def land(self) -> TableOutcome:
        """Land what is new."""
        return land_table(self.project, self.source, None, self.bench, self.door)

    def release(self, kind: str = "*") -> list[DeliveryOutcome]:
        """Release what is in quarantine: `batch`, `rows`, `file`, or all."""
        outcomes = []
        for folder in self.aside(kind):
            with opened_table(self.project, self.source, self.bench, self.door) as table:
                outcomes.append(release(table, folder))
        return outcomes

    def aside(self, kind: str = "*") -> list[Path]:
        """The folders in quarantine."""
        return sorted((self.project.quarantine_dir / "shop/orders").glob(f"{kind}=*"))

    def misfits(self) -> list[Misfit]:
        """The rows in quarantine that do not fit the contract."""
        return [misfit for folder in self.aside("rows") for misfit in read_misfits(folder)]

    def lake(self, columns: str = "*", where: str = "true") -> list[tuple[Any, ...]]:
        """The rows of the lake, ordered, without what Ribbon adds unless named."""
        files = f"{self.project.lake_dir}/shop/orders/batch=*/*.parquet"
        if not list(self.project.lake_dir.glob("shop/orders/batch=*/*.parquet")):
            return []
        chosen = f"* exclude ({', '.join(OWN)})" if columns == "*" else columns
        return self.bench.execute(
            f"select {chosen} from read_parquet('{files}', union_by_name = true, hive_partitioning = false)"
            f" where {where} order by all"
        ).fetchall()


@contextmanager
def landing(folder: Path, source: SourceTable) -> Iterator[Landing]:
    """Delivers to a folder."""
    (folder / "files").mkdir(parents=True, exist_ok=True)
    with open_bench(folder / "spill", "1GB") as bench:
        yield Landing(ProjectPaths(folder, folder / "data"), bench, source)
