"""Landing: files of the sources become batches of the lake; each batch is validated first."""

from ribbon.land.admission import BatchOutcome
from ribbon.land.landing import TableOutcome, land_table, rows_in_lake
from ribbon.land.release import release_batch

__all__ = ["BatchOutcome", "TableOutcome", "land_table", "release_batch", "rows_in_lake"]
