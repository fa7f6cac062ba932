"""What `ribbon evolve` costs on generated projects of several sizes: cold, again, and after a model changed.

    python bench/evolve/measure.py [--sizes 500 2000 10000] [--projects FOLDER] [--rounds 1]

FOLDER holds a compiled project for each size, or gets it, as `bench/lineage/measure.py` says. No tool that we know of
does the same, so the sizes are set against each other.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median

sys.path.append(str(Path(__file__).parents[1] / "lineage"))

from changes import most_read, recompute_column
from contenders import compiled, copied, tell
from processes import Run, run

BENCH = Path(__file__).parents[1]
ASKED = [sys.executable, "-m", "ribbon", "evolve", "--json"]
HEAD = "| models | | seconds | processor seconds | peak MiB | processor ms a model |"


def measure(folder: Path) -> Iterator[tuple[str, Run]]:
    """Each case once, on a copy of a project."""
    staged = most_read(json.loads((folder / "target/manifest.json").read_text()))
    yield "cold", run(ASKED, folder)
    yield "again", run(ASKED, folder)
    recompute_column(folder, staged)
    yield "an expression changed", run(ASKED, folder)


def measured(project: Path, size: int, rounds: int) -> str:
    """The lines of one size, medians of all rounds; tells what was found."""
    runs: dict[str, list[Run]] = {}
    for number in range(rounds):
        with tempfile.TemporaryDirectory(prefix="ribbon-bench-") as temporary:
            for name, done in measure(copied(project, Path(temporary) / "project")):
                tell(f"{size:,} models, round {number + 1}: {name}: {done.seconds:.1f} s")
                runs.setdefault(name, []).append(done)
    tell(f"{size:,} models: {found(runs['cold'][-1])}")
    return "\n".join(line(size, name, each) for name, each in runs.items())


def found(done: Run) -> str:
    """How many proposals there are of each kind."""
    document = json.loads(done.said[done.said.index("{") :])
    counts = Counter(proposal["kind"] for proposal in document["proposals"])
    return ", ".join(f"{count:,} {kind}" for kind, count in counts.most_common()) or "nothing"


def line(size: int, name: str, runs: list[Run]) -> str:
    """A row of the table."""
    busy = median(each.busy for each in runs)
    peak = max(each.peak for each in runs) / 2**20
    seconds = median(each.seconds for each in runs)
    return f"| {size:,} | {name} | {seconds:.1f} | {busy:.1f} | {peak:,.0f} | {busy / size * 1000:.1f} |"


def main() -> None:
    """Reads the command line, measures, prints a table."""
    parser = argparse.ArgumentParser(description="Measure ribbon evolve.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[500, 2000, 10000])
    parser.add_argument("--projects", type=Path, default=BENCH.parent / "target/bench")
    parser.add_argument("--rounds", type=int, default=1)
    asked = parser.parse_args()
    lines = [measured(compiled(asked.projects.resolve(), size), size, asked.rounds) for size in asked.sizes]
    print("\n".join([HEAD, "|---:|---|---:|---:|---:|---:|", *lines]))


if __name__ == "__main__":
    main()
