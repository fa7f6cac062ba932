"""Sources that are a function of the project: it yields rows as Arrow batches, and landing writes them to a file.

`meta.from: python:sources/bikes.py:stations` calls `stations()` of that file. It returns or yields what Arrow can
stream: record batches, tables, a RecordBatchReader, or dicts, one a row. What it brings is one delivery, kept as
Parquet, so rows that it brought before are known.
"""

import importlib.util
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa

from ribbon.config import ProjectPaths
from ribbon.engines.arrow_file import write_batches
from ribbon.errors import ConfigError, WorldError, without_secrets
from ribbon.masking import CUT
from ribbon.model import SourceTable
from ribbon.origins import FUNCTION

__all__ = ["run_function"]

# Rows that come as dicts are written in groups of so many.
_ROWS = 10_000


def run_function(project: ProjectPaths, source: SourceTable, folder: Path) -> Path:
    """Call a source's function and write what it yields to a Parquet file in a folder. Memory holds one batch.

    Raises ConfigError where there is no such function, WorldError where it fails; secrets are left out of the message.
    """
    place, _, name = source.origin.removeprefix(FUNCTION).rpartition(":")
    path = project.project_dir / place
    if not place or not path.is_file():
        raise ConfigError(
            f"{source.where}: meta.from names {source.origin}, but there is no file {path}."
            " Write python:<file of the project>:<function>."
        )
    file = folder / f"{path.stem}.{name}.parquet"
    try:
        function = getattr(_module(path), name, None)
        if not callable(function):
            raise ConfigError(f"{source.where}: meta.from: {place} has no function {name}.")
        write_batches(_batches(function()), file)
    except ConfigError:
        raise
    except Exception as error:
        may_quote = source.restricts and isinstance(error, ValueError | TypeError | LookupError | ArithmeticError)
        said = CUT if may_quote else without_secrets(str(error))
        reason = f"{type(error).__name__}: {said}".splitlines()[0]
        raise WorldError(f"{source.where}: {place}: {name}() failed: {reason}. Nothing of it landed.") from None
    return file


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ConfigError(f"{path}: is no Python file.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _batches(found: Any) -> Iterator[pa.RecordBatch]:
    """What a function gave, as record batches."""
    if isinstance(found, pa.Table | pa.RecordBatch | pa.RecordBatchReader):
        yield from [found] if isinstance(found, pa.RecordBatch) else _of_stream(found)
        return
    items = iter(found)
    for first in items:
        if isinstance(first, dict):
            rows: list[Any] = [first, *islice(items, _ROWS - 1)]
            yield from pa.Table.from_pylist(rows).to_batches()
        else:
            yield from _batches(first)


def _of_stream(found: pa.Table | pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    yield pa.RecordBatch.from_pylist([], schema=found.schema)  # says which columns there are
    yield from found.to_batches() if isinstance(found, pa.Table) else found
