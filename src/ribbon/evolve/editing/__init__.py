"""Edits of a project's files as text: what is not touched stays as it was written, comments and layout included."""
