"""Evolution: proposals how the model should grow, from deliveries, query logs and the SQL between them.

Nothing is imported here, so that a command loads sqlglot only if it analyses SQL.
"""
