"""Great Expectations on the same tables of the same DuckDB file, through SQLAlchemy: `python gx.py build.duckdb`.

Prints {model: {seconds, expectations, passed, raised}} as JSON. What Great Expectations has no class for is a query.
"""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
import sqlalchemy
import yaml
from duckdb_engine import Dialect
from great_expectations.data_context.types.base import ProgressBarsConfig

HERE = Path(__file__).parent
SCHEMA = "warehouse"
NAMES = {"not_null": "expect_column_values_to_not_be_null", "accepted_values": "expect_column_values_to_be_in_set"}
TYPES = {
    "BIGINT": sqlalchemy.BigInteger,
    "VARCHAR": sqlalchemy.String,
    "BOOLEAN": sqlalchemy.Boolean,
    "DATE": sqlalchemy.Date,
}
Arguments = dict[str, Any]


def get_columns(_: Any, connection: Any, table_name: str, schema: str | None = None, **__: Any) -> list[Arguments]:
    """The columns of a table. duckdb_engine 0.17 asks for pg_collation, which DuckDB does not have."""
    described = connection.exec_driver_sql(f"describe {schema}.{table_name}").fetchall()
    return [{"name": row[0], "type": kind(row[1]), "nullable": True, "default": None} for row in described]


def kind(name: str) -> Any:
    """A type of DuckDB as SQLAlchemy's."""
    if name.startswith("DECIMAL"):
        return sqlalchemy.Numeric(18, 6)
    return TYPES.get(name, sqlalchemy.DateTime)()


def keep_results(*_: Any) -> None:
    """Great Expectations fetches after it has handed back its connection; a rollback would drop the rows."""


for method, replacement in {"get_columns": get_columns, "do_rollback": keep_results, "do_begin": keep_results}.items():
    setattr(Dialect, method, replacement)


def expectations_of(contract: Arguments) -> Iterator[Any]:
    """The contract of a model in Great Expectations' classes."""
    columns = {None: contract["table"], **contract["columns"]}
    for column, tests in columns.items():
        for test in tests:
            name, config = (test, {}) if isinstance(test, str) else next(iter(test.items()))
            name = name.removeprefix("ribbon.")
            yield said(name, {**config.get("arguments", {}), **({"column": column} if column else {})})


def said(name: str, arguments: Arguments) -> Any:
    """One expectation; what only SQL can say becomes SQL."""
    if name == "relationships":
        parent = f"{SCHEMA}.{arguments['to'].split(chr(39))[1]}"
        return rows(f"{{batch}} where {arguments['column']} not in (select {arguments['field']} from {parent})")
    if name == "expect_rows_to_reconcile":
        there = f"(select count(*) from lake.{arguments['compare_to'].split(chr(39))[3]})"
        return rows(f"(select count(*) as here from {{batch}}) as counted where here != {there}")
    if name == "expect_column_values_to_match_regex":  # Great Expectations knows no regex of DuckDB's
        regex = arguments["regex"].replace("{", "{{").replace("}", "}}")  # the query is a template
        return rows(f"{{batch}} where not regexp_matches({arguments['column']}, '{regex}')")
    if "row_condition" in arguments:
        return rows(f"{{batch}} where {arguments['row_condition']}")
    if name == "expect_grain":
        return gxe.ExpectCompoundColumnsToBeUnique(column_list=arguments["columns"])
    if name == "accepted_values":
        arguments = {"column": arguments["column"], "value_set": arguments["values"]}
    cased = "".join(word.capitalize() for word in NAMES.get(name, name).split("_"))
    return getattr(gxe, cased)(**arguments)


def rows(query: str) -> Any:
    """An expectation that a query finds nothing."""
    return gxe.UnexpectedRowsExpectation(unexpected_rows_query=f"select * from {query}")


def measure(database: str, model: str, contract: Arguments) -> Arguments:
    """Validates a table once; seconds are of the validation alone."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    source = context.data_sources.add_sql("build", connection_string=f"duckdb:///{database}")
    batch = source.add_table_asset(model, table_name=model, schema_name=SCHEMA).add_batch_definition_whole_table("all")
    suite = gx.ExpectationSuite(name=model, expectations=list(expectations_of(contract)))
    started = time.perf_counter()
    results = batch.get_batch().validate(suite, result_format="SUMMARY").results
    seconds = time.perf_counter() - started
    raised = [result for result in results if result.exception_info.get("raised_exception", True)]
    for result in raised:
        print(result.expectation_config.type, str(result.exception_info)[-160:], file=sys.stderr)
    passed = sum(bool(result.success) for result in results)
    return {"seconds": seconds, "expectations": len(results), "passed": passed, "raised": len(raised)}


def main() -> None:
    """Measures every model of the contract."""
    contracts = yaml.safe_load((HERE / "contract.yml").read_text())
    print(json.dumps({model: measure(sys.argv[1], model, contract) for model, contract in contracts.items()}))


if __name__ == "__main__":
    main()
