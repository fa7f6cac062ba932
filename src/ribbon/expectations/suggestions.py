"""Suggested expectations: what a relation passes today, with a margin for tomorrow."""

import math
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from ribbon.config import ProjectPaths
from ribbon.engines.duckdb_file import Connection, open_file
from ribbon.engines.table_profile import ColumnProfile, TableProfile, grain_of, is_found_in, profile_table, shape_holds
from ribbon.errors import ConfigError
from ribbon.expectations.contract_yaml import written
from ribbon.expectations.declared import Declared, declared_by, find_relation, keys_of
from ribbon.lineage import TracedProject
from ribbon.model import Layer, Relation, in_contract
from ribbon.project import Project

__all__ = ["Measured", "Suggestion", "Written", "measure_table", "suggest_for", "suggest_for_columns"]

# An expectation as its contract writes it: its name alone, or its name with arguments.
Written = str | dict[str, Any]

KEY = re.compile(r"(^|_)(id|key|code|upc|uuid|sk)$")

# A set of values is suggested if each value stands for at least so many rows.
ROWS_PER_VALUE = 5

# From so many rows on, a key is told from what is unique by chance.
FEW_ROWS = 10

# Margin for the share of nulls; above this share of nulls nothing is suggested.
NULL_MARGIN, MOST = 0.05, 0.5


Bound = int | float

# Margin on either side, as a share of the distance between the lowest and the highest value.
MARGIN = Decimal("0.2")

LARGEST = 10**18

SPECIAL = r"[.^$*+?{}\[\]\\|()]"
CLASSES = (("0-9", r"[0-9]+"), ("A-Z", r"[A-Z]+"), ("a-z", r"[a-z]+"))


@dataclass(frozen=True)
class Suggestion:
    """Expectations to add to a contract. of_columns: by column. kind: models, seeds or snapshots."""

    kind: str
    name: str
    contract: str
    row_count: int
    of_table: tuple[Written, ...]
    of_columns: Mapping[str, tuple[Written, ...]]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to add."""
        return not self.of_table and not self.of_columns

    def as_yaml(self) -> str:
        """A contract that has only the suggestions."""
        return written(self.kind, self.name, self.of_table, self.of_columns)


def suggest_for(paths: ProjectPaths, project: Project, name: str) -> Suggestion:
    """Expectations to add to the model, seed or snapshot called `name`.

    Raises ConfigError if there is none of that name, or if it is not in the build file.
    """
    relation = find_relation(project, name)
    with _measuring(paths, project, relation) as suggester:
        rows = suggester.profile.row_count
        return Suggestion(
            kind=f"{relation.unique_id.split('.')[0]}s",
            name=relation.name,
            contract=_contract_of(relation, project.record(relation.unique_id)),
            row_count=rows,
            of_table=tuple(suggester.of_table()) if rows else (),
            of_columns=suggester.of_columns() if rows else {},
        )


def suggest_for_columns(
    paths: ProjectPaths, project: Project, unique_id: str, names: Collection[str]
) -> Mapping[str, tuple[Written, ...]]:
    """The same for some columns of a relation; columns without suggestions are left out.

    Raises ConfigError as `suggest_for` does.
    """
    relation = next((each for each in project.relations if each.unique_id == unique_id), None)
    if relation is None:
        return {}
    with _measuring(paths, project, relation) as suggester:
        found = suggester.of_columns() if suggester.profile.row_count else {}
    return {name: tests for name, tests in found.items() if name in names}


@dataclass(frozen=True)
class Measured:
    """A table that no contract declares. of_columns: by column, without what says that it is not null or unique.

    unique: the columns that each row has a value of its own in. key: those that identify a row, none if unknown.
    """

    profile: TableProfile
    of_columns: Mapping[str, tuple[Written, ...]]
    unique: tuple[str, ...]
    key: tuple[str, ...]


def measure_table(connection: Connection, name: str, hidden: Collection[str] = ()) -> Measured | None:
    """What a table of a connection holds today. hidden: columns whose values must not be read.

    None where there is no table of that name.
    """
    profile = profile_table(connection, "main", name, hidden)
    if profile is None:
        return None
    suggester = _Suggester(connection, ("main", name), profile, Declared(frozenset()), frozenset(hidden))
    unique = tuple(column.name for column in profile.columns if column.name in suggester.key_columns())
    named = [column for column in unique if KEY.search(column)]
    grain = grain_of(connection, "main", name, profile) if profile.row_count >= FEW_ROWS and not unique else None
    found = suggester.of_columns() if profile.row_count else {}
    plain = {
        column: tuple(test for test in tests if not isinstance(test, str) and not _is_about_nulls(test))
        for column, tests in found.items()
    }
    first = profile.columns[0].name if profile.columns else None
    # With few rows, any column is unique by chance.
    key = tuple(named[:1]) or (unique if profile.row_count >= FEW_ROWS and unique[:1] == (first,) else ())
    return Measured(profile, plain, tuple(named), key or tuple(grain or ()))


def _is_about_nulls(test: Mapping[str, Any]) -> bool:
    return any(name.endswith("not_be_null") for name in test)


@contextmanager
def _measuring(paths: ProjectPaths, project: Project, relation: Relation) -> Iterator["_Suggester"]:
    """A suggester, while the build file is open."""
    if project.adapter != "duckdb":
        raise ConfigError(f"{relation}: suggestions need the build file. Choose a DuckDB target with --target")
    hidden = TracedProject(paths, project.target_dir, of=project).restricted_columns(relation.unique_id)
    missing = ConfigError(f"{relation} is not in {paths.build_file}. Build it: dbt build --select {relation.name}")
    if not paths.build_file.exists():
        raise missing
    with open_file(paths.build_file, read_only=True, memory_limit=paths.memory_limit) as build:
        profile = profile_table(build, relation.schema, relation.identifier, hidden)
        if profile is None:
            raise missing
        yield _SuggesterOfProject(
            build,
            (relation.schema, relation.identifier),
            profile,
            declared_by(project, relation.unique_id),
            hidden,
            project,
            relation,
        )


@dataclass(frozen=True)
class _Suggester:
    """table: its schema and name. hidden: columns whose values are not shown."""

    build: Connection
    table: tuple[str, str]
    profile: TableProfile
    declared: Declared
    hidden: frozenset[str]

    def of_table(self) -> Iterator[Written]:
        low, high = _row_count_bounds(self.profile.row_count)
        if not self.declared.has("expect_table_row_count_to_be_between"):
            yield _with("expect_table_row_count_to_be_between", min_value=low, max_value=high)
        if not self.declared.has("expect_row_count_near_history"):
            yield _with("expect_row_count_near_history", tolerance=0.5)
        if not self.declared.has_key and not self.key_columns():
            grain = grain_of(self.build, *self.table, self.profile)
            if grain:
                yield _with("expect_grain", columns=list(grain))

    def of_columns(self) -> dict[str, tuple[Written, ...]]:
        made = {column.name: tuple(self._of_column(column)) for column in self.profile.columns}
        return {name: tests for name, tests in made.items() if tests}

    def _of_column(self, column: ColumnProfile) -> Iterator[Written]:
        has = self.declared.has
        is_key = column.name in self.key_columns()
        if is_key and not has("unique", column.name):
            yield "unique"
        if not has("not_null", column.name):
            yield from self._of_nulls(column)
        if column.name.startswith("_"):  # added by landing
            return
        parent = None if has("relationships", column.name) else self.parent_of(column)
        if parent:
            yield _with("relationships", to=f"ref('{parent[0].name}')", field=parent[1])
        elif column.name not in self.hidden and not is_key and not KEY.search(column.name):
            yield from self._of_values(column)
        if column.kind == "text" and column.values is None and not has("regex", column.name):
            yield from self._of_shape(column)

    def _of_nulls(self, column: ColumnProfile) -> Iterator[Written]:
        if not column.null_count:
            yield "not_null"
            return
        present = 1 - column.null_count / self.profile.row_count
        if present > MOST:
            mostly = max(0, int((present - NULL_MARGIN) * 100)) / 100
            yield _with("expect_column_values_to_not_be_null", mostly=mostly)

    def _of_values(self, column: ColumnProfile) -> Iterator[Written]:
        if column.values and not self.declared.has("set", column.name):
            present = self.profile.row_count - column.null_count
            # dbt would render Jinja in a contract.
            if present >= ROWS_PER_VALUE * len(column.values) and not any("{" in value for value in column.values):
                yield _with("expect_column_values_to_be_in_set", value_set=list(column.values))
        elif not self.declared.has("between", column.name):
            bounds = _bounds(column)
            if bounds:
                yield _with("expect_column_values_to_be_between", min_value=bounds[0], max_value=bounds[1])

    def _of_shape(self, column: ColumnProfile) -> Iterator[Written]:
        if column.name in self.hidden or column.lowest is None:
            return
        for regex in _shapes_of(column.lowest):
            if shape_holds(self.build, *self.table, column.name, regex):
                yield _with("expect_column_values_to_match_regex", regex=regex)
                return

    def key_columns(self) -> set[str]:
        """Unique columns named like a key; else the first unique column, unless a key is declared."""
        unique = [
            column.name
            for column in self.profile.columns
            if column.is_unique and column.kind in {"integer", "text", "date", "uuid"}
        ]
        named = {name for name in unique if KEY.search(name)}
        return named or (set() if self.declared.has_key else set(unique[:1]))

    def parent_of(self, column: ColumnProfile) -> tuple[Relation, str] | None:  # noqa: ARG002 - others know some
        """A relation of the warehouse whose key has the column's name and all of its values."""
        return None


@dataclass(frozen=True)
class _SuggesterOfProject(_Suggester):
    """Of a relation that a project has built, beside others."""

    project: Project
    relation: Relation

    def parent_of(self, column: ColumnProfile) -> tuple[Relation, str] | None:
        for other in self.project.relations:
            is_fit = other.layer is Layer.WAREHOUSE and other.unique_id != self.relation.unique_id
            if not is_fit or column.name not in keys_of(self.project, other.unique_id):
                continue
            if self.relation.unique_id in self.project.ancestors(other.unique_id):
                continue
            child = (*self.table, column.name)
            if is_found_in(self.build, child, (other.schema, other.identifier, column.name)):
                return other, column.name
        return None


def _contract_of(relation: Relation, node: Mapping[str, Any]) -> str:
    """The file that declares a relation; by default the mirror of its SQL file."""
    declared = str(node.get("patch_path") or "").split("://")[-1]
    mirror = PurePosixPath("expectations", *PurePosixPath(relation.path).parts[1:]).with_suffix(".yml")
    return declared or str(mirror)


def _bounds(column: ColumnProfile) -> tuple[Any, Any] | None:
    if column.lowest is None:
        return None
    with suppress(ValueError, OverflowError, AttributeError):
        if column.kind in {"integer", "number"}:
            return _number_bounds(column.lowest, column.highest)
        if column.kind in {"date", "timestamp"}:
            return _date_bounds(column.lowest, column.highest)
    return None


def _with(name: str, **arguments: Any) -> Written:
    return {in_contract(name): {"arguments": arguments}}


def _number_bounds(lowest: object, highest: object) -> tuple[Bound, Bound] | None:
    """Rounded bounds with a margin of a fifth of the span, not across zero; a share stays within 0 and 1.

    None if a bound is not finite, or larger than the numbers that dbt can store of a contract.
    """
    low, high = Decimal(str(lowest)), Decimal(str(highest))
    if not (low.is_finite() and high.is_finite()) or max(abs(low), abs(high)) > LARGEST:
        return None
    whole = isinstance(lowest, int) and isinstance(highest, int)
    if not whole and low >= 0 and high <= 1:
        return 0, 1
    margin = ((high - low) or abs(high) or Decimal(1)) * MARGIN
    lower = max(low - margin, Decimal(0)) if low >= 0 else low - margin
    upper = min(high + margin, Decimal(0)) if high <= 0 and low < 0 else high + margin
    step = Decimal(10) ** (math.floor(math.log10(max(abs(lower), abs(upper)))) - 1)
    if whole:
        step = max(step, Decimal(1))
    return _plain(math.floor(lower / step) * step), _plain(math.ceil(upper / step) * step)


def _date_bounds(lowest: date, highest: date) -> tuple[str, str]:
    """From the start of the year of the earliest to the end of the year after the latest."""
    return f"{lowest.year:04d}-01-01", f"{min(highest.year + 1, datetime.max.year):04d}-12-31"


def _row_count_bounds(rows: int) -> tuple[int, int]:
    """Half and twice the rows, rounded outwards to two digits; at least one row."""
    step = max(1, 10 ** (len(str(rows)) - 2))
    return max(1, rows // 2 // step * step), math.ceil(rows * 2 / step) * step


def _shapes_of(value: str) -> list[str]:
    """Regular expressions that the shape of a code like `AB-0012` suggests, the strictest first; none for prose."""
    if not re.search(r"[0-9]", value) or re.search(r"\s", value):
        return []
    fixed, loose, rest = "", "", value
    while rest:
        known = next(((name, re.match(regex, rest)) for name, regex in CLASSES if re.match(regex, rest)), None)
        if known is None or known[1] is None:
            sign = re.sub(SPECIAL, r"\\\g<0>", rest[0])
            fixed, loose, rest = fixed + sign, loose + sign, rest[1:]
            continue
        name, run = known[0], known[1][0]
        fixed, loose, rest = f"{fixed}[{name}]{{{len(run)}}}", f"{loose}[{name}]+", rest[len(run) :]
    return [f"^{fixed}$", f"^{loose}$"]


def _plain(value: Decimal) -> Bound:
    return int(value) if value == value.to_integral_value() else float(value)
