"""Column lineage of a whole dbt project, from its artifacts."""
