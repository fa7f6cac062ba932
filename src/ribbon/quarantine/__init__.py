"""What is set aside: batches at the lake's door, and rows of models. Landing and the gate put it there."""

from ribbon.quarantine.batches import HeldBatch, delete_batches, held_batches, rows_of_batch
from ribbon.quarantine.models import HeldRows, drop_rows, held_rows, is_read_here, release_rows, rows_of_model
from ribbon.quarantine.naming import Meant, find_meant

__all__ = [
    "HeldBatch",
    "HeldRows",
    "Meant",
    "delete_batches",
    "drop_rows",
    "find_meant",
    "held_batches",
    "held_rows",
    "is_read_here",
    "release_rows",
    "rows_of_batch",
    "rows_of_model",
]
