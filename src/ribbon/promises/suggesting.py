"""What a relation could promise: expectations that hold today and leave room for tomorrow."""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from ribbon.config import ProjectPaths
from ribbon.engines.duckdb_file import Connection, open_file
from ribbon.engines.table_profile import ColumnProfile, TableProfile, grain_of, is_found_in, profile_table, shape_holds
from ribbon.errors import ConfigError
from ribbon.model import Layer, Relation
from ribbon.project import Project as Manifest
from ribbon.promises.contract_yaml import written
from ribbon.promises.finding_relations import find_relation
from ribbon.promises.promised import Promised, keys_of, promised_by
from ribbon.promises.room import date_bounds, number_bounds, row_count_bounds, shapes_of

__all__ = ["Suggestion", "Written", "suggest_for", "suggest_for_columns"]

# An expectation as its contract writes it: its name alone, or its name with arguments.
Written = str | dict[str, Any]

KEY = re.compile(r"(^|_)(id|key|code|upc|uuid|sk)$")

# A set of values is believed where each stands for at least so many rows.
ROWS_PER_VALUE = 5

# Where nulls are known, so much more of them may come; where they are most of the rows, nothing is promised.
NULL_ROOM, MOST = 0.05, 0.5


@dataclass(frozen=True)
class Suggestion:
    """What to add to a contract. of_columns: by column. kind: models, seeds or snapshots."""

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
        """The contract with what is suggested, and nothing else."""
        return written(self.kind, self.name, self.of_table, self.of_columns)


def suggest_for(project: ProjectPaths, manifest: Manifest, name: str) -> Suggestion:
    """What the model, seed or snapshot called `name` could promise besides what it promises.

    Raises ConfigError where there is none of that name, or where it has not been built in the build file.
    """
    relation = find_relation(manifest, name)
    with _measuring(project, manifest, relation) as maker:
        rows = maker.profile.row_count
        return Suggestion(
            kind=f"{relation.unique_id.split('.')[0]}s",
            name=relation.name,
            contract=_contract_of(relation, manifest.record(relation.unique_id)),
            row_count=rows,
            of_table=tuple(maker.of_table()) if rows else (),
            of_columns=maker.of_columns() if rows else {},
        )


def suggest_for_columns(
    project: ProjectPaths, manifest: Manifest, unique_id: str, names: Collection[str]
) -> Mapping[str, tuple[Written, ...]]:
    """The same for some columns of a relation; those that could promise nothing are left out.

    Raises ConfigError as `suggest_for` does.
    """
    relation = next((each for each in manifest.relations if each.unique_id == unique_id), None)
    if relation is None:
        return {}
    with _measuring(project, manifest, relation) as maker:
        found = maker.of_columns() if maker.profile.row_count else {}
    return {name: tests for name, tests in found.items() if name in names}


@contextmanager
def _measuring(project: ProjectPaths, manifest: Manifest, relation: Relation) -> Iterator["_Maker"]:
    """What makes suggestions, while the build file is open."""
    if manifest.adapter != "duckdb":
        raise ConfigError(f"{relation}: suggestions are made from the build file; choose a DuckDB target")
    hidden = manifest.restricted_columns(relation.unique_id)
    missing = ConfigError(f"{relation} is not in {project.build_file}. Build it: dbt build --select {relation.name}")
    if not project.build_file.exists():
        raise missing
    with open_file(project.build_file, read_only=True, memory_limit=project.memory_limit) as build:
        profile = profile_table(build, relation.schema, relation.identifier, hidden)
        if profile is None:
            raise missing
        yield _Maker(build, manifest, relation, profile, promised_by(manifest, relation.unique_id), hidden)


@dataclass(frozen=True)
class _Maker:
    build: Connection
    manifest: Manifest
    relation: Relation
    profile: TableProfile
    promised: Promised
    hidden: frozenset[str]

    def of_table(self) -> Iterator[Written]:
        low, high = row_count_bounds(self.profile.row_count)
        if not self.promised.has("expect_table_row_count_to_be_between"):
            yield _with("expect_table_row_count_to_be_between", min_value=low, max_value=high)
        if not self.promised.has("expect_row_count_near_history"):
            yield _with("expect_row_count_near_history", tolerance=0.5)
        if not self.promised.has_key and not self._key_columns():
            grain = grain_of(self.build, self.relation.schema, self.relation.identifier, self.profile)
            if grain:
                yield _with("expect_grain", columns=list(grain))

    def of_columns(self) -> dict[str, tuple[Written, ...]]:
        made = {column.name: tuple(self._of_column(column)) for column in self.profile.columns}
        return {name: tests for name, tests in made.items() if tests}

    def _of_column(self, column: ColumnProfile) -> Iterator[Written]:
        has = self.promised.has
        is_key = column.name in self._key_columns()
        if is_key and not has("unique", column.name):
            yield "unique"
        if not has("not_null", column.name):
            yield from self._of_nulls(column)
        if column.name.startswith("_"):  # what landing adds says nothing about the business
            return
        parent = None if has("relationships", column.name) else self._parent_of(column)
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
            mostly = max(0, int((present - NULL_ROOM) * 100)) / 100
            yield _with("expect_column_values_to_not_be_null", mostly=mostly)

    def _of_values(self, column: ColumnProfile) -> Iterator[Written]:
        if column.values and not self.promised.has("set", column.name):
            present = self.profile.row_count - column.null_count
            # Jinja in a contract would be rendered.
            if present >= ROWS_PER_VALUE * len(column.values) and not any("{" in value for value in column.values):
                yield _with("expect_column_values_to_be_in_set", value_set=list(column.values))
        elif not self.promised.has("between", column.name):
            bounds = _bounds(column)
            if bounds:
                yield _with("expect_column_values_to_be_between", min_value=bounds[0], max_value=bounds[1])

    def _of_shape(self, column: ColumnProfile) -> Iterator[Written]:
        if column.name in self.hidden or column.lowest is None:
            return
        for regex in shapes_of(column.lowest):
            if shape_holds(self.build, self.relation.schema, self.relation.identifier, column.name, regex):
                yield _with("expect_column_values_to_match_regex", regex=regex)
                return

    def _key_columns(self) -> set[str]:
        """Columns without a double that are called like a key; else the first without one, where no key is promised."""
        unique = [
            column.name
            for column in self.profile.columns
            if column.is_unique and column.kind in {"integer", "text", "date", "uuid"}
        ]
        named = {name for name in unique if KEY.search(name)}
        return named or (set() if self.promised.has_key else set(unique[:1]))

    def _parent_of(self, column: ColumnProfile) -> tuple[Relation, str] | None:
        """A relation of the warehouse whose key has the column's name and every one of its values."""
        for other in self.manifest.relations:
            is_fit = other.layer is Layer.WAREHOUSE and other.unique_id != self.relation.unique_id
            if not is_fit or column.name not in keys_of(self.manifest, other.unique_id):
                continue
            if self.relation.unique_id in self.manifest.ancestors(other.unique_id):
                continue
            child = (self.relation.schema, self.relation.identifier, column.name)
            if is_found_in(self.build, child, (other.schema, other.identifier, column.name)):
                return other, column.name
        return None


def _contract_of(relation: Relation, node: Mapping[str, Any]) -> str:
    """The file that declares a relation, or the one that would: the mirror of its SQL."""
    declared = str(node.get("patch_path") or "").split("://")[-1]
    mirror = PurePosixPath("expectations", *PurePosixPath(relation.path).parts[1:]).with_suffix(".yml")
    return declared or str(mirror)


def _bounds(column: ColumnProfile) -> tuple[Any, Any] | None:
    if column.lowest is None:
        return None
    with suppress(ValueError, OverflowError, AttributeError):
        if column.kind in {"integer", "number"}:
            return number_bounds(column.lowest, column.highest)
        if column.kind in {"date", "timestamp"}:
            return date_bounds(column.lowest, column.highest)
    return None


def _with(name: str, **arguments: Any) -> Written:
    return {name: {"arguments": arguments}}
