"""The folder of files: what is made anew, and what may stay."""
