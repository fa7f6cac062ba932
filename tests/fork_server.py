"""Processes of `ribbon` and `dbt` that start at once: forks of one process that has imported everything.

Imports took most of a test's time: each command starts an interpreter, `ribbon build` another one for dbt, and Great
Expectations takes longer than both. The server imports all of it once per run of pytest, and builds a small project for
what dbt puts off until its first use. It has no thread and no database open when it forks, so a fork starts as a new
interpreter would after the same imports. A fork gets the environment, folder and streams of its request, leads a
process group, and ends as interpreters do.

What forks share, where interpreters do not: the seed of hashes, `PYTHON…` variables, which are read before anything
runs, and syntax trees of templates that the server has read, about which dbt does not warn again. The server ends with
the last process of pytest that uses it. `REAL_PROCESSES=1` does without it.
"""

import atexit
import gc
import importlib
import json
import logging
import multiprocessing.process
import os
import pkgutil
import random
import runpy
import selectors
import signal
import socket
import sys
import threading
import time
import types
from collections.abc import Mapping, Sequence
from multiprocessing import resource_tracker
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, NoReturn

import duckdb
import numpy
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.adapters.factory import reset_adapters
from dbt.cli.main import dbtRunner
from dbt.selected_resources import set_selected_resources
from dbt_common.events.event_manager_client import cleanup_event_logger
from dbt_common.tests import enable_test_caching

import ribbon
from tests.conftest import new_mini

DBT = "from dbt.cli.main import cli; cli()"
SECONDS_TO_FIRST_LEASE = 60


class _Server:
    """Forks for each request, and answers with how the fork ended."""

    def __init__(self, address: str) -> None:
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(address)
        self._listener.listen(64)
        self._leases: set[socket.socket] = set()
        self._forks: dict[int, socket.socket] = {}
        self._ended, self._wakeup = socket.socketpair()
        self._ended.setblocking(False)
        self._wakeup.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._ended, selectors.EVENT_READ)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wakeup.fileno())

    def serve(self) -> dict[str, Any] | None:
        """In the server, returns nothing when the last lease ended; in a fork, the request that it is to run."""
        deadline = time.monotonic() + SECONDS_TO_FIRST_LEASE
        while self._leases or time.monotonic() < deadline:
            for key, _ in self._selector.select(SECONDS_TO_FIRST_LEASE):
                if key.fileobj is self._listener:
                    request = self._accept()
                    if request is not None:
                        return request
                elif key.fileobj is self._ended:
                    self._reap()
                elif isinstance(key.fileobj, socket.socket):
                    self._hear(key.fileobj)
                    deadline = 0
        for process in self._forks:
            os.killpg(process, signal.SIGKILL)
        return None

    def _accept(self) -> dict[str, Any] | None:
        connection, _ = self._listener.accept()
        header, streams, *_ = socket.recv_fds(connection, 8, 3)
        body = b""
        while len(body) < int.from_bytes(header, "big"):
            body += connection.recv(1 << 20)
        request: dict[str, Any] = json.loads(body)
        if not request:
            self._leases.add(connection)
            connection.sendall(b"0\n")
        else:
            process = os.fork()
            if not process:
                connection.close()
                self._leave(streams)
                return request
            os.setpgid(process, process)
            self._forks[process] = connection
        for stream in streams:
            os.close(stream)
        self._selector.register(connection, selectors.EVENT_READ)
        return None

    def _leave(self, streams: Sequence[int]) -> None:
        """In a fork: keep nothing of the server, and take the streams of the request."""
        os.setpgid(0, 0)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._selector.close()
        for other in (self._listener, self._ended, self._wakeup, *self._leases, *self._forks.values()):
            other.close()
        for place, stream in enumerate(streams):
            os.dup2(stream, place)
            os.close(stream)

    def _reap(self) -> None:
        self._ended.recv(1 << 10)
        while self._forks:
            process, status = os.waitpid(-1, os.WNOHANG)
            if not process:
                return
            connection = self._forks.pop(process)
            if connection.fileno() != -1:
                self._forget(connection, f"{os.waitstatus_to_exitcode(status)}\n".encode())

    def _hear(self, connection: socket.socket) -> None:
        """Pass a signal on. Where a client is gone, its lease or its process is ended."""
        if connection.fileno() == -1:
            return
        signals = connection.recv(64)
        process = next((process for process, its in self._forks.items() if its is connection), None)
        if process is not None:
            for number in signals:
                os.kill(process, number)
            if not signals:
                os.killpg(process, signal.SIGKILL)
        if not signals:
            self._leases.discard(connection)
            self._forget(connection)

    def _forget(self, connection: socket.socket, answer: bytes = b"") -> None:
        self._selector.unregister(connection)
        with connection:
            try:
                connection.sendall(answer)
            except OSError:  # the client is gone
                return


def main() -> None:
    """Import, listen, fork. A fork runs its request here, with nothing of the server on its stack."""
    _import_ribbon()
    _do_nothing_twice()
    _build_a_project()
    _close_what_is_open()
    gc.disable()
    gc.freeze()
    server = _Server(sys.argv[1])
    os.write(1, b"ready\n")
    request = server.serve()
    if request is None:
        Path(sys.argv[1]).unlink(missing_ok=True)
        return
    gc.enable()
    program, *words = request["words"]
    if program == "ribbon":
        logging.root.handlers.clear()  # dbt's libraries add one
    _take_place(request["folder"], request["environment"])
    _end(_run(program, words))


def _run(program: str, words: Sequence[str]) -> int:
    """Run the program as `python -m ribbon` or `python -c DBT` does. Returns its exit code."""
    try:
        if program == "ribbon":
            sys.argv = [program, *words]
            runpy.run_module("ribbon", run_name="__main__", alter_sys=True)
        else:
            sys.argv = ["-c", *words]
            sys.modules["__main__"] = types.ModuleType("__main__")
            exec(DBT, vars(sys.modules["__main__"]))  # noqa: S102 - as `python -c` does
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return int(end.code or 0)
        sys.stderr.write(f"{end.code}\n")
        return 1
    except BaseException as error:
        sys.excepthook(type(error), error, error.__traceback__)
        return -signal.SIGINT if isinstance(error, KeyboardInterrupt) else 1
    return 0


def _end(code: int) -> NoReturn:
    """End as an interpreter does, but for taking apart what was imported, which takes longer than most commands."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    gc.collect()  # closes what was left open
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code & 0xFF)


def _take_place(folder: str, environment: Mapping[str, str]) -> None:
    """What an interpreter takes from its surroundings when it starts."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    random.seed()
    numpy.random.seed()
    sys.path[0] = multiprocessing.process.ORIGINAL_DIR = folder  # type: ignore[attr-defined]
    importlib.invalidate_caches()


def _import_ribbon() -> None:
    for module in pkgutil.walk_packages(ribbon.__path__, "ribbon."):
        if module.name != "ribbon.__main__":
            importlib.import_module(module.name)


def _do_nothing_twice() -> None:
    """Let dbt keep syntax trees by their text, as its own tests do, and write JSON at once instead of by tokens."""

    def dump(value: object, file: IO[str], **options: Any) -> None:
        file.write(json.dumps(value, **options))

    enable_test_caching()
    json.dump = dump


def _build_a_project() -> None:
    """Let dbt do once what it puts off until it needs it: compile macros, and how its classes are read and written."""
    environment = dict(os.environ)
    with TemporaryDirectory() as folder:
        mini = new_mini(Path(folder))
        os.environ.update(mini.environment)
        places = ["--project-dir", str(mini.project), "--profiles-dir", str(mini.project)]
        # dbt's static parser starts threads that never end.
        dbtRunner().invoke(["--quiet", "--no-send-anonymous-usage-stats", "--no-static-parser", "build", *places])
    os.environ.clear()
    os.environ.update(environment)


def _close_what_is_open() -> None:
    """Leave no connection, no log and no thread to forks. DuckDB opens a database only to name its types."""
    reset_adapters()
    DuckDBConnectionManager.close_all_connections()
    duckdb.close()
    set_selected_resources([])
    cleanup_event_logger()
    for name in ("stdout_log", "file_log"):
        for handler in logging.getLogger(name).handlers:
            handler.close()
        logging.getLogger(name).handlers.clear()
    gc.collect()
    resource_tracker._resource_tracker._stop()  # type: ignore[attr-defined]
    threads = [path.joinpath("comm").read_text().strip() for path in Path("/proc/self/task").glob("*")]
    assert len(threads) <= 1, f"A fork would lose these threads: {threads}. Keep the libraries from starting them."


if __name__ == "__main__":
    main()
