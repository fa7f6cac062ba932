"""A new source table, from its files: types, keys and expectations that hold, and a page with what was measured."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from ribbon.engines.parquet import open_bench
from ribbon.engines.sniffed_table import TYPED, SniffedColumn, SniffedTable, is_key_of_each_file, sniff_table
from ribbon.engines.table_profile import ColumnProfile
from ribbon.errors import DeliveryError
from ribbon.evolve.edit_yaml import declared_type
from ribbon.evolve.evidence.file_groups import FileGroup, snake
from ribbon.evolve.new_model import SourceColumn, SourceModel
from ribbon.expectations.suggestions import KEY, Measured, Written, measure_table
from ribbon.model import Delivery, FileFormat, FileKind
from ribbon.settings import PATHS, read_settings

__all__ = ["Layout", "LookedAt", "is_plain", "lake_names", "look_at", "new_source"]

# Values of such columns are about people, so that they are not shown unless somebody says so.
PERSONAL = re.compile(
    r"(^|_)(e?mail|phone|mobile|telephone|telefon|first_?name|last_?name|surname|full_name|vorname|nachname|birth"
    r"|birth_?da(y|te)|dob|geburtsdatum|iban|ssn|passport|address|street|strasse)(_|$)"
)

LARGEST = 10**12

# How many files a page names, and how much of a value it shows.
NAMED, SHOWN = 3, 40


@dataclass(frozen=True)
class LookedAt:
    """Files of one table, and what was found in them."""

    group: FileGroup
    sniffed: SniffedTable
    measured: Measured
    delivery: Delivery
    key: tuple[str, ...]

    @property
    def columns(self) -> tuple[SourceColumn, ...]:
        """The columns for a contract. What was observed, and may change, is a warning there."""
        profiles = {column.name: column for column in self.measured.profile.columns}
        return tuple(
            SourceColumn(
                column.name,
                _contract_type(column.data_type),
                delivered_as=column.delivered if column.delivered != column.name else None,
                notation=column.notation,
                restricted=_is_personal(column),
                filled=self._is_filled(column, profiles[column.name]),
                exact=_fits_exactly(profiles[column.name]),
                tests=() if column.is_nested else tuple(map(_warning, self.measured.of_columns.get(column.name, ()))),
            )
            for column in self.sniffed.columns
        )

    def _is_filled(self, column: SniffedColumn, profile: ColumnProfile) -> bool:
        """Whether it has no nulls; of a table, whether the database forbids them."""
        if self.group.declared:
            return column.delivered in self.group.declared.required
        return self.sniffed.rows > 0 and not profile.null_count

    @property
    def unique(self) -> tuple[str, ...]:
        """The columns that the table has one row of each value of."""
        if self.group.declared:
            return self.key if len(self.key) == 1 else ()
        return tuple(name for name in self.measured.unique if name not in self.key or len(self.key) == 1)

    @property
    def files(self) -> dict[str, Any]:
        """What a contract says of the files under config.meta, without their folder."""
        said: dict[str, Any] = {} if self.group.declared else {"file": self.group.pattern}
        if self.delivery is Delivery.UPSERT:
            said["key"] = list(self.key)
        if self.group.format.kind is not FileKind.PARQUET:
            said["format"] = _format(self.sniffed.format)
        return said

    @property
    def notes(self) -> Iterator[str]:
        """What a person should know before the rows land."""
        for name in self.sniffed.left_out:
            yield f"column {name} is not in every file, so it is not declared"
        for column in self.sniffed.columns:
            if column.note:
                yield f"column {column.name} {column.note}"
            if _is_personal(column):
                yield f"column {column.name} looks personal, so it is restricted: its values are not shown"
        for file, record in self.sniffed.broken[:NAMED]:
            yield f"line {record.line} of {file} cannot be read: {record.reason}; it will go to quarantine"
        if len(self.sniffed.broken) > NAMED:
            yield f"{len(self.sniffed.broken) - NAMED:,} more lines cannot be read"

    @property
    def page(self) -> tuple[str, ...]:
        """What was measured, as lines of a page."""
        return tuple(_page(self))


def look_at(group: FileGroup, memory_limit: str, scratch: Path) -> LookedAt:
    """Read the files of a table. scratch: a folder for what has to be written meanwhile.

    Raises DeliveryError where Ribbon cannot land them.
    """
    with open_bench(scratch, memory_limit) as bench:
        known = group.declared.types if group.declared else None
        naming = partial(lake_names, table=group.table)
        sniffed = sniff_table(bench, group.files, group.format, naming, scratch, known)
        hidden = [column.name for column in sniffed.columns if _is_personal(column)]
        measured = measure_table(bench, TYPED, hidden)
        if measured is None:
            raise DeliveryError(f"{group.files[0]}: has no columns.")
        delivery, key = Delivery.APPEND if group.is_series else Delivery.SNAPSHOT, measured.key
        if group.declared:
            names = {column.delivered: column.name for column in sniffed.columns}
            key = tuple(names[name] for name in group.declared.key)
        if len(group.files) > 1 and not measured.unique:
            repeated = _repeated_key(bench, sniffed, measured, len(group.files))
            if repeated:
                delivery, key = Delivery.UPSERT, (repeated,)
    return LookedAt(group, sniffed, measured, delivery, key)


@dataclass(frozen=True)
class Layout:
    """Where a project has its files. contracts: whether in folders that mirror the models, from `expectations/` on.

    lake_pages, model_pages: whether dbt reads documentation pages of sources, of models.
    """

    contracts: bool
    lake_pages: bool
    model_pages: bool

    @classmethod
    def of(cls, project_dir: Path) -> "Layout":
        """As dbt_project.yml says."""
        settings = read_settings(project_dir)
        models = {str(path).strip("/") for path in settings.listed("model-paths", PATHS["model-paths"])}
        docs = {str(path).strip("/") for path in settings.listed("docs-paths")}
        return cls(
            "expectations" in models, bool(docs & {"docs", "docs/lake"}), bool(docs & {"docs", "docs/warehouse"})
        )


def new_source(
    looked: LookedAt, system: str, layout: Layout, origin: str | None = None, identifier: str | None = None
) -> SourceModel:
    """The source table and its staging model. origin: where its files lie, where that is not the system's folder."""
    table = looked.group.table
    return SourceModel(
        system=system,
        table=table,
        name=f"stg_{system}__{table}",
        folder=f"models/warehouse/staging/{system}",
        columns=looked.columns,
        delivery=looked.delivery,
        contracts=layout.contracts,
        pages=layout.model_pages,
        unique=looked.unique,
        key=looked.key,
        files={**({"from": origin} if origin else {}), **looked.files},
        identifier=identifier,
        page=looked.page if layout.lake_pages else (),
    )


def _repeated_key(bench: Any, sniffed: SniffedTable, measured: Measured, files: int) -> str | None:
    """A column that is a key of each file, but not of all together: later files correct earlier ones."""
    filled = {column.name for column in measured.profile.columns if not column.null_count}
    for column in sniffed.columns:
        if column.name in filled and KEY.search(column.name) and is_key_of_each_file(bench, column, files):
            return column.name
    return None


def is_plain(name: str) -> bool:
    """Whether a name needs no quotes in SQL."""
    from ribbon.sql.dialects import RESERVED  # noqa: PLC0415 - brings sqlglot, which `--help` needs not

    return bool(re.fullmatch(r"[a-z][a-z0-9_]*", name)) and name not in RESERVED


def lake_names(delivered: Sequence[str], table: str) -> list[str]:
    """Names in snake case that need no quotes, each once, and none of those that Ribbon adds."""
    names: list[str] = []
    for place, header in enumerate(delivered, start=1):
        name = snake(header) or f"column{place}"
        if not is_plain(name):
            name = f"{table if name[0].isalpha() else 'column'}_{name}"
        free, number = name, 1
        while free in names:
            number += 1
            free = f"{name}_{number}"
        names.append(free)
    return names


def _fits_exactly(profile: ColumnProfile) -> bool:
    """Whether numbers have at most the twelve digits before the point that the warehouse's type has."""
    low, high = profile.lowest, profile.highest
    return low is not None and profile.kind == "number" and bool(low > -LARGEST and high < LARGEST)


def _is_personal(column: SniffedColumn) -> bool:
    return bool(PERSONAL.search(column.name))


def _contract_type(data_type: str) -> str:
    if exact := re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", data_type):
        return f"numeric({exact[1]}, {exact[2]})"
    is_nested = "(" in data_type or data_type.endswith("]")
    return data_type if is_nested else declared_type(data_type)


def _warning(test: Written) -> Written:
    if isinstance(test, str):
        return {test: {"config": {"severity": "warn"}}}
    return {name: {**body, "config": {"severity": "warn"}} for name, body in test.items()}


def _format(reads: FileFormat) -> dict[str, Any]:
    """What a contract says of a format, where that differs from what it would be without."""
    said: dict[str, Any] = {"type": reads.kind.value}
    usual = FileFormat(reads.kind, null_tokens=("",) if reads.kind is FileKind.CSV else ())
    if reads.kind is FileKind.CSV:
        said["delimiter"] = reads.delimiter
    for name in ("table", "header", "encoding", "decimal", "thousands", "null_tokens"):
        value = getattr(reads, name)
        if value != getattr(usual, name):
            said[name] = list(value) if isinstance(value, tuple) else value
    return said


def _page(looked: LookedAt) -> Iterator[str]:
    profile, names = looked.measured.profile, looked.group.names
    grain = " and ".join(looked.key) or "row of the files"
    named = ", ".join(f"`{_plain(name)}`" for name in names[:NAMED])
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    yield f"One row per {grain}."
    yield ""
    yield f"{profile.row_count:,} rows in {named}{more}, measured on {datetime.now(UTC).date()}."
    yield ""
    yield from ("| column | type | nulls | values, about | from | to |", "|---|---|---|---|---|---|")
    types = {column.name: column.data_type for column in looked.columns}
    for column in profile.columns:
        low, high = _range(column)
        distinct = profile.row_count if column.is_unique else column.distinct_count
        yield f"| {column.name} | {types[column.name]} | {column.null_count:,} | {distinct:,} | {low} | {high} |"
    if notes := list(looked.notes):
        yield ""
        yield from (f"- {_plain(note[0].upper() + note[1:])}." for note in notes)


def _range(column: ColumnProfile) -> tuple[str, str]:
    if column.kind not in {"integer", "number", "date", "timestamp"} or column.lowest is None:
        return "", ""
    return _shown(column.lowest), _shown(column.highest)


def _shown(value: object) -> str:
    if isinstance(value, Decimal):
        value = f"{value.normalize():f}"
    elif isinstance(value, datetime | date):
        value = str(value)
    return _plain(str(value))[:SHOWN]


def _plain(text: str) -> str:
    """Nothing that a table or dbt's templates would take for their own."""
    return re.sub(r"[{}|%#`\s]+", " ", text).strip()
