"""The columns of a delivered file beside those of its contract: under which name and in which type each one lands."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from ribbon.engines.casting import Cast, cast_text, cast_value, is_same_kind
from ribbon.engines.delivered_file import DeliveredFile
from ribbon.engines.duckdb_file import quoted
from ribbon.engines.lake_batches import LakeColumn
from ribbon.model import Column, FileKind, Finding, Severity, SourceTable
from ribbon.project.delivered_sources import LOAD_COLUMNS

__all__ = ["Matched", "match_columns"]

NO_TYPE = '"NULL"'


@dataclass(frozen=True)
class Matched:
    """columns: as they land, declared ones first. findings: what differs; an error among them stops the delivery."""

    columns: tuple[LakeColumn, ...]
    findings: tuple[Finding, ...]

    @property
    def stops(self) -> bool:
        """Whether nothing of the delivery may land."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def match_columns(
    source: SourceTable, file: DeliveredFile, name: str, types: Mapping[str, str], own: Collection[str] = ()
) -> Matched:
    """Give each column of a file its place in the lake.

    name: of the file, for messages. types: DuckDB's names of the declared types. own: columns that are Ribbon's.
    """
    given = {column.name.casefold(): column for column in file.columns}
    found: dict[str, Column] = {}
    findings: list[Finding] = []
    for column in source.columns:
        matches = [given[each.casefold()] for each in (column.name, *column.delivered_as) if each.casefold() in given]
        if matches:
            found[column.name] = matches[0]
            findings += _of_name(source, column, matches[0], name)
        elif source.format.kind is not FileKind.JSONL:  # there, what is null may be left out
            findings.append(_missing(source, column, file, name))
    columns = []
    for column in source.columns:
        if column.name not in found:
            nothing = f"cast(null as {types[column.name]})"
            columns.append(LakeColumn(column.name, types[column.name], nothing, nothing, earlier=_earlier(column)))
            continue
        delivered = found[column.name]
        cast = _cast(source, column, delivered, types[column.name], is_text=file.is_text)
        if cast is None:
            findings.append(_retyped(source, column, delivered, name))
            continue
        columns.append(
            LakeColumn(column.name, types[column.name], quoted(delivered.name), cast.value, cast.fits, _earlier(column))
        )
    taken = {column.name.casefold() for column in found.values()}
    for column in file.columns:
        if column.name.casefold() in taken or column.data_type == NO_TYPE or column.name in own:
            continue
        if column.name.casefold() in LOAD_COLUMNS:
            findings.append(_reserved(source, column, name))
            continue
        findings.append(_new(source, column, name))
        columns.append(LakeColumn(column.name, column.data_type, quoted(column.name), quoted(column.name)))
    return Matched(tuple(columns), tuple(findings))


def _earlier(column: Column) -> tuple[str, ...]:
    """Names under which batches may have it: not those that Ribbon's own columns have there."""
    return tuple(name for name in column.delivered_as if name.casefold() not in LOAD_COLUMNS)


def _cast(source: SourceTable, column: Column, delivered: Column, declared: str, *, is_text: bool) -> Cast | None:
    """The cast to the declared type; None where the delivered type is another kind of thing."""
    value = quoted(delivered.name)
    if is_text:
        return cast_text(value, declared, source.format, column.notation)
    if delivered.data_type == NO_TYPE:
        return Cast(f"cast(null as {declared})")
    if not is_same_kind(delivered.data_type, declared):
        return None
    return cast_value(value, delivered.data_type, declared)


def _of_name(source: SourceTable, column: Column, delivered: Column, name: str) -> Iterator[Finding]:
    if delivered.name != column.name and delivered.name not in column.delivered_as:
        yield Finding(
            source.where,
            f"column {column.name} of {name} is written {delivered.name}",
            "names ignore case, so it is the same column",
            f"nothing, or add `delivered_as: {delivered.name}` under the column's config.meta",
            Severity.WARN,
        )


def _missing(source: SourceTable, column: Column, file: DeliveredFile, name: str) -> Finding:
    others = {each.name.casefold() for each in source.columns}
    candidates = [each.name for each in file.columns if each.name.casefold() not in others]
    hint = f"; if it is called {candidates[0]} now, add `delivered_as: {candidates[0]}`" if len(candidates) == 1 else ""
    return Finding(
        source.where,
        f"column {column.name} is missing from {name}",
        f"the contract declares it as {column.data_type}",
        f"deliver the file with this column, or remove the column from the contract{hint}",
    )


def _retyped(source: SourceTable, column: Column, delivered: Column, name: str) -> Finding:
    return Finding(
        source.where,
        f"column {column.name} of {name} is {delivered.data_type}",
        f"the contract declares it as {column.data_type}",
        "deliver the declared type, or change data_type in the contract",
    )


def _reserved(source: SourceTable, column: Column, name: str) -> Finding:
    return Finding(
        source.where,
        f"column {column.name} of {name} has a name that Ribbon gives to a column of its own",
        "each row of the lake says in it when and from where it came",
        f"declare it under another name, with `config: {{meta: {{delivered_as: {column.name}}}}}`",
    )


def _new(source: SourceTable, column: Column, name: str) -> Finding:
    return Finding(
        source.where,
        f"column {column.name} of {name} is new",
        "new batches contain it, but models cannot read it until the contract declares it",
        "declare it in the contract",
        Severity.WARN,
    )
