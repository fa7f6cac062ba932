"""Running dbt as its own process and listening to its events.

A process of its own, because dbt keeps DuckDB files open and logging configured for as long as it lives.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ribbon.config import DATA_VARIABLE, ProjectPaths, profiles_dir
from ribbon.dbt.explain import NO_DRIVER, explain
from ribbon.dbt.restricted import MessageMask, mask_files
from ribbon.errors import ConfigError
from ribbon.lock import held_by_children
from ribbon.settings import read_settings
from ribbon.versions import installed
from ribbon.yaml_file import shown

__all__ = ["DBT_VARIABLE", "DbtRun", "Listener", "Progress", "beside_ribbon", "dbt_program", "dbt_stamp", "run_dbt"]

DBT = "dbt"
# The packages that bring it: dbt 1 or dbt-core 2, and Fusion.
PACKAGES = ("dbt-core", "dbt")
# The dbt program to start: a path, or a name on PATH.
DBT_VARIABLE = "RIBBON_DBT"
REMEDY = (
    "For dbt 1: pip install 'dbt-ribbon[dbt1]'. For dbt 2: install it into an environment of its own, and name its"
    f" program in {DBT_VARIABLE} or as `dbt` under `vars: ribbon:` in dbt_project.yml."
)

QUIET = {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DBT_USE_COLORS": "false"}

# How long dbt may take to end when it is told to.
_PATIENCE_S = 10

# dbt ends with 1 where nodes failed and with 2 where it could not run at all.
NODES_FAILED = 1

# dbt 1.11 loses a snapshot that is written in YAML when it parses only what changed, after a macro changed: dbt-core
# issues 11492 and 11164. A full parse finds it again; of a node that is not there it says the same once more.
LOST = "which was not found"

# What dbt says of a fresh clone, whose packages are listed and not installed.
NOT_INSTALLED = 'Run "dbt deps"'

# Output of print() and log(info=true) in macros, and dbt's names of these events.
PRINTED = "printed"
PRINTED_BY_MACROS = {"PrintEvent", "JinjaLogInfo"}

# What dbt says of a node that warned, in up to three events: run_results.json has it, and so the findings have.
OF_RESULTS = {"LogTestResult", "RunResultWarning", "RunResultWarningMessage"}

# What dbt 2 says of each declared column whose type it takes for another name of the same; it asks for nothing.
OF_TYPES = "[ColumnTypeMismatch (dbt1058)]"


@dataclass(frozen=True)
class Progress:
    """A node that dbt has just finished, the `index`-th of `total`."""

    name: str
    status: str
    index: int
    total: int


@dataclass(frozen=True)
class DbtRun:
    """How dbt ran: its warnings, its error lines, what macros printed, and its exit code.

    A node that warned is no warning of dbt's: its result says so.
    """

    warnings: tuple[str, ...]
    errors: tuple[str, ...]
    exit_code: int
    printed: tuple[str, ...] = ()


Listener = Callable[[Progress], None]
Start = Callable[[Sequence[str]], subprocess.Popen[str]]


def run_dbt(
    project: ProjectPaths,
    arguments: Sequence[str],
    listen: Listener | None = None,
    *,
    nodes_may_fail: bool = False,
    program: str | None = None,
) -> DbtRun:
    """Run dbt with `arguments` in the project; `listen` hears of each node as it finishes.

    program: another dbt than that of the project.

    Packages that are listed and not installed are installed first, as in a fresh clone. Returns how it ran; where
    nodes_may_fail, also if some did. Raises ConfigError where the project or
    the profile is wrong, BrokenPromiseError on a breach of the layer rule, BusyError where another process holds the
    database.
    """
    program = program or dbt_program(project)
    if program is None:
        raise ConfigError(f"No dbt is installed beside Ribbon or on PATH. {REMEDY}")
    start = partial(_start, project, program)
    try:
        return _run(project, start, arguments, listen, nodes_may_fail=nodes_may_fail)
    except ConfigError as error:
        if NOT_INSTALLED in str(error):
            _run(project, start, ["deps"], None, nodes_may_fail=False)
        elif LOST in str(error):
            arguments = [*arguments, "--no-partial-parse"]
        else:
            raise
        return _run(project, start, arguments, listen, nodes_may_fail=nodes_may_fail)


def _run(
    project: ProjectPaths, start: Start, arguments: Sequence[str], listen: Listener | None, *, nodes_may_fail: bool
) -> DbtRun:
    words = ["--log-format", "json", *arguments]
    if project.target:
        words += ["--target", project.target]
    folder = project.project_dir / _named_folder(arguments, project.target_dir)
    mask = MessageMask(folder)
    process = start(words)
    warnings: list[str] = []
    errors: list[str] = []
    printed: list[str] = []
    heard = {"warn": warnings, "error": errors, PRINTED: printed}
    try:
        for line in process.stdout or ():
            _hear(line, heard, listen, mask)
        exit_code = process.wait()
    finally:
        _end(process)
        mask_files(project, folder, mask)
    if exit_code > NODES_FAILED or (exit_code and not nodes_may_fail) or any(NO_DRIVER in each for each in errors):
        raise explain(project, errors)
    return DbtRun(tuple(warnings), tuple(errors), exit_code, tuple(printed))


def _end(process: subprocess.Popen[str]) -> None:
    """End dbt where it still runs, in any case before the caller goes on."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _start(project: ProjectPaths, program: str, words: Sequence[str]) -> subprocess.Popen[str]:
    folder = profiles_dir()
    profiles = {"DBT_PROFILES_DIR": str(folder), "DBT_ENGINE_PROFILES_DIR": str(folder)} if folder else {}
    try:
        return subprocess.Popen(  # noqa: S603 - a program that the user chose, arguments as a list
            [program, *words],
            cwd=project.project_dir,
            env=os.environ | {DATA_VARIABLE: str(project.data_dir)} | QUIET | profiles,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            pass_fds=held_by_children(),
        )
    except OSError as error:
        raise ConfigError(f"{program}: cannot be started: {error.strerror}. {REMEDY}") from error


def dbt_program(project: ProjectPaths) -> str | None:
    """The program that Ribbon starts: RIBBON_DBT, else `vars: ribbon: dbt` of the project's own dbt_project.yml.

    A path, or a name on PATH. Without either it is the dbt beside Ribbon, else the one on PATH; None where there is
    none.
    """
    typed = os.environ.get(DBT_VARIABLE)
    if typed:  # dbt starts in the project's folder, so a path of the caller's folder is made whole
        return os.path.abspath(typed) if os.sep in typed else typed  # noqa: PTH100 - a link stays one
    settings = read_settings(project.project_dir)
    declared = settings.of_ribbon.get("dbt")
    if declared is None:
        beside = beside_ribbon()
        return str(beside) if beside.exists() else shutil.which(DBT)
    if not isinstance(declared, str) or not declared:
        raise ConfigError(f"{settings.path}: vars: ribbon: dbt must be a program, got {shown(declared)}.")
    return str(project.project_dir / declared) if os.sep in declared else declared


def dbt_stamp(project: ProjectPaths) -> str:
    """What changes when another dbt, or another version, is what Ribbon starts; empty where there is none.

    The same on each machine: beside Ribbon the version, else the size of the program, which of dbt 2 is all of it.
    """
    program = dbt_program(project)
    if program == str(beside_ribbon()):
        return " ".join(filter(None, map(installed, PACKAGES)))
    found = shutil.which(program) if program else None
    return str(Path(found).stat().st_size) if found else program or ""


def beside_ribbon() -> Path:
    """The dbt in the environment that Ribbon runs in, whichever was installed there last."""
    return Path(sys.executable).with_name(DBT)


def _named_folder(arguments: Sequence[str], default: Path) -> Path:
    """Where dbt writes its artifacts."""
    words = list(arguments)
    return Path(words[words.index("--target-path") + 1]) if "--target-path" in words else default


def _hear(line: str, heard: Mapping[str, list[str]], listen: Listener | None, mask: MessageMask) -> None:
    try:
        event = json.loads(line)
        info, data = event["info"], event["data"]
    except (ValueError, KeyError, TypeError):
        heard["error"].append(mask(line.rstrip()))  # not an event: a traceback or a message of the interpreter
        return
    node = data.get("node_info") or {}
    kind = PRINTED if info.get("name") in PRINTED_BY_MACROS else info["level"]
    if kind in heard and not (kind == "warn" and (info.get("name") in OF_RESULTS or OF_TYPES in info["msg"])):
        # What macros print, they mask themselves; it may be a document.
        heard[kind].append(info["msg"] if kind == PRINTED else mask(info["msg"], node.get("unique_id")))
    if listen and node.get("node_finished_at") and node.get("resource_type") != "operation" and data.get("total"):
        listen(Progress(node["node_name"], node["node_status"], int(data["index"]), int(data["total"])))
