"""Starting `ribbon` and `dbt` in tests: as forks of the server in `tests/fork_server.py`."""

import fcntl
import os
import shlex
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.fork_client import connect, send, wait

__all__ = ["ForkServer"]

CLIENT = Path(__file__).with_name("fork_client.py")

# Threads do not survive a fork. These libraries start theirs when they are imported.
NO_THREADS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}


class ForkServer:
    """The server as tests see it. The first command starts it."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._address = str(home / "fork.socket")
        self._lease: socket.socket | None = None
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def programs(self) -> Path:
        """A folder of programs that are `ribbon` and `dbt`, in forks."""
        return self._home / "programs"

    @property
    def dbt(self) -> Path:
        """A program that is dbt, in a fork."""
        return self.programs / "dbt"

    def run(
        self,
        words: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        streams: tuple[int, int, int],
        timeout: float,
    ) -> int:
        """Run `ribbon` or `dbt`. Returns the exit code, or minus the signal that ended it."""
        self.start()
        with connect(self._address) as connection:
            connection.settimeout(timeout)
            send(connection, {"words": words, "folder": str(folder), "environment": dict(environment)}, streams)
            try:
                return wait(connection)
            except TimeoutError:
                raise subprocess.TimeoutExpired(list(words), timeout) from None

    def start(self) -> None:
        """Have a server, for whoever starts its programs by themselves."""
        self._lease = self._lease or self._take_lease()

    def close(self) -> None:
        """Give up the lease. The last one ends the server."""
        if self._lease:
            self._lease.close()
        if self._server:
            self._server.stdout and self._server.stdout.close()

    def _take_lease(self) -> socket.socket:
        with (self._home / "fork.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                return self._ask_for_lease()
            except OSError:
                self._start()
                return self._ask_for_lease()

    def _ask_for_lease(self) -> socket.socket:
        lease = connect(self._address)
        send(lease, {})
        wait(lease)
        return lease

    def _start(self) -> None:
        Path(self._address).unlink(missing_ok=True)
        self.programs.mkdir(exist_ok=True)
        for name in ("ribbon", "dbt"):
            client = [sys.executable, "-SE", str(CLIENT), self._address, name]
            program = self.programs / name
            program.write_text(f'#!/bin/sh\nexec {shlex.join(client)} "$@"\n', encoding="utf-8")
            program.chmod(0o755)
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.fork_server", self._address],
            cwd=Path(__file__).parent.parent,
            env=os.environ | NO_THREADS,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        ready = self._server.stdout and self._server.stdout.readline()
        assert ready == b"ready\n", "The fork server did not start. REAL_PROCESSES=1 does without it."
