"""Runs a command and watches what it takes, with all processes it starts."""

import os
import subprocess
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Run", "run"]

EVERY_SECONDS = 0.1


@dataclass(frozen=True)
class Run:
    """A finished command. seconds by the clock, of processors; peak memory in bytes; what it said on both streams."""

    seconds: float
    busy: float
    peak: int
    said: str
    exit_code: int = 0


def run(
    command: Sequence[str], folder: Path, environment: dict[str, str] | None = None, accepted: Collection[int] = (0,)
) -> Run:
    """Runs it in `folder`; one that ends with another code than these stops the bench with the end of what it said.

    The peak is of the proportional set sizes of the whole tree, looked at ten times a second: pages that processes
    share count once.
    """
    said = folder / "said.txt"
    with said.open("w") as out:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=os.environ | (environment or {}), stdout=out, stderr=out)
        peaks = [0]
        watch = threading.Thread(target=_watch, args=(process.pid, peaks), daemon=True)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    watch.join()
    if process.returncode not in accepted:
        raise SystemExit(f"{command} failed:\n{said.read_text()[-3000:]}")
    peak = max(peaks[0], usage.ru_maxrss * 1024)
    return Run(seconds, usage.ru_utime + usage.ru_stime, peak, said.read_text(), process.returncode)


def _watch(pid: int, peaks: list[int]) -> None:
    while size := sum(_memory(one) for one in _tree(pid)):
        peaks[0] = max(peaks[0], size)
        time.sleep(EVERY_SECONDS)


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in _text(file).split():
            yield from _tree(int(child))


def _memory(pid: int) -> int:
    for line in _text(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:  # it has ended meanwhile
        return ""
