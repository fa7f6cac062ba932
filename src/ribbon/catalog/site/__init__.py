"""The folder of pages: which are written again, and which stay."""
