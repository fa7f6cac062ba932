"""The only door to dbt: running it, and reading what it leaves."""
