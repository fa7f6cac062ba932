"""What a manifest was made of, and whether that has changed: the one rule of staleness.

dbt parses the files below the paths of dbt_project.yml and of each installed package, the profile, and environment
variables. Where Ribbon ran dbt it leaves `ribbon-inputs.json` beside the manifest, with a digest of each of these, and
compares contents. A manifest that plain dbt left has no such record until Ribbon first finds it current: until then,
what dbt itself keeps of contents is compared, and times only where it keeps nothing.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

import msgspec

from ribbon.config import DATA_VARIABLE, MEMORY_VARIABLE, ProjectPaths
from ribbon.dbt.artifacts import Artifacts, Metadata, read_artifacts, read_metadata
from ribbon.dbt.profiles import connection_of, profiles_file, target_of
from ribbon.dbt.runner import dbt_stamp
from ribbon.errors import ConfigError
from ribbon.project.contents import Contents
from ribbon.settings import PATHS, Settings, read_settings

__all__ = ["Inputs", "changed_inputs", "read_inputs", "record_inputs"]

RECORD = "ribbon-inputs.json"

_AT_THE_ROOT = (
    "dbt_project.yml",
    "packages.yml",
    "dependencies.yml",
    "package-lock.yml",
    "selectors.yml",
    ".dbtignore",
)
_PATHS = PATHS | {"docs-paths": []}
_SUFFIXES = frozenset({".sql", ".py", ".yml", ".yaml", ".md", ".csv"})
_ENV_VAR = re.compile(rb"""env_var\(\s*["'](\w+)["']""")
# They say where outputs go and how much memory is used. No manifest depends on them.
_OUTPUTS = frozenset({DATA_VARIABLE, MEMORY_VARIABLE})
# The setting that says which dbt Ribbon starts.
_DBT = "dbt"
# The variable that has Ribbon's settings.
_OURS = "ribbon"
# dbt parses nothing again for these, and no digest of a secret belongs on disk.
_SECRETS = "DBT_ENV_SECRET"
# A file that was written in its place has one time for its content and its status, but for this many seconds.
_TICK_S = 0.05
# How long it may take, in seconds, to write the results of a run, to parse, and to copy a project.
_TO_WRITE_S = 2.0
_TO_PARSE_S = 60.0
_TO_COPY_S = 60.0


class Inputs(msgspec.Struct, frozen=True):
    """files: digests by path, relative to the project where they lie in it. settings: values by name."""

    files: dict[str, str]
    settings: dict[str, str]

    def differing(self, other: "Inputs") -> tuple[str, ...]:
        """The files and settings that are not the same in the other, by name.

        Where there is no dbt any more, nothing is of another one.
        """
        then = self.settings if other.settings.get(_DBT) else {**self.settings, _DBT: ""}
        pairs = ((self.files, other.files), (then, other.settings))
        return tuple(
            name for one, two in pairs for name in sorted({*one, *two}) if one.get(name, None) != two.get(name, None)
        )


class _Record(msgspec.Struct, frozen=True):
    invocation_id: str
    inputs: Inputs


class _Arguments(msgspec.Struct, frozen=True):
    target: str | None = None


class _RunResults(msgspec.Struct, frozen=True):
    args: _Arguments = _Arguments()
    metadata: Metadata = Metadata()
    elapsed_time: float = 0.0


def read_inputs(paths: ProjectPaths) -> Inputs:
    """All that dbt would parse now. Raises ConfigError where dbt_project.yml cannot be read."""
    settings = read_settings(paths.project_dir)
    named: set[str] = set()
    files: dict[str, str] = {}
    for name, path in (
        ("profiles.yml", profiles_file(paths)),
        *((_name(path, paths), path) for package in _packages(settings) for path in _files(package)),
    ):
        try:
            content = path.read_bytes()
        except OSError:
            continue
        named.update(match.decode() for match in _ENV_VAR.findall(content))
        if path == settings.path and not paths.is_ours:
            content = _for_dbt(settings)
        files[name] = blake2b(content, digest_size=12).hexdigest()
    asked = (name for name in sorted(named - _OUTPUTS) if not name.startswith(_SECRETS))
    variables = {name: os.environ.get(name, "") for name in asked}
    # A value may be private all the same, and the record lies on disk.
    digests = {name: blake2b(value.encode(), digest_size=12).hexdigest() for name, value in variables.items()}
    return Inputs(files, {_DBT: dbt_stamp(paths), "target": target_of(paths) or "", **digests})


def _for_dbt(settings: Settings) -> bytes:
    """dbt_project.yml without the variables that only Ribbon reads where none of its macros are."""
    variables = {
        name: {key: value for key, value in each.items() if key != _OURS} if isinstance(each, dict) else each
        for name, each in settings.variables.items()
        if name != _OURS
    }
    return repr({**settings.document, "vars": variables}).encode()


def record_inputs(target_dir: Path, inputs: Inputs) -> None:
    """Keep what the manifest in `target_dir` was made of. A folder that cannot be written to stays as it is."""
    metadata = read_metadata(target_dir)
    if metadata is None or not metadata.invocation_id:
        return
    draft = target_dir / f"{RECORD}.{os.getpid()}"
    try:
        draft.write_bytes(msgspec.json.encode(_Record(metadata.invocation_id, inputs)))
        draft.replace(target_dir / RECORD)
    except OSError:
        draft.unlink(missing_ok=True)


def changed_inputs(paths: ProjectPaths, target_dir: Path) -> tuple[str, ...]:
    """The files and settings that changed since dbt wrote the manifest in `target_dir`; empty where it is current.

    The manifest itself where there is none or none that can be read.
    """
    metadata = read_metadata(target_dir)
    record = _read_record(target_dir)
    if metadata and record and record.invocation_id == metadata.invocation_id:
        return record.inputs.differing(read_inputs(paths))
    changed = tuple(_changes(paths, target_dir))
    if not changed:
        record_inputs(target_dir, read_inputs(paths))
    return changed


def _read_record(target_dir: Path) -> _Record | None:
    try:
        return msgspec.json.decode((target_dir / RECORD).read_bytes(), type=_Record)
    except (OSError, msgspec.DecodeError):
        return None


@dataclass(frozen=True)
class _Clock:
    """When dbt began to read files, in seconds as files have them. arrived: when a manifest was copied here, else None.

    With a manifest that was copied, or restored from elsewhere, files came whose times are those of the copying.
    """

    began: float
    arrived: float | None = None

    @classmethod
    def of(cls, target_dir: Path, metadata: Metadata) -> "_Clock":
        status = (target_dir / "manifest.json").stat()
        results = _results_of(target_dir, metadata)
        # dbt 1 writes both when it ends, dbt 2 the manifest before it runs anything.
        ended = (target_dir / "run_results.json").stat().st_mtime if results else status.st_mtime
        began = ended - (results.elapsed_time if results else 0.0)
        if status.st_ctime > status.st_mtime + _TICK_S:
            return cls(began, status.st_ctime)
        if results:
            copied = _written_after(target_dir / "run_results.json", results.metadata) > _TO_WRITE_S
        else:
            copied = _written_after(target_dir / "manifest.json", metadata) > _TO_PARSE_S
        return cls(_seconds(metadata.generated_at) or began, status.st_mtime) if copied else cls(began)

    def started_before(self, path: Path) -> bool:
        """Whether a file changed after dbt began, as far as its times tell."""
        status = path.stat()
        if self.arrived is None:
            return max(status.st_mtime, status.st_ctime) > self.began
        written_here = status.st_ctime <= status.st_mtime + _TICK_S
        return status.st_mtime > (self.arrived + _TO_COPY_S if written_here else self.began)


def _seconds(moment: str) -> float | None:
    try:
        return datetime.fromisoformat(moment).timestamp()
    except ValueError:
        return None


def _written_after(path: Path, metadata: Metadata) -> float:
    """How long after it was made an artifact was written to this file, in seconds; 0 where it does not say."""
    made = _seconds(metadata.generated_at)
    return 0.0 if made is None else path.stat().st_mtime - made


def _results_of(target_dir: Path, metadata: Metadata) -> _RunResults | None:
    """The results of the invocation that wrote the manifest. Dbt writes both when it ends."""
    try:
        results = msgspec.json.decode((target_dir / "run_results.json").read_bytes(), type=_RunResults)
    except (OSError, msgspec.DecodeError):
        return None
    return results if results.metadata.invocation_id == metadata.invocation_id else None


def _changes(paths: ProjectPaths, target_dir: Path) -> Iterator[str]:
    """What is not as the manifest has it: by content where dbt kept that, else by the times of files."""
    try:
        artifacts = read_artifacts(target_dir)
        clock = _Clock.of(target_dir, artifacts.metadata)
        contents = Contents(artifacts, target_dir, copied=clock.arrived is not None)
    except (ConfigError, OSError):
        yield _name(target_dir / "manifest.json", paths)
        return
    if _is_younger(profiles_file(paths), clock) or (
        clock.arrived is None and _connects_elsewhere(paths, artifacts, target_dir)
    ):
        yield "profiles.yml"
    for package in _packages(read_settings(paths.project_dir)):
        name, folder = str(package.document.get("name") or ""), package.path.parent
        yield from (_name(folder / file, paths) for file in contents.files_of(name) if not (folder / file).is_file())
        for path in dict.fromkeys(_files(package)):
            try:
                differ = contents.differ(name, os.path.relpath(path, folder), path.read_bytes())
            except OSError:
                continue
            if _is_younger(path, clock) if differ is None else differ:
                yield _name(path, paths)


def _connects_elsewhere(paths: ProjectPaths, artifacts: Artifacts, target_dir: Path) -> bool:
    """Whether the profile has another database or schema now for the target that the manifest was made for."""
    results = _results_of(target_dir, artifacts.metadata)
    found = connection_of(replace(paths, target=results.args.target)) if results else None
    if found is None:
        return False
    pairs = zip(found, (artifacts.metadata.adapter_type, artifacts.target_schema), strict=True)
    return any(now and then and now != then for now, then in pairs)


def _is_younger(path: Path, clock: _Clock) -> bool:
    try:
        return clock.started_before(path)
    except OSError:
        return False


def _files(package: Settings) -> Iterator[Path]:
    yield from (path for name in _AT_THE_ROOT if (path := package.path.parent / name).is_file())
    for folder, names in _walk(package):
        yield from (folder / name for name in names if Path(name).suffix in _SUFFIXES)


def _walk(package: Settings) -> Iterator[tuple[Path, list[str]]]:
    """The folders that dbt reads files from, with the names of their files; each once."""
    seen: set[Path] = set()
    for key, default in _PATHS.items():
        for name in package.listed(key, default):
            for folder, inside, names in os.walk(package.path.parent / str(name)):
                inside[:] = sorted(each for each in inside if not each.startswith(".") and each != "__pycache__")
                if Path(folder) not in seen:
                    seen.add(Path(folder))
                    yield Path(folder), sorted(names)


def _packages(settings: Settings) -> Iterator[Settings]:
    """The project and the packages that are installed in it."""
    yield settings
    installed = settings.packages_dir
    if installed.is_dir():
        for folder in sorted(installed.iterdir()):
            if (folder / "dbt_project.yml").is_file():
                yield read_settings(folder)


def _name(path: Path, paths: ProjectPaths) -> str:
    return str(path.relative_to(paths.project_dir) if path.is_relative_to(paths.project_dir) else path)
