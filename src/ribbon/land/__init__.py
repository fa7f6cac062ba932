"""Landing: files of the sources become batches of the lake; what does not belong there goes to quarantine."""

from ribbon.land.admission import BatchOutcome
from ribbon.land.arrivals import offered_bytes
from ribbon.land.landing import DeliveryOutcome, TableOutcome, land_table, opened_table, rows_in_lake
from ribbon.land.release import release

__all__ = [
    "BatchOutcome",
    "DeliveryOutcome",
    "TableOutcome",
    "land_table",
    "offered_bytes",
    "opened_table",
    "release",
    "rows_in_lake",
]
