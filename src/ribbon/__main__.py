"""Run the command line with `python -m ribbon`."""

from ribbon.cli.main import main

if __name__ == "__main__":
    main()
