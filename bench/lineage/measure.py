"""`ribbon lineage` against dbt-colibri, on generated projects of several sizes, side by side in one run.

    python bench/lineage/measure.py [--sizes 500 2000 10000] [--projects FOLDER] [--colibri BINARY] [--rounds 1]

FOLDER holds a compiled project for each size, or gets it: `bench/projects` writes them and dbt compiles them (at 500
all models run, the others are compiled only). Every contender works on a copy, in a process of its own. dbt-colibri
gets a virtual environment in FOLDER, with the newest sqlglot that it works with.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from changes import add_column, descendants, most_read, recompute_column
from colibri_edges import read_colibri
from contenders import COLIBRI, compiled, copied, installed, tell
from processes import Run, run
from tables import Measured, compared, costs

BENCH = Path(__file__).parents[1]
QUIET = {"DO_NOT_TRACK": "1"}


def measure(project: Path, colibri: Path, folder: Path) -> Iterator[tuple[str, Run]]:
    """Each contender once."""
    manifest = json.loads((project / "target/manifest.json").read_text())
    staged = most_read(manifest)
    name = next(key for key in manifest["child_map"][staged] if key.startswith("model.")).split(".")[-1]
    tell(f"{staged} changes; {descendants(manifest, staged):,} models lie below it")
    asked = [sys.executable, "-m", "ribbon", "lineage", name, "--json"]
    del manifest
    yield "dbt-colibri", run([str(colibri), "generate", "--disable-telemetry"], folder, QUIET)
    yield "Ribbon, cold", run(asked, folder)
    yield "Ribbon, again", run(asked, folder)
    recompute_column(folder, staged)
    yield "Ribbon, an expression changed", run(asked, folder)
    add_column(folder, staged)
    yield "Ribbon, a column added", run(asked, folder)


def measured(project: Path, colibri: Path, size: int, rounds: int) -> Measured:
    """All rounds of all contenders on one project, and what the two tools found."""
    runs: dict[str, list[Run]] = {}
    for number in range(rounds):
        with tempfile.TemporaryDirectory(prefix="ribbon-bench-") as temporary:
            folder = copied(project, Path(temporary) / "project")
            for name, done in measure(project, colibri, folder):
                tell(f"{size:,} models, round {number + 1}: {name}: {done.seconds:.1f} s, {done.peak / 2**20:.0f} MiB")
                runs.setdefault(name, []).append(done)
            theirs = read_colibri(folder / "dist", runs["dbt-colibri"][-1].said)
            shutil.copy(project / "target/manifest.json", folder / "target")
            ours = json.loads(run([sys.executable, str(BENCH / "lineage/ribbon_edges.py"), "."], folder).said)
    return Measured(size, runs, ours, theirs)


def main() -> None:
    """Reads the command line, measures, prints two tables."""
    parser = argparse.ArgumentParser(description="Measure ribbon lineage against dbt-colibri.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[500, 2000, 10000])
    parser.add_argument("--projects", type=Path, default=BENCH.parent / "target/bench")
    parser.add_argument("--colibri", type=Path, default=None)
    parser.add_argument("--rounds", type=int, default=1)
    asked = parser.parse_args()
    projects = asked.projects.resolve()
    colibri = (asked.colibri or installed(projects, COLIBRI)).resolve(strict=True)
    figures = []
    for size in asked.sizes:
        figures.append(measured(compiled(projects, size), colibri, size, asked.rounds))
        print(costs(figures), compared(figures), sep="\n\n")


if __name__ == "__main__":
    main()
