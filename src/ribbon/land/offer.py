"""The files that a source offers, and how their columns differ from the declared ones."""

from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.engines.parquet import ParquetBench
from ribbon.errors import ConfigError, WorldError
from ribbon.model import Column, Finding, Severity, SourceTable
from ribbon.origins import origin_folder

__all__ = ["check_columns", "offered_files"]


def offered_files(project: ProjectPaths, source: SourceTable, override: Path | None) -> list[Path]:
    """The files of a source, sorted. override: a folder to read instead of the contract's.

    Raises ConfigError if the folder is missing, WorldError if it has no file of this table.
    """
    folder = override.resolve() if override else origin_folder(project, source)
    if not folder.is_dir():
        where = "--from" if override else f"{source.contract}: source {source.system}: meta.from"
        raise ConfigError(f"{where}: there is no folder {folder}. Name the folder that holds the source's files.")
    files = sorted(folder.glob(source.files))
    if not files:
        raise WorldError(f"{folder}: no file {source.files} for {source}. Deliver the file, then land again.")
    return files


def check_columns(source: SourceTable, files: list[Path], bench: ParquetBench) -> list[Finding]:
    """Differences in columns: missing or of another type (errors), or new (a warning)."""
    return [
        finding
        for file in files
        for finding in _differences(source, file, {column.name: column for column in bench.columns_of(file)}, bench)
    ]


def _differences(source: SourceTable, file: Path, found: dict[str, Column], bench: ParquetBench) -> list[Finding]:
    where = f"{source.contract}: source {source}"
    findings = []
    for column in source.columns:
        if column.name not in found:
            findings.append(
                Finding(
                    where,
                    f"column {column.name} is missing from {file}",
                    f"the contract declares it as {column.data_type}",
                    "deliver the file with this column, or remove the column from the contract",
                )
            )
            continue
        actual = bench.type_name(found[column.name].data_type)
        if not bench.fits(actual, column.data_type):
            findings.append(
                Finding(
                    where,
                    f"column {column.name} of {file} is {actual}",
                    f"the contract declares it as {column.data_type}",
                    "deliver the declared type, or change data_type in the contract",
                )
            )
    declared_names = {column.name for column in source.columns}
    findings += [
        Finding(
            where,
            f"column {name} of {file} is new",
            "new batches contain it, but models cannot read it until the contract declares it",
            "declare it in the contract",
            Severity.WARN,
        )
        for name in found
        if name not in declared_names
    ]
    return findings
