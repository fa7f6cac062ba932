"""The only door to Great Expectations: what a batch promises, checked before it enters the lake."""
