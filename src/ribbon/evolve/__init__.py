"""Evolution: what both ends and the SQL between them say about how the model should grow.

Nothing is imported here: commands that only offer a proof or a list need not load what analyses SQL.
"""
