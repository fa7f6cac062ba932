"""Landing: files of the sources become batches of the lake; what does not belong there goes to quarantine."""

from ribbon.land.admission import BatchOutcome
from ribbon.land.downstream import DownstreamLineage
from ribbon.land.landing import About, DeliveryOutcome, TableOutcome, land_table, opened_table, rows_in_lake
from ribbon.land.release import release

__all__ = [
    "About",
    "BatchOutcome",
    "DeliveryOutcome",
    "DownstreamLineage",
    "TableOutcome",
    "land_table",
    "opened_table",
    "release",
    "rows_in_lake",
]
