"""What Great Expectations says of a table: on pandas, or on SQLAlchemy where it has no other implementation."""

import os
import sqlite3
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.oracle.ours import Said
from tests.oracle.tables import FIVE_ROWS, Table

__all__ = ["Oracles", "class_name"]

# How Great Expectations' classes are called, where it is not the name in capitals.
CAPITALS = {"Kl": "KL", "Phi": "Phi"}


def class_name(name: str) -> str:
    """Great Expectations' class of an expectation's name."""
    return "".join(CAPITALS.get(word.capitalize(), word.capitalize()) for word in name.split("_"))


class Oracles:
    """One context for all examples; an example is a batch of its own.

    SQL is SQLite's: of the databases for which Great Expectations knows LIKE, the one that needs no server.
    """

    def __init__(self, folder: Path) -> None:
        # Great Expectations reads this when it is imported: nothing is reported to its makers.
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        import great_expectations as gx
        import sqlalchemy as sa
        from great_expectations.data_context.types.base import ProgressBarsConfig

        self.folder = folder
        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = ProgressBarsConfig(globally=False)
        frames = self._context.data_sources.add_pandas("pandas").add_dataframe_asset("drawn")
        self._frames = frames.add_batch_definition_whole_dataframe("whole")
        sa.event.listen(sa.pool.Pool, "connect", _tell_cases_apart)
        place = f"sqlite:///{folder / 'oracle.sqlite'}"
        self._engine = sa.create_engine(place)
        self._execute([(FIVE_ROWS, []), ("create table drawn (a bigint)", [])])
        tables = self._context.data_sources.add_sqlite("sqlite", connection_string=place).add_table_asset(
            "drawn", table_name="drawn"
        )
        self._tables = tables.add_batch_definition_whole_table("whole")

    def on_pandas(self, name: str, arguments: Mapping[str, Any], table: Table) -> Said:
        batch = self._frames.get_batch(batch_parameters={"dataframe": table.frame()})
        return _said(batch, name, arguments)

    def on_sqlalchemy(self, name: str, arguments: Mapping[str, Any], table: Table) -> Said:
        self._execute(table.statements)
        return _said(self._tables.get_batch(), name, arguments)

    def _execute(self, statements: Sequence[tuple[str, Sequence[Any]]]) -> None:
        with self._engine.begin() as connection:
            for statement, values in statements:
                connection.exec_driver_sql(statement, tuple(_for_sqlite(value) for value in values))


def _for_sqlite(value: Any) -> Any:
    return value if isinstance(value, int | float | str | None) else str(value)


def _tell_cases_apart(connection: Any, _: Any) -> None:
    """SQLite's LIKE takes a for A unless told otherwise, and a database of one test need not survive a power cut."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("pragma case_sensitive_like = on")
        connection.execute("pragma synchronous = off")


def _said(batch: Any, name: str, arguments: Mapping[str, Any]) -> Said:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from great_expectations import expectations

        answer = batch.validate(getattr(expectations, class_name(name))(**arguments), result_format="BASIC")
    details = answer.exception_info or {}
    raised = [
        found for found in (details, *details.values()) if isinstance(found, dict) and found.get("raised_exception")
    ]
    assert not raised, raised[0]["exception_message"]
    result = answer.result
    unexpected = result.get("unexpected_count")
    counted = result["element_count"] - (result.get("missing_count") or 0) if "element_count" in result else None
    return Said(bool(answer.success), counted, unexpected, result.get("observed_value"))
