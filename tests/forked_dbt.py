"""dbt, loaded and parsed once, whose builds run in forks that can be killed.

A process that starts dbt anew spends seconds before it touches the database; a fork of one that has parsed the project
builds at once. Run as `python -m tests.forked_dbt` in a project, it reads a line of JSON per build, `{"kill_after":
seconds or null}`, and answers with one, `{"killed": whether, "seconds": how long it ran}`.
"""

import json
import os
import signal
import subprocess
import sys
import time
from types import TracebackType
from typing import IO, Any

from tests.conftest import REPOSITORY, Workshop

# Test nodes only read what the gates have measured.
BUILD = ["--quiet", "build", "--threads", "2", "--exclude-resource-type", "test"]


class ForkedDbt:
    """The process that forks, seen from a test."""

    def __init__(self, workshop: Workshop) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.forked_dbt"],
            cwd=workshop.project,
            env=workshop.environment | {"PYTHONPATH": str(REPOSITORY)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "ForkedDbt":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()

    def build(self, kill_after: float | None = None) -> tuple[bool, float]:
        """Build the project. Returns whether the build was killed before it ended, and for how many seconds it ran."""
        requests, answers = self._pipes()
        requests.write(json.dumps({"kill_after": kill_after}) + "\n")
        requests.flush()
        answer = json.loads(answers.readline())
        return answer["killed"], answer["seconds"]

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout


class StartedDbt:
    """A dbt of another environment, started for each build: dbt 2 takes less than a second to start."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop

    def __enter__(self) -> "StartedDbt":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing runs between builds."""

    def build(self, kill_after: float | None = None) -> tuple[bool, float]:
        """As of `ForkedDbt`."""
        started = time.monotonic()
        process = subprocess.Popen(
            self._workshop.command("dbt", *BUILD),
            cwd=self._workshop.project,
            env=self._workshop.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(kill_after)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return process.returncode == -signal.SIGKILL, time.monotonic() - started


def serve() -> None:
    """Answer the requests of a test."""
    from dbt.cli.main import dbtRunner

    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what dbt prints is no answer
    parsed = dbtRunner().invoke(["--quiet", "parse"])
    assert parsed.success, parsed.exception
    for line in sys.stdin:
        answers.write(json.dumps(_build(dbtRunner(manifest=parsed.result), json.loads(line)["kill_after"])) + "\n")
        answers.flush()


def _build(dbt: Any, kill_after: float | None) -> dict[str, bool | float]:
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        dbt.invoke(BUILD)
        sys.stdout.flush()
        os._exit(0)
    if kill_after is None:
        _, status = os.waitpid(child, 0)
        return {"killed": False, "seconds": time.monotonic() - started}
    time.sleep(kill_after)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return {"killed": os.WIFSIGNALED(status), "seconds": time.monotonic() - started}


if __name__ == "__main__":
    serve()
