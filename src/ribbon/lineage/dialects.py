"""Which of sqlglot's dialects a database of dbt's speaks."""

__all__ = ["dialect_of"]

# Where dbt's adapter and sqlglot's dialect do not have the same name.
DIALECTS = {
    "alloydb": "postgres",
    "cratedb": "postgres",
    "databend": "mysql",
    "databricks_catalog": "databricks",
    "fabricspark": "spark",
    "firebolt": "postgres",
    "glue": "spark",
    "greenplum": "postgres",
    "impala": "hive",
    "mariadb": "mysql",
    "ocean": "mysql",
    "sparklivy": "spark",
    "sqlserver": "tsql",
    "starburst": "trino",
    "synapse": "tsql",
    "tidb": "mysql",
    "timescaledb": "postgres",
    "upsolver": "athena",
    "vertica": "postgres",
    "watsonx_presto": "presto",
    "watsonx_spark": "spark",
    "yellowbrick": "postgres",
}


def dialect_of(adapter: str) -> str:
    """Sqlglot's name for the SQL of a dbt adapter; the adapter's own where nothing else is known."""
    return DIALECTS.get(adapter, adapter)
