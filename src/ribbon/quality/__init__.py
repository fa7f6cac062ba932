"""The only package that imports Great Expectations: it validates batches and exports results as suites."""
