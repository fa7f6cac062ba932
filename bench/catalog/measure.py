"""`ribbon docs` against dbt-colibri, dbdocs and `dbt docs generate`, on generated projects, side by side in one run.

    python bench/catalog/measure.py [--sizes 500 2000 10000] [--projects FOLDER] [--dbt-docs-up-to 500] [--only-ribbon]

FOLDER holds a compiled project for each size, or gets it, as for bench/lineage. Every contender works on a copy, in a
process of its own, and gets a virtual environment in FOLDER. `dbt docs generate` compiles everything and asks the
database, which takes minutes: it runs up to a size; beyond it, the seconds are those of when the project was made.
Pages are opened in Chromium where there is one.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from browsing import browser, opened
from figures import Figures, Site, pages, sites, times

BENCH = Path(__file__).parents[1]
sys.path.insert(0, str(BENCH / "lineage"))  # the same projects, watched in the same way

from changes import add_column, most_read, recompute_column
from contenders import COLIBRI, Program, compiled, copied, installed, tell
from processes import Run, run

DBDOCS: Program = ("dbdocs", ("dbdocs==1.7.0", "sqlglot==30.18.0"))  # it fails with a newer sqlglot
QUIET = {"DO_NOT_TRACK": "1"}
RIBBON = [sys.executable, "-m", "ribbon", "docs"]


def described(folder: Path, key: str) -> None:
    """Somebody describes a model anew: no SQL changes."""
    file = folder / "target/manifest.json"
    manifest = json.loads(file.read_text())
    manifest["nodes"][key]["description"] = "Described by the bench."
    file.write_text(json.dumps(manifest))


def ribbon_runs(folder: Path) -> Iterator[tuple[str, Run]]:
    """Cold, warm, and after each kind of change of the most read staging model."""
    staged = most_read(json.loads((folder / "target/manifest.json").read_text()))
    yield "Ribbon, cold", run(RIBBON, folder)
    yield "Ribbon, again", run(RIBBON, folder)
    described(folder, staged)
    yield "Ribbon, a description changed", run(RIBBON, folder)
    recompute_column(folder, staged)
    yield "Ribbon, an expression changed", run(RIBBON, folder)
    add_column(folder, staged)
    yield "Ribbon, a column added", run(RIBBON, folder)


def others(project: Path, folder: Path, projects: Path, *, with_dbt: bool) -> Iterator[tuple[str, Run]]:
    """Those that people have today; none of them keeps anything, so every run of theirs is like the first."""
    yield "dbt-colibri", run([str(installed(projects, COLIBRI)), "generate", "--disable-telemetry"], folder, QUIET)
    yield "dbdocs", run([str(installed(projects, DBDOCS)), "generate", "--output-dir", "dbdocs-site"], folder, QUIET)
    if with_dbt:
        for database in project.glob("*.duckdb"):
            shutil.copy(database, folder)
        generate = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "docs", "generate", "--static"]
        places = {"DBT_PROFILES_DIR": str(folder), "DBT_TARGET_PATH": str(folder / "dbt-docs")}
        shutil.copytree(project / "dbt_packages", folder / "dbt_packages", dirs_exist_ok=True)
        yield "dbt docs generate", run(generate, folder, QUIET | places)
    else:
        seconds = json.loads((project / "target/seconds.json").read_text())["docs"]
        yield "dbt docs generate, when the project was made", Run(seconds, float("nan"), 0, "")


def sites_of(folder: Path) -> dict[str, Site]:
    """What each contender wrote, the pages to open first."""
    relation = sorted((folder / "target/ribbon/site/relation").glob("mart.*.html"))
    found = {
        "Ribbon": Site(folder / "target/ribbon/site", "index.html", f"relation/{relation[0].name}" if relation else ""),
        "dbt-colibri": Site(folder / "dist", "index.html"),
        "dbdocs": Site(folder / "dbdocs-site", "index.html", served=True),
        "dbt docs generate": Site(folder / "dbt-docs", "static_index.html", only=("static_index.html",)),
    }
    return {name: site for name, site in found.items() if (site.root / site.first).is_file()}


def measured(project: Path, size: int, asked: argparse.Namespace) -> Figures:
    """All contenders once on one project."""
    runs: dict[str, Run] = {}
    with tempfile.TemporaryDirectory(prefix="ribbon-bench-") as temporary:
        folder = copied(project, Path(temporary) / "project")
        if not asked.only_ribbon:
            for name, done in others(project, folder, asked.projects, with_dbt=size <= asked.dbt_docs_up_to):
                runs[name] = done
                tell(f"{size:,} models: {name}: {done.seconds:.1f} s, {done.peak / 2**20:.0f} MiB")
        for name, done in ribbon_runs(folder):
            runs[name] = done
            tell(f"{size:,} models: {name}: {done.seconds:.1f} s, {done.peak / 2**20:.0f} MiB: {done.said.strip()}")
        found = sites_of(folder)
        with browser() as chromium:
            shown = {name: opened(chromium, site) for name, site in found.items()} if chromium else {}
        return Figures(size, runs, {name: site.counted() for name, site in found.items()}, shown)


def main() -> None:
    """Reads the command line, measures, prints three tables."""
    parser = argparse.ArgumentParser(description="Measure ribbon docs against what people have today.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[500, 2000, 10000])
    parser.add_argument("--projects", type=Path, default=BENCH.parent / "target/bench")
    parser.add_argument("--dbt-docs-up-to", type=int, default=500)
    parser.add_argument("--only-ribbon", action="store_true")
    asked = parser.parse_args()
    asked.projects = asked.projects.resolve()
    figures = []
    for size in asked.sizes:
        figures.append(measured(compiled(asked.projects, size), size, asked))
        print(times(figures), sites(figures), pages(figures), sep="\n\n", flush=True)


if __name__ == "__main__":
    main()
