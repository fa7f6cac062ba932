"""What Ribbon says of a table: its own macros plan and write the statement, DuckDB answers it.

dbt is started once, in this process. After that, an example costs a call of a macro and a statement on a few rows.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from ribbon.engines.batch_table import batch_table, open_measures
from ribbon.quality.checks import Checks
from ribbon.quality.measuring import measure
from tests.conftest import write_files
from tests.oracle.tables import FIVE_ROWS, Table

__all__ = ["Ribbon", "Said", "started_ribbon"]

# The gate's own way from expectations to their one statement, without a model around them.
MACRO = """
{% macro oracle_statement(expectations, relation, few_valued) -%}
  {%- do ribbon._add_measures(expectations, relation) -%}
  {{ return(ribbon.measuring_statement(ribbon.measuring_plan(expectations, relation | string, few_valued))) }}
{%- endmacro %}

{% macro oracle_checks(expectation, columns) -%}
  {%- do expectation.update({'columns': columns}) -%}
  {%- do ribbon._add_measures([expectation], 'ribbon_batch') -%}
  {%- set source = {'unique_id': 'source.drawn', 'columns': {}} -%}
  {{ return(tojson(ribbon._checks_of_batches(source, [expectation], columns))) }}
{%- endmacro %}
"""


@dataclass(frozen=True)
class Said:
    """What a side says of a table. counted and unexpected are None where an expectation is not of rows."""

    success: bool
    counted: int | None
    unexpected: int | None
    observed: Any


class Ribbon:
    """The macros, ready to be called on a connection of dbt's own."""

    def __init__(
        self, statement: Callable[..., str], checks: Callable[..., str], connection: Any, relation: Any, measures: Any
    ) -> None:
        self._statement = statement
        self._checks = checks
        self._measures = measures
        self._connection = connection
        self._relation = relation
        # In memory, a table is made and dropped several times faster than in the project's file.
        self._connection.execute("attach ':memory:' as oracle")
        self._connection.execute("use oracle")
        self._connection.execute(FIVE_ROWS)

    def says(self, name: str, arguments: Mapping[str, Any], table: Table, by_value: bool = False) -> Said:
        """The verdict of the expectation `name` on the table.

        by_value: let the plan ask each distinct value of the column instead of each row, where it may.
        """
        for statement, values in table.statements:
            self._connection.execute(statement, values)
        few_valued = [arguments["column"]] if by_value and "column" in arguments else []
        sql = self._statement([_expectation(name, arguments)], self._relation, few_valued)
        answer = self._connection.execute(sql)
        row = dict(zip([column[0] for column in answer.description], answer.fetchone(), strict=True))
        unexpected = row.get("v0_unexpected_count")
        counted = None if unexpected is None else row["v0_element_count"]
        return Said(row["v0_failures"] == 0, counted, unexpected, row.get("v0_observed_value"))

    def says_at_the_door(self, name: str, arguments: Mapping[str, Any], folder: Path) -> Said:
        """The verdict of the lake's door on the table that `says` spoke of last, as a batch of Parquet."""
        file = folder / "batch.parquet"
        self._connection.execute(f"copy drawn to '{file}' (format parquet)")
        described = self._connection.execute("describe drawn").fetchall()
        columns = [{"name": name, "type": data_type} for name, data_type, *_ in described]
        expectation = _expectation(name, arguments)
        checks = msgspec.json.decode(self._checks(expectation, columns), type=Checks)
        with batch_table(self._measures, [file], [column["name"] for column in columns], {}) as batch:
            (answer,) = measure(checks, batch, {expectation["test"]["unique_id"]})
        observed = (answer.observed or None) if answer.unexpected is None else None
        return Said(answer.status == "pass", answer.measured, answer.unexpected, observed)


def _expectation(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """An expectation as macros/ribbon/gate/expectation.sql reads it from a test node."""
    config = {"where": None, "limit": None, "warn_if": "!= 0", "error_if": "!= 0", "severity": "error", "meta": {}}
    written = {key: _as_written(value) for key, value in arguments.items()}
    return {
        "test": {"unique_id": f"test.{name}", "config": config, "test_metadata": {"kwargs": written}},
        "name": name,
        "arguments": written,
        "condition": None,
        "on_unexpected": "fail",
        "fused": True,
        "position": 0,
        "prefix": "e0_",
    }


def _as_written(value: Any) -> Any:
    """An argument as YAML carries it: dates are text, decimals are floats."""
    if isinstance(value, Decimal):
        return float(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_as_written(item) for item in value]
    if isinstance(value, dict):
        return {key: _as_written(item) for key, item in value.items()}
    return value


@contextmanager
def started_ribbon(project: Path) -> Iterator[Ribbon]:
    """Parse the project and open its database, once. The environment says where dbt may write."""
    from dbt.adapters.factory import get_adapter, register_adapter, reset_adapters
    from dbt.cli.main import dbtRunner
    from dbt.clients.jinja import MacroGenerator
    from dbt.config.runtime import RuntimeConfig, load_profile, load_project
    from dbt.context.providers import generate_runtime_macro_context
    from dbt.flags import get_flags
    from dbt.mp_context import get_mp_context

    write_files(project, {"macros/oracle.sql": MACRO})
    parsed = dbtRunner().invoke(["parse", "--quiet", "--project-dir", str(project), "--profiles-dir", str(project)])
    assert parsed.success, parsed.exception
    manifest = parsed.result
    profile = load_profile(str(project), {})
    config = RuntimeConfig.from_parts(load_project(str(project), False, profile, {}), profile, get_flags())
    reset_adapters()
    register_adapter(config, get_mp_context())
    adapter = get_adapter(config)
    statement, checks = (
        manifest.find_macro_by_name(name, config.project_name, None) for name in ("oracle_statement", "oracle_checks")
    )
    relation = adapter.Relation.create(database="oracle", schema="main", identifier="drawn")
    with adapter.connection_named("oracle"):
        contexts = [generate_runtime_macro_context(macro, config, manifest, None) for macro in (statement, checks)]
        connection = adapter.connections.get_thread_connection()
        adapter.connections.open(connection)
        macros = map(MacroGenerator, (statement, checks), contexts)
        with open_measures("1GB", project) as measures:
            yield Ribbon(*macros, connection.handle.cursor(), relation, measures)
    reset_adapters()
