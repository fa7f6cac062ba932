"""The columns of a delivered file beside those of its contract: under which name and in which type each one lands."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ribbon.engines.casting import Cast, cast_text, cast_value, is_same_kind
from ribbon.engines.delivered_file import DeliveredFile
from ribbon.engines.duckdb_file import quoted
from ribbon.engines.lake_batches import LakeColumn
from ribbon.masking import CUT
from ribbon.model import Column, FileKind, Finding, Severity, SourceTable
from ribbon.project.delivered_sources import LOAD_COLUMNS

__all__ = ["Matched", "match_columns", "new_keys"]

NO_TYPE = '"NULL"'

# So many columns of a file are named, and so much of a name is shown.
NAMED, LONGEST = 5, 60


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
        names = [each.casefold() for each in (column.name, *column.delivered_as)]
        if matches := [given[each] for each in names if each in given]:
            found[column.name] = matches[0]
            findings += _of_name(source, column, matches[0], name)
    others = [each for each in file.columns if each not in found.values() and each.name not in own]
    if source.format.kind is not FileKind.JSONL:  # there, what is null may be left out
        missing = [column for column in source.columns if column.name not in found]
        findings += _missing(source, missing, others, name)
        if missing and not found:
            return Matched((), tuple(findings))
    declared, retyped = _declared(source, file, found, types, name)
    undeclared, new = _undeclared(source, others, name)
    return Matched((*declared, *undeclared), (*findings, *retyped, *new))


def _declared(
    source: SourceTable, file: DeliveredFile, found: Mapping[str, Column], types: Mapping[str, str], name: str
) -> tuple[list[LakeColumn], list[Finding]]:
    """The declared columns as they land, null where the file does not have them; and those of another kind."""
    columns, retyped = [], []
    for column in source.columns:
        declared, earlier = types[column.name], _earlier(column)
        if column.name not in found:
            nothing = f"cast(null as {declared})"
            columns.append(LakeColumn(column.name, declared, nothing, nothing, earlier=earlier))
            continue
        delivered = found[column.name]
        if cast := _cast(source, column, delivered, declared, is_text=file.is_text):
            columns.append(LakeColumn(column.name, declared, quoted(delivered.name), cast.value, cast.fits, earlier))
        else:
            retyped.append(_retyped(source, column, delivered, name))
    return columns, retyped


def _undeclared(source: SourceTable, others: Sequence[Column], name: str) -> tuple[list[LakeColumn], list[Finding]]:
    """The columns that the contract does not declare: they land as they came, but for those of nulls alone."""
    columns, findings = [], []
    for column in others:
        if column.data_type == NO_TYPE:
            continue
        if column.name.casefold() in LOAD_COLUMNS:
            findings.append(_reserved(source, column, name))
            continue
        findings.append(_new(source, column, name))
        columns.append(LakeColumn(column.name, column.data_type, quoted(column.name), quoted(column.name)))
    return columns, findings


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
            column.name,
        )


def _missing(source: SourceTable, missing: Sequence[Column], others: Sequence[Column], name: str) -> Iterator[Finding]:
    """A finding for each missing column; one where the file has none at all. others: its undeclared columns."""
    if missing and len(missing) == len(source.columns):
        listed = ", ".join(shown_name(each.name) for each in others[:NAMED])
        more = f" and {len(others) - NAMED:,} more" if len(others) > NAMED else ""
        # What stands where a header should may be the first row.
        yield Finding(
            source.where,
            f"{name} has none of the declared columns",
            f"it has {len(others):,} others, {CUT}" if source.restricts else f"it has {listed}{more}",
            "deliver the file that the contract describes, or correct meta.format; if columns have other names now, say"
            f" so with `delivered_as`, then {_release(source)}",
        )
        return
    is_renamed = len(missing) == len(others) == 1
    for column in missing:
        hint = f" add `delivered_as: {others[0].name}` if that is its name now, or" if is_renamed else ""
        yield Finding(
            source.where,
            f"column {column.name} is missing from {name}",
            f"the contract declares it as {column.data_type}",
            f"deliver the file with this column; or accept it:{hint} remove the column from the contract"
            f" (`ribbon evolve` proposes how), then {_release(source)}",
            column=column.name,
        )


def shown_name(name: str) -> str:
    """A delivered name as a message shows it: whatever it holds, it is short and one line."""
    text = "".join(letter if letter.isprintable() else "�" for letter in name)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _retyped(source: SourceTable, column: Column, delivered: Column, name: str) -> Finding:
    return Finding(
        source.where,
        f"column {column.name} of {name} is {delivered.data_type}",
        f"the contract declares it as {column.data_type}",
        "deliver the declared type; or accept it: change data_type in the contract (`ribbon evolve` proposes how), then"
        f" {_release(source)}",
        column=column.name,
    )


def _reserved(source: SourceTable, column: Column, name: str) -> Finding:
    return Finding(
        source.where,
        f"column {column.name} of {name} has a name that Ribbon gives to a column of its own",
        "each row of the lake says in it when and from where it came",
        f"declare it under another name, with `config: {{meta: {{delivered_as: {column.name}}}}}`, then"
        f" {_release(source)}",
        column=column.name,
    )


def _release(source: SourceTable) -> str:
    """The command that lands what was stopped."""
    return f"`ribbon quarantine release {source}`"


def _new(source: SourceTable, column: Column, name: str) -> Finding:
    return Finding(
        source.where,
        f"column {shown_name(column.name)} of {name} is new",
        "new batches contain it, but models cannot read it until the contract declares it",
        "declare it in the contract: `ribbon evolve` proposes how",
        Severity.WARN,
        column.name,
    )


def new_keys(source: SourceTable, keys: Mapping[str, Sequence[str]], name: str) -> Iterator[Finding]:
    """A finding for each column whose objects have keys that its type does not name. keys: by column."""
    for column, found in keys.items():
        listed = ", ".join(map(shown_name, found[:NAMED]))
        more = f" and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
        yield Finding(
            source.where,
            f"column {column} of {name} has {'a new key' if len(found) == 1 else 'new keys'}: {listed}{more}",
            "the column's data_type does not name them, so they are in the kept file and not in the lake",
            "add them to data_type in the contract; rows that come from then on have them",
            Severity.WARN,
            column,
        )
