"""Each command where nothing more can be written: one sentence, no half of anything, and readers keep what they have.

The system's limit on the size of files stands in for a full disk: it refuses writes at the same places.
"""

import resource
import shutil
import subprocess
import sys

import pytest

from tests.conftest import Workshop

COMMANDS = {
    "land": ["land"],
    "build": ["build"],
    "publish": ["publish"],
    "docs": ["docs"],
    "status": ["status"],
    "evolve": ["evolve"],
    "export": ["export", "json", "--output", "exported.json"],
    "results": ["expectations", "export"],
}
SOLD = "select sum(unit_count)::int from mart_sales.sales_daily"


@pytest.mark.parametrize("limit_kb", [0, 20])
@pytest.mark.parametrize("command", COMMANDS)
def test_on_a_full_disk_nothing_is_half_written(mini_built: Workshop, command: str, limit_kb: int) -> None:
    shop = mini_built
    if command == "land":
        shutil.rmtree(shop.data / "lake")

    ended = subprocess.run(
        [sys.executable, "-m", "ribbon", *COMMANDS[command]],
        cwd=shop.project,
        env={**shop.environment, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit_kb * 1024, limit_kb * 1024)),
    )

    assert "Traceback" not in ended.stdout + ended.stderr
    if ended.returncode:
        assert ended.returncode in {2, 3}
        assert any(words in ended.stderr for words in ("cannot be written", "cannot write", "disk is full"))
    assert shop.value(SOLD, "marts.duckdb") == 8
    assert not [path for path in shop.data.rglob("*draft*") if "deliveries" not in path.parts]
    assert not (shop.project / "exported.json").exists() or ended.returncode == 0
    if command == "land":
        assert shop.ribbon("land").exit_code == 0
        assert shop.query("select count(*) from lake.orders") == [(3,)]
    if limit_kb == 20:
        assert shop.ribbon("run").exit_code == 0
