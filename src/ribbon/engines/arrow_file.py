"""Arrow batches as a Parquet file, one after the other."""

from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

__all__ = ["write_batches"]


def write_batches(batches: Iterable[pa.RecordBatch], file: Path) -> None:
    """Write batches of one schema, which a reader has though it yields none. Raises ValueError where none is known."""
    file.parent.mkdir(parents=True, exist_ok=True)
    ahead = iter(batches)
    first = next(ahead, None)
    if isinstance(batches, pa.RecordBatchReader):
        schema = batches.schema
    elif first is not None:
        schema = first.schema
    else:
        raise ValueError("it yields nothing, not even a batch without rows that says which columns there are")
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for batch in chain([first], ahead) if first is not None else ():
            writer.write_batch(batch if batch.schema == schema else batch.cast(schema))
