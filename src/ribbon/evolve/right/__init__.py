"""The right end: what the query logs show."""
