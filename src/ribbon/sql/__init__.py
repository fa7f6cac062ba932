"""Reading SQL: the only part of Ribbon that knows sqlglot."""
