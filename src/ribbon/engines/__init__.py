"""The only package that opens databases, by DuckDB and Arrow."""
