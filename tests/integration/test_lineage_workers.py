"""Lineage found by several processes: as by one, and none is left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import Event, Thread

import pytest

from ribbon.errors import WorldError
from ribbon.lineage import lineage_of
from ribbon.lineage.analysis import analyse_node
from ribbon.lineage.nodes import ProjectNode
from ribbon.lineage.workers import Outcome, Task
from tests.lineage_projects import load, model, project, source

ROOT = Path(__file__).parents[2]


def many() -> list[ProjectNode]:
    """Enough models for processes of their own: a chain, and readers of each link."""
    nodes = [source("orders", {"id": "integer", "net": "integer"})]
    nodes.append(model("link_0", "select id, net from raw.orders", reads=("raw.orders",)))
    for number in range(1, 70):
        before = f"link_{number - 1}"
        nodes.append(model(f"link_{number}", f"select id, net + 1 as net from dw.{before}", reads=(before,)))
        nodes.append(model(f"reader_{number}", f"select * from dw.{before}", reads=(before,)))
    return nodes


@contextmanager
def another_thread() -> Iterator[None]:
    """Beside which processes cannot be forked."""
    done = Event()
    thread = Thread(target=done.wait)
    thread.start()
    yield
    done.set()
    thread.join()


@pytest.mark.parametrize("company", [nullcontext, another_thread])
def test_processes_find_what_one_alone_finds(
    tmp_path: Path, company: Callable[[], AbstractContextManager[None]]
) -> None:
    alone = load(tmp_path / "alone", *many())
    steps: list[tuple[int, int]] = []
    with company():
        together = lineage_of(
            project(*many()), tmp_path / "together", workers=2, progress=lambda *step: steps.append(step)
        )
    assert {key: node.lineage for key, node in alone.nodes.items()} == {
        key: node.lineage for key, node in together.nodes.items()
    }
    assert sorted(alone.analysed) == sorted(together.analysed)
    assert steps[-1] == (len(many()), len(many()))
    assert load(tmp_path / "together", *many()).analysed == ()


def test_a_worker_that_dies_is_named_with_what_it_was_at_and_the_rest_is_kept(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match=r"died.*model\.p\.link_40"):
        lineage_of(project(*many()), tmp_path, workers=2, analyser=dying_at_link_40)
    assert 20 < len(load(tmp_path, *many()).analysed) < len(many()) - 20


def dying_at_link_40(task: Task) -> Outcome:
    if task.key == "model.p.link_40":
        os.kill(os.getpid(), signal.SIGKILL)
    return analyse_node(task)


def slow(task: Task) -> Outcome:
    time.sleep(0.05)
    return analyse_node(task)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_no_worker_outlives_a_command_that_is_ended(tmp_path: Path, end: signal.Signals) -> None:
    script = (
        "import signal, sys; from pathlib import Path\nfrom ribbon.lineage import lineage_of\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's background has it ignored
        "from tests.lineage_projects import project\n"
        "from tests.integration.test_lineage_workers import many, slow\n"
        "lineage_of(project(*many()), Path(sys.argv[1]), workers=2, analyser=slow,"
        " progress=lambda done, total: print(done, flush=True))\n"
    )
    command = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    assert command.stdout is not None
    command.stdout.readline()
    command.send_signal(end)
    assert command.wait(timeout=30) != 0
    assert eventually(lambda: not group_is_alive(command.pid))


def group_is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether it holds within ten seconds."""
    for _ in range(200):
        if holds():
            return True
        time.sleep(0.05)
    return False
