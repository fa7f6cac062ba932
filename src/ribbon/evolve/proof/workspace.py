"""The scratch folder of a proof, in which trees are compiled and built."""

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
from ribbon.dbt.runner import DbtRun, dbt_program, run_dbt
from ribbon.engines.mirror_file import MIRRORED, MirrorFile, Name
from ribbon.errors import RibbonError, WorldError
from ribbon.evolve.git import Tree
from ribbon.evolve.proof.states import CompiledState, read_state
from ribbon.lock import hold
from ribbon.settings import read_settings

__all__ = ["Built", "Listener", "Steps", "Workspace", "scratch_folder"]

# Gets the steps done, the steps known so far, and the latest one.
Listener = Callable[[int, int, str], None]


class Steps:
    """Counts steps; more are added while a proof runs."""

    def __init__(self, listen: Listener | None) -> None:
        self._listen = listen
        self._done = 0
        self._total = 0

    def expect(self, steps: int) -> None:
        """Add steps."""
        self._total += steps

    def begin(self, note: str) -> None:
        """Report that something has begun."""
        if self._listen:
            self._listen(self._done, self._total, note)

    def done(self, note: str) -> None:
        """Report that a step is done."""
        self._done = min(self._done + 1, self._total)
        self.begin(note)


PREFIX = "proof-"


@contextmanager
def scratch_folder(project: ProjectPaths, command: str) -> Iterator[Path]:
    """An empty folder on the disk of the data, deleted in the end; the data folder is locked for `command`.

    What a killed proof left is deleted first. In a project without a data folder it is in dbt's target folder. Raises
    BusyError where another command holds the lock, WorldError where the folder cannot be written.
    """
    home = project.data_dir if project.data_dir.is_dir() else project.target_dir / "ribbon"
    with hold(home, command):
        parent = home / "tmp"
        try:
            parent.mkdir(exist_ok=True)
            for abandoned in parent.glob(f"{PREFIX}*"):
                shutil.rmtree(abandoned, ignore_errors=True)
            folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        except OSError as error:
            raise WorldError(f"{parent}: cannot be written: {error.strerror}. Make it writable.") from error
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


# Hooks write Ribbon's history of runs, so views cannot take its place.
HISTORY = "ribbon"
WRITTEN_BY_HOOKS = frozenset({"runs", "node_runs", "expectation_results", "column_profiles", "table_states"})

BUILT = frozenset({"success", "warn"})

# Where dbt caches what it parsed.
PARSED = "partial_parse.msgpack"

# What dbt and Ribbon append to a relation's name for helper tables.
HELPER = "__"


@dataclass(frozen=True)
class Built:
    """What was built. file: where; tables: the table with the rows, by relation; failed: why there is none."""

    file: Path
    tables: dict[Name, str]
    failed: dict[Name, str]


@dataclass(frozen=True)
class Workspace:
    """A scratch folder in which one tree after the other is compiled and built. project, profile: the real ones.

    All trees are moved to the same place in turn, so that dbt parses only files that differ. What it parsed of a tree
    is restored with the tree: dbt 1.11 records the time of the first version of a YAML file, and mistakes that version,
    when it returns, for the latest.
    """

    project: ProjectPaths
    profile: DuckdbProfile
    folder: Path

    def prepare(self) -> None:
        """Make a data folder with the real lake, and a profile that builds into a scratch file."""
        self._data_dir.mkdir(parents=True)
        lake = self.project.lake_dir
        if lake.is_dir():
            (self._data_dir / lake.name).symlink_to(lake)
        reading = {MIRRORED: self.profile.file}
        self.profile.write_for(self.mirror.path, reading, self.project.project_dir, self.folder / "profile")

    def compile(self, tree: Tree) -> CompiledState:
        """Compile a tree. Raises the errors of run_dbt, with the name of the tree."""
        with self._with(tree):
            self.mirror.make(_is_history)
            kinds = ["--select", "resource_type:model", "resource_type:snapshot", "--indirect-selection", "empty"]
            self._dbt(tree, ["compile", "--full-refresh", *kinds])
            return read_state(self._paths, self.target_dir)

    def build(self, tree: Tree, state: CompiledState, keys: Collection[str], listen: Callable[[str], None]) -> Built:
        """Build exactly these relations; everything that they read comes from the real file."""
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
        """The scratch file. It has the real file's name, because SQL uses it as the name of the database."""
        return MirrorFile(self._data_dir / self.profile.file.name, self.profile.file, self.project.project_dir)

    @property
    def _data_dir(self) -> Path:
        return self.folder / "data"

    @property
    def target_dir(self) -> Path:
        """Where dbt wrote the artifacts of the tree compiled last."""
        return self.folder / "target"

    @property
    def _paths(self) -> ProjectPaths:
        return ProjectPaths(self._tree, self._data_dir, self.profile.target)

    @property
    def _tree(self) -> Path:
        return self.folder / "tree"

    @contextmanager
    def _with(self, tree: Tree) -> Iterator[None]:
        """The tree in its place, with the installed packages, and what dbt parsed of it before."""
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

    def _build(
        self, tree: Tree, state: CompiledState, keys: Collection[str], listen: Callable[[str], None]
    ) -> dict[str, str]:
        """Returns the reason for each relation that was not built."""
        if not keys:
            return {}
        chosen = ["fqn:" + ".".join(state.nodes[key].fqn) for key in sorted(keys)]
        kinds = ["--resource-type", "model", "--resource-type", "seed"]
        self._dbt(tree, ["build", "--full-refresh", *kinds, "--select", *chosen], listen)
        ended = {result.unique_id: result for result in results_in(self.target_dir)}
        failed = {key: "dbt did not build it" for key in keys if key not in ended}
        for key, result in ended.items():
            if key in keys and result.status == "skipped":
                failed[key] = "a relation that it reads could not be built"
            elif key in keys and result.status not in BUILT:
                failed[key] = brief(result.message) or result.status
        return failed

    def _dbt(self, tree: Tree, arguments: list[str], listen: Callable[[str], None] | None = None) -> DbtRun:
        places = {"target": self.target_dir, "log": self.folder / "logs"}
        paths = [word for name, path in places.items() for word in (f"--{name}-path", str(path))]
        profiles = ["--profiles-dir", str(self.folder / "profile"), "--profile", self.profile.name]
        try:
            return run_dbt(
                self._paths,
                [*arguments, *paths, *profiles],
                (lambda done: listen(done.name)) if listen else None,
                nodes_may_fail=arguments[0] == "build",
                program=dbt_program(self.project),  # neither state names one: the path of another would lead elsewhere
            )
        except RibbonError as error:
            raise type(error)(str(error).replace(str(self._tree), tree.name)) from error


def _is_history(name: Name) -> bool:
    schema, identifier = name
    return identifier in WRITTEN_BY_HOOKS and (schema == HISTORY or schema.endswith(f"_{HISTORY}"))


def _is_of(name: Name, built: Collection[Name]) -> bool:
    """Whether it is built, or is a helper table of one that is."""
    schema, identifier = name
    return name in built or any(schema == each[0] and identifier.startswith(each[1] + HELPER) for each in built)
