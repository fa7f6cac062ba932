"""The command line: one file for each command, `steps` for what several of them do."""
