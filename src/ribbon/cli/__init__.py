"""The command line: one file per command; `steps` has what `ribbon run` shares with single commands."""
