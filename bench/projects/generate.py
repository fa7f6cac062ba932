"""Writes a dbt project that resembles a real one: a company's systems, staging, intermediate, core, marts.

    python bench/projects/generate.py FOLDER --models 500 [--seed 1]

The same seed writes the same files. `compile.py FOLDER` has dbt build it on empty source tables.
"""

import argparse
from pathlib import Path

from company import found
from writing import write


def main() -> None:
    """Reads the command line and writes the project."""
    parser = argparse.ArgumentParser(description="Write a dbt project of any size.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--models", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    write(found(asked.models, asked.seed), asked.folder, asked.seed)


if __name__ == "__main__":
    main()
