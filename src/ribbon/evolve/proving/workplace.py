"""Building states of a project into scratch files."""

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.dbt.profiles import DuckdbProfile
from ribbon.dbt.results import brief, results_in
from ribbon.dbt.runner import Said, run_dbt
from ribbon.dbt.settings import read_settings
from ribbon.engines.mirror_file import MIRRORED, MirrorFile, Name
from ribbon.errors import RibbonError
from ribbon.evolve.proving.state import State, read_state
from ribbon.evolve.proving.trees import Tree

__all__ = ["Built", "Workplace"]

# Ribbon's history of runs, which hooks write, so that no view can stand in its place.
HISTORY = "ribbon"
WRITTEN_BY_HOOKS = frozenset({"runs", "node_runs", "expectation_results", "column_profiles"})

BUILT = frozenset({"success", "warn"})

# Where dbt keeps what it parsed.
PARSED = "partial_parse.msgpack"

# What dbt and Ribbon put behind a relation's name for tables of their own.
HELPER = "__"


@dataclass(frozen=True)
class Built:
    """What was built. file: where; tables: the table that has the rows, by relation; failed: why there is none."""

    file: Path
    tables: dict[Name, str]
    failed: dict[Name, str]


@dataclass(frozen=True)
class Workplace:
    """A scratch folder in which one tree after the other is compiled and built. project, profile: the real ones.

    All trees are moved to one place in turn: dbt then parses only the files in which they differ. What it parsed of a
    tree is laid back with the tree: dbt 1.11 keeps the time of the first version of a YAML file that it read, and takes
    that version, when it comes back, for the one that it read last.
    """

    project: ProjectPaths
    profile: DuckdbProfile
    folder: Path

    def prepare(self) -> None:
        """A data folder that has the real lake, and a profile that builds into a scratch file."""
        self._data_dir.mkdir(parents=True)
        lake = self.project.lake_dir
        if lake.is_dir():
            (self._data_dir / lake.name).symlink_to(lake)
        reading = {MIRRORED: self.profile.file}
        self.profile.write_for(self.mirror.path, reading, self.project.project_dir, self.folder / "profile")

    def compile(self, tree: Tree) -> State:
        """What every relation is made of. Raises the errors of run_dbt, and says in which tree they are."""
        with self._with(tree):
            self.mirror.make(_is_history)
            kinds = ["--select", "resource_type:model", "resource_type:snapshot", "--indirect-selection", "empty"]
            self._dbt(tree, ["compile", "--full-refresh", *kinds])
            return read_state(self.target_dir, read_settings(self._tree).variables)

    def build(self, tree: Tree, state: State, keys: Collection[str], listen: Callable[[str], None]) -> Built:
        """Build these relations, and no others; all that they read is as it is in the real file."""
        names = {state.relations[key]: key for key in keys}
        self.mirror.make(lambda name: _is_history(name) or _is_of(name, names))
        with self._with(tree):
            failed = self._build(tree, state, keys, listen)
        tables, unread = self.mirror.rows_of_views(names)
        for name, key in names.items():
            if key in failed:
                tables.pop(name, None)
            elif name not in tables:
                failed[key] = unread.get(name, "dbt did not build it")
        file = Path(tempfile.mkdtemp(dir=self.folder)) / self.mirror.path.name
        return Built(self.mirror.path.rename(file), tables, {state.relations[key]: why for key, why in failed.items()})

    @cached_property
    def mirror(self) -> MirrorFile:
        """The scratch file. Its name is that of the real one, for SQL names the database by it."""
        return MirrorFile(self._data_dir / self.profile.file.name, self.profile.file, self.project.project_dir)

    @property
    def _data_dir(self) -> Path:
        return self.folder / "data"

    @property
    def target_dir(self) -> Path:
        """Where dbt leaves the artifacts of the tree that was compiled last."""
        return self.folder / "target"

    @property
    def _tree(self) -> Path:
        return self.folder / "tree"

    @contextmanager
    def _with(self, tree: Tree) -> Iterator[None]:
        """The tree in its place, with the packages that are installed, and what dbt parsed of it before."""
        shutil.move(tree.folder, self._tree)
        packages, there = (read_settings(each).packages_dir for each in (self.project.project_dir, self._tree))
        if packages.is_dir() and not there.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            there.symlink_to(packages.resolve())
        parsed, own = self.target_dir / PARSED, tree.folder.with_name(PARSED)
        if own.is_file():
            shutil.copyfile(own, parsed)
        try:
            yield
        finally:
            shutil.move(self._tree, tree.folder)
            if parsed.is_file():
                shutil.copyfile(parsed, own)

    def _build(self, tree: Tree, state: State, keys: Collection[str], listen: Callable[[str], None]) -> dict[str, str]:
        """Returns why, of each that was not built."""
        if not keys:
            return {}
        chosen = ["fqn:" + ".".join(state.nodes[key].fqn) for key in sorted(keys)]
        kinds = ["--resource-type", "model", "--resource-type", "seed"]
        self._dbt(tree, ["build", "--full-refresh", *kinds, "--select", *chosen], listen)
        ended = {result.unique_id: result for result in results_in(self.target_dir)}
        failed = {key: "dbt did not build it" for key in keys if key not in ended}
        for key, result in ended.items():
            if key in keys and result.status == "skipped":
                failed[key] = "something that it reads could not be built"
            elif key in keys and result.status not in BUILT:
                failed[key] = brief(result.message) or result.status
        return failed

    def _dbt(self, tree: Tree, arguments: list[str], listen: Callable[[str], None] | None = None) -> Said:
        project = ProjectPaths(self._tree, self._data_dir, self.profile.target)
        places = {"target": self.target_dir, "log": self.folder / "logs"}
        paths = [word for name, path in places.items() for word in (f"--{name}-path", str(path))]
        profiles = ["--profiles-dir", str(self.folder / "profile"), "--profile", self.profile.name]
        try:
            return run_dbt(
                project,
                [*arguments, *paths, *profiles],
                (lambda done: listen(done.name)) if listen else None,
                nodes_may_fail=arguments[0] == "build",
            )
        except RibbonError as error:
            raise type(error)(str(error).replace(str(self._tree), tree.name)) from error


def _is_history(name: Name) -> bool:
    schema, identifier = name
    return identifier in WRITTEN_BY_HOOKS and (schema == HISTORY or schema.endswith(f"_{HISTORY}"))


def _is_of(name: Name, built: Collection[Name]) -> bool:
    """Whether it is built, or is one of the tables that dbt or Ribbon make beside it."""
    schema, identifier = name
    return name in built or any(schema == each[0] and identifier.startswith(each[1] + HELPER) for each in built)
