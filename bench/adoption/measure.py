"""A dbt project built by plain dbt and with Ribbon taken in: what differs, what is ungated, what it costs.

    python bench/adoption/measure.py PROJECT [--profiles-dir FOLDER] [--target NAME] [--builds 1] [--once]
        [--keep FOLDER] [options of dbt build]

PROJECT is the folder of a dbt project that builds into a DuckDB file. It is copied, the file too, and stays as it is.
Packages that are not installed are installed by `dbt deps`. Exits with 1 where something differs.
"""

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

BENCH = Path(__file__).parents[1]
sys.path.append(str(BENCH / "lineage"))  # commands are watched in the same way

from builds import Build, Builds, Differences
from copies import copy_project
from gating import count_reasons
from outcomes import is_test
from processes import run

from ribbon.config import ProjectPaths
from ribbon.dbt.profiles import DuckdbProfile, duckdb_profile
from ribbon.errors import RibbonError
from ribbon.model import FAILED
from ribbon.settings import read_settings

DBT = [sys.executable, "-c", "from dbt.cli.main import cli; cli()"]
RIBBON = [sys.executable, "-m", "ribbon", "init", "--existing"]
NODES_FAILED = 1
SUMMARY = [
    *("nodes", "tests", "nodes differ", "verdicts differ", "tables differ", "gated"),
    *("times the seconds", "times the processor seconds", "times the memory"),
]


@dataclass(frozen=True)
class Measured:
    """A project and how to build it. options: of dbt build. builds: how often each copy is built."""

    project: Path
    profile: DuckdbProfile
    options: Sequence[str]
    builds: int

    def all(self, place: Path, *, twice: bool) -> Builds:
        """All builds, one after the other, in copies below `place`. twice: also a second copy without Ribbon."""
        plain = self.build(place / "plain", gated=False)
        gated = self.build(place / "gated", gated=True)
        return Builds(plain, gated, self.build(place / "again", gated=False) if twice else None)

    def build(self, place: Path, *, gated: bool) -> Build:
        """`dbt build` in a copy, where nodes may fail. gated: with Ribbon taken in before."""
        copy = copy_project(self.project, self.profile, place)
        if copy.lacks_packages:
            run([*DBT, "deps"], copy.folder, copy.environment)
        if gated:
            run(RIBBON, copy.folder, copy.environment)
        for _ in range(self.builds):
            done = run([*DBT, "build", *self.options], copy.folder, copy.environment, accepted=(0, NODES_FAILED))
            print(f"{place.name}: built in {done.seconds:.1f} s", file=sys.stderr)
        return Build(copy, done)


def report(name: str, builds: Builds) -> Iterator[str]:
    """All that was found, as Markdown."""
    yield f"# {name}\n"
    yield from costs(builds)
    yield from differences("Differs with Ribbon", builds.differences)
    if builds.again:
        yield from differences("Differs between two builds by plain dbt, and is not compared", builds.unsteady)
    failed = {key: seen for key, seen in builds.plain.outcomes.items() if seen.status in FAILED}
    if failed:
        yield f"\n## Fails in plain dbt: {len(failed)}\n"
        yield from (f"- {key}: {seen}" for key, seen in failed.items())
    if builds.held_back:
        yield f"\n## Held back by the gate, because of tests that fail in plain dbt too: {len(builds.held_back)}\n"
        yield from (f"- {key}" for key in builds.held_back)
    yield from coverage(builds)
    yield from summary(name, builds)


def costs(builds: Builds) -> Iterator[str]:
    """How nodes and tests ended, and what the builds took."""
    yield "| | nodes | tests | seconds | processor seconds | peak MiB |"
    yield "|---|---|---|---:|---:|---:|"
    named = {"plain dbt": builds.plain, "plain dbt again": builds.again, "with Ribbon": builds.gated}
    for name, each in named.items():
        if each:
            nodes, tests = (counted(each, tests=tests) for tests in (False, True))
            figures = f"{each.run.seconds:.1f} | {each.run.busy:.1f} | {each.run.peak / 2**20:,.0f}"
            yield f"| {name} | {nodes} | {tests} | {figures} |"


def counted(each: Build, *, tests: bool) -> str:
    """How many nodes, or tests, ended how."""
    counts = Counter(seen.status for key, seen in each.outcomes.items() if is_test(key) == tests)
    return ", ".join(f"{count:,} {status}" for status, count in sorted(counts.items())) or "none"


def differences(title: str, found: Differences) -> Iterator[str]:
    """Each difference in a line; what is skipped is counted, for it follows from others."""
    outcomes, relations = len(found.outcomes), len(found.relations)
    yield f"\n## {title}: {len(found.nodes)} nodes, {outcomes - len(found.nodes)} verdicts, {relations} tables\n"
    skipped = {key: before.status for key, (before, after) in found.outcomes.items() if after.status == "skipped"}
    for key, (before, after) in found.outcomes.items():
        if key not in skipped:
            yield f"- {key}: {before}; then {after}"
    for status, count in Counter(skipped.values()).items():
        yield f"- {count:,} more: {status}; then skipped"
    for name, what in found.relations.items():
        yield f"- {name}: {what}"


def coverage(builds: Builds) -> Iterator[str]:
    """The gated share of tests by kind, and why the others are ungated."""
    yield "\n## Gated\n\n| kind | tests | gated | share |\n|---|---:|---:|---:|"
    kinds = Counter(test.kind for test in builds.covered)
    gated = Counter(test.kind for test in builds.covered if test.is_gated)
    for kind, count in [*kinds.most_common(), ("all", kinds.total())]:
        covered = gated.total() if kind == "all" else gated[kind]
        yield f"| {kind} | {count:,} | {covered:,} | {share(covered, count)} |"
    reasons = count_reasons(builds.covered)
    if reasons:
        yield "\n## Ungated\n\n| reason | kind | tests |\n|---|---|---:|"
        yield from (f"| {reason} | {kind} | {count:,} |" for reason, kind, count in reasons)


def share(part: int, whole: int) -> str:
    """In per cent."""
    return f"{part / whole:.0%}" if whole else "-"


def summary(name: str, builds: Builds) -> Iterator[str]:
    """The project as a row of the table in README.md. Costs are those with Ribbon by the lower ones of plain dbt."""
    found, tests = builds.differences, sum(map(is_test, builds.plain.outcomes))
    plain = [each.run for each in (builds.plain, builds.again) if each]
    costs = [
        builds.gated.run.seconds / min(each.seconds for each in plain),
        builds.gated.run.busy / min(each.busy for each in plain),
        builds.gated.run.peak / min(each.peak for each in plain),
    ]
    yield "\n## In a row\n"
    yield f"| project | {' | '.join(SUMMARY)} |"
    yield f"|---|{'---:|' * len(SUMMARY)}"
    cells = [f"{each:,}" for each in (len(builds.plain.outcomes) - tests, tests)]
    cells += [f"{len(each):,}" for each in (found.nodes, found.verdicts, found.relations)]
    cells.append(share(sum(test.is_gated for test in builds.covered), len(builds.covered)))
    yield f"| {name} | {' | '.join([*cells, *(f'{each:.2f}' for each in costs)])} |"


def main() -> int:
    """Reads the command line, builds, prints the report."""
    parser = argparse.ArgumentParser(
        description="Compare plain dbt with Ribbon. Others go to `dbt build`.", allow_abbrev=False
    )
    parser.add_argument("project", type=Path)
    parser.add_argument("--profiles-dir", type=Path, help="the folder of profiles.yml, if that is not in the project")
    parser.add_argument("--target", help="of the profile; its default if there is none")
    parser.add_argument("--builds", type=int, default=1, help="build each copy so often; the last build counts")
    parser.add_argument("--once", action="store_true", help="build by plain dbt only once")
    parser.add_argument("--keep", type=Path, help="an empty folder in which to leave the copies")
    asked, options = parser.parse_known_args()
    project = asked.project.resolve()
    if asked.profiles_dir:
        os.environ["DBT_PROFILES_DIR"] = str(asked.profiles_dir.resolve())
    try:
        profile = duckdb_profile(ProjectPaths.find(project, asked.target))
    except RibbonError as error:
        raise SystemExit(str(error)) from error
    with tempfile.TemporaryDirectory(prefix="ribbon-bench-") as temporary:
        measured = Measured(project, profile, options, asked.builds)
        builds = measured.all(asked.keep or Path(temporary), twice=not asked.once)
        name = str(read_settings(project).document.get("name"))
        print("\n".join(report(name, builds)))
        return int(bool(builds.differences))


if __name__ == "__main__":
    sys.exit(main())
